import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import type { Render } from '../../plugin/argocd/render-manifests.ts'
import { problemReport, warningReport } from '../../plugin/cli/report.ts'
import { type MemoryProvider, memoryProvider } from '../support/memory-provider.ts'
import { objectsOf, type Rendered, renderText, STORE } from '../support/render.ts'
import { externalSecret, stream } from '../support/render-cases.ts'
import { runCli } from '../support/run-cli.ts'

/** Generous: what it guards against is work that grows with the square of the input, or has no end. */
const TIMEOUT_MS = 120_000
/** 50 problems and 50 warnings of some names each. */
const LONGEST_REPORT = 150_000

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, Map.prototype, String.prototype]
const members = (): readonly unknown[] => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype))
const untouched = members()

/** Bytes, so that a text may hold what is no UTF-8: each character below U+0100 is one. */
function fileOf(...documents: readonly string[]): Uint8Array {
  return Buffer.from(documents.join('---\n'), 'latin1')
}

const db = (): MemoryProvider => memoryProvider({ db: '{"username":"ada","password":"s3cret"}' })
const render = (file: Uint8Array | string, memory = db()): Promise<Render> => renderText(file, memory)

function reportOf({ problems, warnings, locate }: Render): string {
  return warningReport(warnings, locate) + problemReport(problems, 'nothing was rendered', locate)
}

function assertBounded(report: string): void {
  assert.ok(report.length < LONGEST_REPORT, `a report of ${report.length} characters`)
  assert.doesNotMatch(report, /[^\n\P{Cc}]|\p{Cf}|\p{Zl}|\p{Zp}/u, 'something that a terminal obeys')
}

/** A failure that its author can act on: a report, no output, nothing unexpected. */
function assertRefused(failed: Render): void {
  assert.ok(!failed.output, 'there is output although something is wrong')
  assert.ok(failed.problems.length > 0)
  assert.deepEqual(
    [...new Set(failed.problems.map((problem) => problem.kind))].filter((kind) => kind === 'Bug'),
    [],
  )
  assertBounded(reportOf(failed))
}

const numbered = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('')
const LAUGHS = `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${numbered(9, (index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join()}]\n`)}`

/** Bodies that cost more than they look, or are no YAML at all. */
const HOSTILE: Readonly<Record<string, string>> = {
  'an alias bomb': LAUGHS,
  'an alias to itself': 'a: &a [*a]\n',
  '100,000 brackets': `a: ${'['.repeat(100_000)}\n`,
  '100,000 levels of mappings': `a: ${'{a: '.repeat(100_000)}\n`,
  NUL: 'a: "\0"\n',
  'bad UTF-8': 'a: "\xff\xfe\xc0\x80"\n',
  'half a character at the end': 'a: "\xe2\x82\n',
  'a bracket that is never closed': 'a: [1, 2\n',
  'a tab for an indentation': 'a:\n\tb: 1\n',
  'an alias without an anchor': 'a: *nowhere\n',
  'a quote of megabytes that never ends': `a: "${'x'.repeat(2_000_000)}\n`,
}

