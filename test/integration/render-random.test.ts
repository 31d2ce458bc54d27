import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { RenderPorts } from '../../plugin/argocd/render-manifests.ts'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import { memoryProvider } from '../support/memory-provider.ts'
import { objectsOf, renderText, STORE } from '../support/render.ts'
import { db, externalSecret, stream } from '../support/render-cases.ts'
import { runCli } from '../support/run-cli.ts'

const SEED: RenderPorts['seed'] = { project: '', value: SecretValue.fromText('a seed for tests, 32 bytes long.') }

/** Whoever changes these changes what runs in clusters: only with another version of the stream (plugin/expansion/seeded-stream.ts). */
const GOLDEN: readonly string[] = [
  'E8ar1w4yrwag',
  '63439908',
  ';q:FeNtW',
  'v6f6pTz/N/So',
  '930318',
  'hgcfabed',
  '4b404dcc-abcd-4683-9ada-c55c874cd0c9',
  '$2a$10$r/rS6BmQTghsYvlNJxeJ0.RtcHAylYcwEMNd28uvIFWAthSohWxNK',
]

function templated(template: string, parts: { readonly name?: string; readonly metadata?: string; readonly key?: string } = {}) {
  return externalSecret({ ...parts, target: `{template: {data: {${parts.key ?? 'made'}: ${JSON.stringify(template)}}}}` })
}

async function valuesOf(text: string, memory = db(), seed = SEED): Promise<readonly (string | undefined)[]> {
  const objects = objectsOf(await renderText(text, memory, {}, seed))
  return objects.map(({ values }) => Object.values(values)[0])
}

async function warningsOf(text: string, seed?: RenderPorts['seed']): Promise<readonly (readonly (string | undefined)[])[]> {
  const { output, warnings } = await renderText(text, db(), {}, seed)
  assert.ok(output)
  return warnings.map(({ place, message }) => [place.object, place.field, message])
}

const HANDLEBARS = '  annotations: {argocd-external-secrets.io/template-engine: handlebars}'

describe('with a seed', () => {
  for (const [language, template, metadata] of [
    ['a Go template', '{{ randAlphaNum 20 }}', ''],
    ['Handlebars', '{{randAlphaNum 20}}', HANDLEBARS],
  ] as const) {
    test(`${language} gives the same with every render, and no warning`, async () => {
      const text = stream(STORE, templated(template, { metadata }))
      const [first] = await valuesOf(text)
      assert.match(first ?? '', /^[0-9A-Za-z]{20}$/)
      assert.deepEqual(await valuesOf(text), [first])
      assert.deepEqual(await warningsOf(text, SEED), [])
    })

    test(`of ${language} each place and each turn of a loop draws something else`, async () => {
      const loop = metadata ? '{{#each (list 1 2)}}{{uuidv4}},{{/each}}' : '{{ range list 1 2 }}{{ uuidv4 }},{{ end }}'
      const [made = ''] = await valuesOf(stream(STORE, templated(`${loop}{{uuidv4}},{{uuidv4}}`, { metadata })))
      assert.equal(new Set(made.split(',')).size, 4)
    })
  }

  test('a seed gives the values that it has always given, of every kind of randomness', async () => {
    const calls = [
      'randAlphaNum 12',
      'randNumeric 8',
      'randAscii 8',
      'randBytes 9',
      'randInt 0 1000000',
      'shuffle "abcdefgh"',
      'uuidv4',
      'bcrypt "p"',
    ]
    const template = calls.map((call) => `{{ ${call} }}`).join('\n')
    const [made = ''] = await valuesOf(stream(STORE, templated(template)))
    assert.deepEqual(made.split('\n'), GOLDEN)
  })

  test('a random value changes with the name, the key, a fetched value and the seed, not with other objects', async () => {
    const template = '{{ randAlphaNum 20 }}'
    const plain = stream(STORE, templated(template))
    const [value] = await valuesOf(plain)
    const others = await Promise.all([
      valuesOf(stream(STORE, templated(template, { name: 'other' }))),
      valuesOf(stream(STORE, templated(template, { key: 'other' }))),
      valuesOf(plain, memoryProvider({ db: '{"password":"rotated"}' })),
      valuesOf(plain, db(), { project: '', value: SecretValue.fromText('another seed for tests, 32 bytes') }),
      valuesOf(plain, db(), { ...SEED, project: 'payments' }),
    ])
    assert.equal(new Set([value, ...others.flat()]).size, 6)

    const more = await valuesOf(stream(templated(template, { name: 'before' }), STORE, templated(template)))
    assert.equal(more[1], value)
  })

  test('keys that are renamed by chance are the same with every render', async () => {
    const spec = `  dataFrom: [{extract: {key: db}, rewrite: [{transform: {template: "k{{ randNumeric 30 }}"}}]}]`
    const text = stream(STORE, externalSecret({ spec }))
    const keys = async () => objectsOf(await renderText(text, db(), {}, SEED)).map(({ values }) => Object.keys(values))
    const first = await keys()
    assert.equal(new Set(first[0]).size, 2)
    assert.deepEqual(await keys(), first)
    // Without a seed every key here is given the same name: one key is enough for the warning.
    assert.ok((await warningsOf(text.replace('key: db', 'key: other'))).some(([, field]) => field === 'spec.dataFrom[0].rewrite'))
  })

  test('what cannot be derived still gives a warning', async () => {
    const [warning, ...more] = await warningsOf(stream(STORE, templated('{{ randAlpha 3 }}{{ now | unixEpoch }}')), SEED)
    assert.deepEqual(more, [])
    assert.match(warning?.[2] ?? '', /^these functions .*: now; .*delivery: passthrough/)
  })
})

