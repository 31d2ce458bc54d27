import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import { objectsOf, renderText } from '../support/render.ts'
import { db, externalSecret, generates, generator, stream } from '../support/render-cases.ts'
import { runCli } from '../support/run-cli.ts'

const SEED = { project: '', value: SecretValue.fromText('a seed for tests, 32 bytes long.') }
const PASSWORD = generator('Password', '{secretKeys: [a, b]}')
const UUID = generator('UUID')

/** Whoever changes these changes what runs in clusters: only with another version of the stream (plugin/expansion/generator-streams.ts). */
const GOLDEN = {
  a: 'miVFx5k@6.,U4M!D3>P$2X7G',
  b: '%3[&9P=Q1HAXcROf}+4ZmL68',
  uuid: 'daebf0f5-237e-4871-ab0d-2057a35f7a69',
}

const rotated = (count: number): string => `  annotations: {argocd-external-secrets.io/rotation: "${count}"}`

async function valuesOf(text: string, seed = SEED): Promise<Readonly<Record<string, string>>> {
  const secret = objectsOf(await renderText(text, db(), {}, seed)).find(({ kind }) => kind === 'Secret')
  return secret?.values ?? {}
}

describe('with a seed', () => {
  test('generators give the values that they have always given', async () => {
    const spec =
      '  dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: gen}}}, {sourceRef: {generatorRef: {kind: UUID, name: gen}}}]'
    assert.deepEqual(await valuesOf(stream(PASSWORD, UUID, externalSecret({ spec }))), GOLDEN)
  })

  test('there is no warning, and every render gives the same', async () => {
    const text = stream(PASSWORD, externalSecret({ spec: generates('Password') }))
    const [one, two] = [await renderText(text, db(), {}, SEED), await renderText(text, db(), {}, SEED)]
    assert.deepEqual(one.output, two.output)
    assert.deepEqual(one.warnings, [])
  })

  test('a value changes with the seed, the project, the namespace, the ExternalSecret, the generator, its key and the rotation', async () => {
    const own = (name = 'gen') =>
      stream(generator('Password', '{}', { name }), externalSecret({ spec: generates('Password', '', name) }))
    const inNamespace = (text: string): string => text.replaceAll('namespace: default', 'namespace: other')
    const cluster = generator('ClusterGenerator', '{kind: Password, generator: {passwordSpec: {}}}')
    const all = await Promise.all([
      valuesOf(own()),
      valuesOf(own(), { project: '', value: SecretValue.fromText('another seed for tests, 32 bytes.') }),
      valuesOf(own(), { ...SEED, project: 'payments' }),
      valuesOf(inNamespace(own())),
      valuesOf(own().replace('name: app', 'name: app2')),
      valuesOf(own('other')),
      valuesOf(stream(cluster, externalSecret({ spec: generates('ClusterGenerator') }))),
      valuesOf(own().replace('spec: {}', 'spec: {secretKeys: [other]}')),
      valuesOf(own().replace('spec: {}', 'spec: {length: 25}')),
      valuesOf(stream(generator('Password'), externalSecret({ metadata: rotated(1), spec: generates('Password') }))),
      valuesOf(stream(generator('Password'), externalSecret({ metadata: rotated(2), spec: generates('Password') }))),
    ])
    const made = all.flatMap((values) => Object.values(values))
    assert.equal(made.length, 11)
    assert.equal(new Set(made).size, 11)
  })

  test('a rotation of 0 is none', async () => {
    const text = (metadata: string) => stream(PASSWORD, externalSecret({ metadata, spec: generates('Password') }))
    assert.deepEqual(await valuesOf(text(rotated(0))), await valuesOf(text('')))
  })

  test('a value stays when entries are added, moved or renamed, and keys and defaults are written down', async () => {
    const first = (await valuesOf(stream(PASSWORD, externalSecret({ spec: generates('Password') }))))['a']
    const moved =
      '  dataFrom: [{sourceRef: {generatorRef: {kind: UUID, name: gen}}}, {sourceRef: {generatorRef: {kind: Password, name: gen}}}]'
    assert.equal((await valuesOf(stream(PASSWORD, UUID, externalSecret({ spec: moved }))))['a'], first)
    const renamed = generates('Password', ', rewrite: [{regexp: {source: "^a$", target: z}}]')
    assert.equal((await valuesOf(stream(PASSWORD, externalSecret({ spec: renamed }))))['z'], first)
    const written = generator('Password', '{length: 24, digits: 6, symbols: 6, secretKeys: [c, a], allowRepeat: false}')
    assert.equal((await valuesOf(stream(written, externalSecret({ spec: generates('Password') }))))['a'], first)
  })

  test('two entries that name one generator have values of their own', async () => {
    const entry = (target: string) =>
      `{sourceRef: {generatorRef: {kind: UUID, name: gen}}, rewrite: [{regexp: {source: uuid, target: ${target}}}]}`
    const { one, two } = await valuesOf(stream(UUID, externalSecret({ spec: `  dataFrom: [${entry('one')}, ${entry('two')}]` })))
    assert.ok(one && two)
    assert.notEqual(one, two)
  })

  test('an SSHKey warns all the same: it cannot be derived', async () => {
    const text = stream(generator('SSHKey', '{keyType: ed25519}'), externalSecret({ spec: generates('SSHKey') }))
    const { warnings, output } = await renderText(text, db(), {}, SEED)
    assert.ok(output)
    assert.match(warnings[0]?.message ?? '', /another value with every render; with a seed as well, and is refused in Argo CD/)
  })
})

describe('without a seed', () => {
  test('a Password is another one with every render, and a warning says how to keep it', async () => {
    const text = stream(PASSWORD, externalSecret({ spec: generates('Password') }))
    const render = await renderText(text, db())
    assert.match(render.warnings[0]?.message ?? '', /^Password default\/gen gives another value .* --seed-file$/)
    assert.match(objectsOf(render)[0]?.values['a'] ?? '', /^\S{24}$/)
  })
})

describe('the command line', () => {
  let directory = ''

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'generators-'))
    await mkdir(path.join(directory, 'app'))
    await writeFile(path.join(directory, 'seed'), 'a seed for tests, 32 bytes long.')
    const spec =
      '  dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: gen}}}, {sourceRef: {generatorRef: {kind: UUID, name: gen}}}]'
    await writeFile(path.join(directory, 'app', 'app.yaml'), stream(PASSWORD, UUID, externalSecret({ spec })))
  })
  after(() => rm(directory, { recursive: true }))

  test('renders the same with --seed-file', async () => {
    const { exitCode, stdout, stderr } = await runCli(['generate', 'app', '--seed-file', 'seed', '--output', 'json'], {
      directory,
    })
    assert.equal(exitCode, 0, stderr)
    assert.equal(stderr, '')
    const { data } = JSON.parse(stdout)
    assert.equal(Buffer.from(data.uuid, 'base64').toString(), GOLDEN.uuid)
  })

  test('validates them', async () => {
    const { exitCode, stdout } = await runCli(['validate', 'app'], { directory })
    assert.equal(exitCode, 0)
    assert.match(stdout, /valid: 1 ExternalSecrets, 0 stores, 2 generators/)
  })
})