describe('hostile manifests', { timeout: TIMEOUT_MS }, () => {
  afterEach(() => {
    assert.deepEqual(members(), untouched, 'a prototype is polluted')
    assert.equal(Object.hasOwn(globalThis, 'polluted'), false)
  })

  for (const [what, body] of Object.entries(HOSTILE)) {
    test(`${what} in an ExternalSecret is a bounded error`, async () => {
      assertRefused(await render(fileOf(STORE, `${externalSecret()}${body}`)))
    })

    test(`${what} in a store is a bounded error`, async () => {
      assertRefused(await render(fileOf(`${STORE}${body}`, externalSecret())))
    })

    for (const kind of ['Pod', 'Secret', 'ConfigMap']) {
      test(`${what} in a ${kind} passes as it is, and the ExternalSecret beside it is rendered`, async () => {
        const foreign = `apiVersion: v1\nkind: ${kind}\nmetadata: {name: foreign}\n${body}`
        const done = await render(fileOf(foreign, STORE, externalSecret()))
        assert.deepEqual(done.problems, [])
        const output = Buffer.from(done.output ?? [])
        assert.ok(output.includes(Buffer.from(foreign, 'latin1')), 'its bytes are changed')
        assert.ok(output.includes('password: czNjcmV0'), 'the Secret is missing')
        assertBounded(reportOf(done))
      })
    }
  }

  test('50,000 keys in a flow mapping, of labels, of data and of what nobody knows', async () => {
    const map = `{${numbered(50_000, (index) => `k${index}: "${index}",`)}}`
    const values = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, 'v']))
    // JSON is printed, since the test's own YAML reader is quadratic here.
    const secretOf = async (text: string): Promise<Rendered> => {
      const { output, problems } = await renderText(text, memoryProvider({ db: JSON.stringify(values) }), { output: 'json' })
      assert.deepEqual(problems, [])
      return JSON.parse(Buffer.from(output ?? []).toString()) as Rendered
    }
    const spec = '  data: [{secretKey: k, remoteRef: {key: db, property: k1}}]'
    const labelled = await secretOf(stream(STORE, externalSecret({ metadata: `  labels: ${map}`, spec })))
    assert.equal(Object.keys(labelled.metadata.labels ?? {}).length, 50_000)
    const extracted = await secretOf(stream(STORE, externalSecret({ spec: '  dataFrom: [{extract: {key: db}}]' })))
    assert.equal(Object.keys(extracted.data ?? {}).length, 50_000)
    assertBounded(reportOf(await render(stream(STORE, `${externalSecret()}  unknown: ${map}`))))
    assertBounded(
      reportOf(await render(stream(STORE, `${externalSecret()}${numbered(20_000, (index) => `  unknown${index}: 1\n`)}`))),
    )
  })

  test('texts of a megabyte where names belong', async () => {
    const long = 'x'.repeat(1_000_000)
    for (const parts of [
      { name: long },
      { metadata: `  labels: {${long}: a}` },
      { metadata: `  labels: {a: ${long}}` },
      { metadata: `  annotations: {a: ${long}}` },
      { target: `{name: ${long}}` },
      { target: `{creationPolicy: ${long}}` },
      { target: `{${long}: 1}` },
      { spec: `  data: [{secretKey: ${long}, remoteRef: {key: db}}]` },
      { spec: `  data: [{secretKey: k, remoteRef: {key: ${long}}}]` },
      { spec: `  data: [{secretKey: k, remoteRef: {key: db, property: ${long}}}]` },
      { spec: `  data: [{secretKey: k, remoteRef: {key: db, version: ${long}}}]` },
    ]) {
      const failed = await render(stream(STORE, externalSecret(parts)))
      // An unknown field alone is a warning.
      if (failed.output) assertBounded(reportOf(failed))
      else assertRefused(failed)
    }
    assertRefused(
      await render(
        stream(
          STORE,
          externalSecret({ spec: `  data: [{secretKey: k, sourceRef: {storeRef: {name: ${long}}}, remoteRef: {key: db}}]` }),
        ),
      ),
    )
  })

  test('names that turn the text around, clear the screen or write lines of their own', async () => {
    const evil = String.raw`"\e]0;title\a\e[2J\u202Edrow\u2066\u2028\nerror: 0 problems\0"`
    for (const parts of [
      { name: evil },
      { metadata: `  labels: {${evil}: a}` },
      { metadata: `  annotations: {${evil}: a}` },
      { target: `{name: ${evil}}` },
      { target: `{${evil}: 1, creationPolicy: ${evil}}` },
      { target: `{template: {data: {${evil}: a}}}` },
      { spec: `  data: [{secretKey: ${evil}, remoteRef: {key: db}}]` },
      { spec: `  data: [{secretKey: k, remoteRef: {key: ${evil}}}]` },
      { spec: `  data: [{secretKey: k, remoteRef: {key: db, property: ${evil}}}]` },
      { spec: `  data: [{secretKey: k, sourceRef: {storeRef: {name: ${evil}, kind: ${evil}}}, remoteRef: {key: db}}]` },
      { spec: `  dataFrom: [{extract: {key: db, conversionStrategy: ${evil}}}]` },
    ]) {
      const failed = await render(stream(STORE, externalSecret(parts)))
      assertRefused(failed)
      assert.match(reportOf(failed), /\\u001b/, JSON.stringify(parts))
    }
  })

  test('thousands of problems are counted, not listed', async () => {
    const broken = Array.from({ length: 5_000 }, (_, index) => externalSecret({ name: `app-${index}`, spec: '  data: 7' }))
    const failed = await render(stream(STORE, ...broken))
    assertRefused(failed)
    assert.match(reportOf(failed), /error: 5000 problems[\s\S]*and 4950 more\n$/)
    const items = `  data:\n${'  - 1\n'.repeat(150_000)}`
    assertRefused(await render(stream(STORE, externalSecret({ spec: items }))))
    const listed = {
      apiVersion: 'v1',
      kind: 'List',
      items: Array.from({ length: 110_000 }, () => ({ apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' })),
    }
    assertRefused(await render(JSON.stringify(listed)))
    const absent = Array.from({ length: 3_000 }, (_, index) =>
      externalSecret({ name: `app-${index}`, spec: `  data: [{secretKey: k, remoteRef: {key: absent-${index}}}]` }),
    )
    assertRefused(await render(stream(STORE, ...absent)))
    const same = Array.from({ length: 3_000 }, (_, index) => externalSecret({ name: `app-${index}`, target: '{name: same}' }))
    assertRefused(await render(stream(STORE, ...same)))
  })

  test('a tag of code is an unknown tag', async () => {
    const code = 'unknown: !!js/function "function () { globalThis.polluted = 1 }()"'
    const [secret] = objectsOf(await render(stream(STORE, `${externalSecret()}  ${code}`)))
    assert.deepEqual(secret?.values, { password: 's3cret' })
  })

  test('duplicate keys: the last wins, with a warning each', async () => {
    const spec =
      '  data: [{secretKey: first, secretKey: second, remoteRef: {key: other, key: db, property: x, property: password}}]'
    const done = await render(stream(STORE, externalSecret({ spec })))
    assert.deepEqual(objectsOf(done)[0]?.values, { second: 's3cret' })
    assert.equal(done.warnings.length, 3)
  })
})

/** Own entries alone, in whatever order. */
function assertEntries(
  record: Readonly<Record<string, string>> | undefined,
  expected: readonly (readonly [string, string])[],
): void {
  assert.deepEqual(new Map(Object.entries(record ?? {})), new Map(expected))
}

describe('names of JavaScript itself', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf', 'then']
  afterEach(() => assert.deepEqual(members(), untouched, 'a prototype is polluted'))

  for (const name of NAMES) {
    const mayBeLabel = /^[a-zA-Z]/.test(name)

    test(`${name} as secretKey and as key of the provider`, async () => {
      const spec = `  data: [{secretKey: ${name}, remoteRef: {key: ${name}}}, {secretKey: b, remoteRef: {key: db, property: password}}]`
      const memory = db()
      memory.values.set(name, 'value')
      const [secret] = objectsOf(await render(stream(STORE, externalSecret({ spec })), memory))
      assertEntries(secret?.values, [
        [name, 'value'],
        ['b', 's3cret'],
      ])
    })

    test(`${name} in what a provider gives`, async () => {
      const memory = memoryProvider({ db: `{"${name}":"value","b":"c"}` })
      const [secret] = objectsOf(
        await render(stream(STORE, externalSecret({ spec: '  dataFrom: [{extract: {key: db}}]' })), memory),
      )
      assertEntries(secret?.values, [
        [name, 'value'],
        ['b', 'c'],
      ])
    })

    test(`${name} as a key of template.data`, async () => {
      const done = await render(stream(STORE, externalSecret({ target: `{template: {data: {${name}: fixed}}}` })))
      // The one that no schema can hold safely is refused, not dropped.
      if (name === '__proto__') assertRefused(done)
      else assert.deepEqual(Object.entries(objectsOf(done)[0]?.values ?? {}), [[name, 'fixed']])
    })

    test(`${name} in a Handlebars template is what was fetched under that name, or nothing`, async () => {
      const metadata = '  annotations: {argocd-external-secrets.io/template-engine: handlebars}'
      const target = `{template: {data: {k: "<{{${name}}}>", l: "<{{lookup . '${name}'}}>"}}}`
      const done = await render(stream(STORE, externalSecret({ metadata, target })))
      if (done.output) assert.deepEqual(objectsOf(done)[0]?.values, { k: '<>', l: '<>' })
      else assertRefused(done)
    })

    test(`${name} as a label and an annotation, of the ExternalSecret and of the template`, async () => {
      for (const [parts, field] of [
        [{ metadata: `  labels: {${name}: v, b: c}` }, 'labels'],
        [{ metadata: `  annotations: {${name}: v, b: c}` }, 'annotations'],
        [{ target: `{template: {metadata: {labels: {${name}: v, b: c}}}}` }, 'labels'],
        [{ target: `{template: {metadata: {annotations: {${name}: v, b: c}}}}` }, 'annotations'],
      ] as const) {
        const done = await render(stream(STORE, externalSecret(parts)))
        if (!mayBeLabel) {
          assertRefused(done)
          continue
        }
        assertEntries(objectsOf(done)[0]?.metadata[field], [
          [name, 'v'],
          ['b', 'c'],
        ])
      }
    })

    test(`${name} is merged into a Secret of the stream`, async () => {
      const existing = `apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: default}\ndata: {${name}: b2xk, other: b3RoZXI=}\n`
      const spec = `  data: [{secretKey: ${name}, remoteRef: {key: db, property: password}}]`
      const target = '{creationPolicy: Merge}'
      const done = await render(stream(existing, STORE, externalSecret({ target, spec })))
      assertEntries(objectsOf(done)[0]?.data, [
        [name, 'czNjcmV0'],
        ['other', 'b3RoZXI='],
      ])
    })

    test(`${name} as a field, a kind and a name of ours and of others`, async () => {
      const text = stream(
        STORE,
        externalSecret({
          spec: `  ${name}: {polluted: 1}\n  data: [{secretKey: p, remoteRef: {key: db, property: password, ${name}: {polluted: 1}}}]`,
        }),
        `apiVersion: v1\nkind: ${name}\nmetadata: {name: ${name}}\n${name}: {polluted: 1}\n`,
        `{"apiVersion":"v1","kind":"List","${name}":{"polluted":1},"items":[{"kind":"Pod","${name}":{"polluted":1}}]}\n`,
      )
      for (const output of ['yaml', 'json'] as const) {
        const done = await renderText(text, db(), { output })
        assert.deepEqual(done.problems, [])
        assert.equal(done.warnings.length, 2, 'an unknown field is warned of')
      }
    })
  }
})

