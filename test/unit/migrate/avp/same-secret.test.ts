import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { type AvpSecret, type AvpValues, avpSecretData } from '../../../support/avp-model.ts'
import { migratedAvp, renderedMigration } from '../../../support/migration.ts'
import { runs } from '../../../support/property-runs.ts'

const PATH = 'secret/data/app'

/** The Secret of the old program's model and that of a render of what it became, key by key. */
async function assertSameSecret(parts: Partial<AvpSecret>, values: AvpValues): Promise<void> {
  const annotations = { 'avp.kubernetes.io/path': PATH, ...parts.metadata?.annotations }
  const text = stringify({ apiVersion: 'v1', kind: 'Secret', ...parts, metadata: { name: 'app', annotations } })
  const held = Object.entries(values).map(([path, map]) => [path, JSON.stringify(map)] as const)
  const { secret, said } = await renderedMigration(migratedAvp(text), Object.fromEntries(held))
  assert.deepEqual(said, [])
  assert.equal(secret.kind, 'Secret')
  const expected = Array.from(avpSecretData(parse(text) as AvpSecret, values), ([key, bytes]) => [key, bytes.toString('base64')])
  assert.deepEqual(secret.data, Object.fromEntries(expected))
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

const VALUES: AvpValues = {
  [PATH]: {
    user: 'ann {{ .x }}',
    password: 'p"\\\n$ä',
    encoded: base64('decoded: ü'),
    json: '{"a": {"b": "text <&>"}, "list": [1, "two", {"c": null}], "big": 12345678, "my-key": true, "tls.crt": "pem"}',
    yaml: 'a:\n  b: text\n  num: 7\n',
    lines: 'one\n  two  \n\nthree\n',
    'dashed-key.with.dots': 'dashed',
  },
  'secret/data/other': { user: 'other' },
  'secret/data/other@3': { user: 'older' },
}

describe('a migrated Secret is the one that argocd-vault-plugin makes', () => {
  const cases: Readonly<Record<string, Partial<AvpSecret>>> = {
    'a value as it is': { stringData: { a: '<user>', b: '<path:secret/data/other#user>' } },
    'a value of a version': { stringData: { a: '<path:secret/data/other#user#3>' } },
    'base64 of the store in data': { data: { a: '<encoded>' } },
    'a value that is encoded on its way into data': { data: { a: '<password | base64encode>' } },
    'text around values': { stringData: { a: 'x://<user>:<password>@h/{{ not a template }}', b: '<user>' } },
    'fixed keys beside values': { stringData: { a: '<user>', b: 'fixed {{' }, data: { c: base64('ü'), d: '/wD+' } },
    'base64 with placeholders inside': { data: { a: base64('<user>'), b: base64('-<user>:<path:secret/data/other#user>-') } },
    'modifiers one after the other': { stringData: { a: '<user | base64encode | sha256sum>', b: '<encoded | base64decode>' } },
    'a key that needs quotes in a template': { stringData: { a: 'x <dashed-key.with.dots>' } },
    'jsonPath to text, numbers, lists, maps, null and odd names': {
      stringData: {
        text: '<json | jsonPath {.a.b}>',
        map: '<json | jsonPath {.a}>',
        list: '<json | jsonPath {.list}>',
        item: '<json | jsonPath {.list[1]}>',
        nothing: '<json | jsonPath {.list[2].c}>',
        number: '<json | jsonPath {.big}>',
        odd: "<json | jsonPath {.my-key}{': '}{$['tls.crt']}>",
        encoded: '<json | jsonPath {.a.b} | base64encode>',
      },
      data: { b: '<json | jsonParse | jsonPath {.a.b} | base64encode>' },
    },
    'yamlParse before jsonPath': { stringData: { a: '<yaml | yamlParse | jsonPath {.a.b}-{.a.num}>' } },
    indent: { stringData: { a: 'x:\n    <lines | indent 4>\ny' } },
    'stringData wins over data': { data: { a: '<encoded>' }, stringData: { a: '<user>' } },
    'the annotation for the version': {
      metadata: { annotations: { 'avp.kubernetes.io/path': 'secret/data/other', 'avp.kubernetes.io/secret-version': '3' } },
      stringData: { a: '<user>', b: '<path:secret/data/other#user>' },
    },
    'keys without a value are left out where the annotation says so': {
      metadata: { annotations: { 'avp.kubernetes.io/remove-missing': 'true' } },
      stringData: { a: '<user>', b: '<nothing>', c: 'fixed' },
      data: { d: '<encoded>', e: '<nowhere>' },
    },
  }
  for (const [name, parts] of Object.entries(cases)) {
    test(name, () => assertSameSecret(parts, VALUES))
  }

  const literal = fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll(/[<>]/g, '{{'))
  const reference = fc.constantFrom('user', 'password', 'path:secret/data/other#user', 'path:secret/data/other#user#3', 'json')
  const modifier = fc.constantFrom(
    '',
    ' | base64encode',
    ' | sha256sum',
    '|base64encode | sha256sum',
    ' | base64encode | base64decode',
  )
  const placeholder = fc.tuple(reference, modifier).map(([name, steps]) => `<${name}${steps}>`)
  const text = fc.array(fc.oneof(literal, placeholder), { maxLength: 5 }).map((parts) => parts.join(''))
  const keys = <T>(value: fc.Arbitrary<T>, prefix: string): fc.Arbitrary<Record<string, T>> =>
    fc
      .array(value, { minLength: 1, maxLength: 4 })
      .map((all) => Object.fromEntries(all.map((one, index) => [`${prefix}${index}`, one])))
  const stringData = keys(
    fc.tuple(text, placeholder).map(([around, one]) => around + one),
    's',
  )
  const data = keys(
    fc.oneof(
      text.map(base64),
      reference.map((name) => `<${name} | base64encode>`),
      fc.constant('<encoded>'),
    ),
    'd',
  )

  test('whatever is written around and behind the placeholders', async () => {
    await fc.assert(
      fc.asyncProperty(stringData, data, (plain, encoded) => assertSameSecret({ stringData: plain, data: encoded }, VALUES)),
      { numRuns: runs(60) },
    )
  })
})