describe('without a seed', () => {
  test('a warning names object, field and functions, each once, and what to do', async () => {
    const text = stream(STORE, templated('{{ uuidv4 }}{{ uuidv4 }}{{ randAlpha 3 }}{{ "a" | upper }}'))
    assert.deepEqual(await warningsOf(text), [
      [
        'ExternalSecret default/app',
        'spec.target.template.data.made',
        'random functions give another value with every render: randAlpha, uuidv4; name a file of secret random bytes with --seed-file',
      ],
    ])
  })

  test('functions that expire have a warning of their own', async () => {
    const made = '{{ $ca := genCA "a" 1 }}{{ $key := genPrivateKey "ed25519" }}{{ randAlpha 3 }}'
    const messages = (await warningsOf(stream(STORE, templated(made)))).map(([, , message = '']) => message)
    assert.equal(messages.length, 2)
    assert.match(messages[0] ?? '', /^these functions .* refused in Argo CD: genCA, genPrivateKey;/)
    assert.match(messages[1] ?? '', /^random functions .*: randAlpha;/)
  })

  test('a date function that takes the present time for what is no time is warned of', async () => {
    const messages = (await warningsOf(stream(STORE, templated('{{ date "2006" .password }}')))).map(([, , message]) => message)
    assert.match(messages[0] ?? '', /^these functions .*: date;/)
  })

  for (const template of ['{{ .password | upper }}', '{{ htpasswd "a" "b" "sha" }}', '{{ if false }}{{ uuidv4 }}{{ end }}']) {
    test(`no warning where nothing is drawn: ${template}`, async () => {
      assert.deepEqual(await warningsOf(stream(STORE, templated(template))), [])
    })
  }
})

describe('--seed-file', () => {
  let directory: string
  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'seed-'))
    const store = STORE.replace('data: []', 'data: [{key: db, value: "{\\"password\\":\\"s3cret\\"}"}]')
    await writeFile(path.join(directory, 'app.yaml'), stream(store, templated('{{ randAlphaNum 20 }}')))
    await writeFile(path.join(directory, 'seed'), Buffer.alloc(32, 7))
    await writeFile(path.join(directory, 'short'), Buffer.alloc(31, 7))
    await writeFile(path.join(directory, 'large'), Buffer.alloc(65 * 1024, 7))
    await mkdir(path.join(directory, 'folder'))
  })
  after(() => rm(directory, { recursive: true }))

  const generated = (flags: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    runCli(['generate', ...flags, 'app.yaml'], { directory, environment })

  test('two renders are equal to the byte, by flag or by variable, and without a warning', async () => {
    const [one, other] = await Promise.all([
      generated(['--seed-file', 'seed']),
      generated([], { ARGOCD_EXTERNAL_SECRETS_SEED_FILE: 'seed' }),
    ])
    assert.deepEqual([one.exitCode, one.stderr], [0, ''])
    assert.deepEqual(other, one)
  })

  test('without it two renders differ, and a warning tells the line of the field', async () => {
    const [one, other] = await Promise.all([generated([]), generated([])])
    assert.equal(one.exitCode, 0)
    assert.notEqual(one.stdout, other.stdout)
    assert.match(
      one.stderr,
      /^app\.yaml:\d+: warning: ExternalSecret default\/app spec\.target\.template\.data\.made: .*--seed-file/,
    )
  })

  for (const [file, said] of [
    ['absent', 'cannot be read (ENOENT)'],
    ['folder', 'is not a file'],
    ['short', 'has 31 bytes, fewer than 32'],
    ['large', 'has more than 65536 bytes'],
  ] as const) {
    test(`a seed that ${said} is refused before anything is rendered`, async () => {
      const { stdout, stderr, exitCode } = await generated(['--seed-file', file])
      assert.deepEqual([exitCode, stdout], [2, ''])
      assert.ok(stderr.includes(`--seed-file: "${file}" ${said}`), stderr)
      assert.match(stderr, /head -c 32 \/dev\/urandom/)
    })
  }
})