describe('hostile manifests through the whole program', { timeout: TIMEOUT_MS, concurrency: 2 }, () => {
  const FAKE = (value: string): string =>
    `apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: store, namespace: default}\nspec: {provider: {fake: {data: [{key: db, value: ${JSON.stringify(value)}}]}}}\n`
  const EXTRACT = externalSecret({ spec: '  dataFrom: [{extract: {key: db}}]' })

  for (const what of ['an alias bomb', '100,000 brackets', 'NUL', 'bad UTF-8']) {
    test(`${what} is exit code 3 with one report and no output`, async () => {
      const input = Buffer.from(`${externalSecret()}${HOSTILE[what]}`, 'latin1')
      const { stdout, stderr, exitCode } = await runCli(['generate', '-'], { input })
      assert.equal(exitCode, 3)
      assert.equal(stdout, '')
      assert.match(stderr, /^error: 1 problem: nothing was rendered\nstandard input:\d+: InvalidSpec/)
      assertBounded(stderr)
    })
  }

  test('a prototype in the JSON of the fake provider is a key like others', async () => {
    const input = `${FAKE('{"__proto__": "x", "constructor": {"prototype": {"polluted": 1}}, "b": "c"}')}---\n${EXTRACT}`
    const { stdout, stderr, exitCode } = await runCli(['generate', '-', '--output', 'json'], { input })
    assert.equal(exitCode, 0, stderr)
    const { data } = JSON.parse(stdout)
    assert.deepEqual(new Set(Object.keys(data)), new Set(['__proto__', 'b', 'constructor']))
    assert.ok(stdout.includes(`"__proto__":"${Buffer.from('x').toString('base64')}"`))
  })

  test('a JSON of 100,000 levels is an error of that reference, not of the program', async () => {
    const { stdout, stderr, exitCode } = await runCli(['generate', '-'], {
      input: `${FAKE(`{"a":${'['.repeat(100_000)}`)}---\n${EXTRACT}`,
    })
    assert.equal(exitCode, 3, stderr)
    assert.equal(stdout, '')
    assertBounded(stderr)
  })

  for (const name of ['__proto__', 'constructor', 'toString']) {
    test(`${name} is neither a command nor a flag`, async () => {
      assert.equal((await runCli([name])).exitCode, 2)
      assert.equal((await runCli(['generate', `--${name}`])).exitCode, 2)
    })
  }
})
