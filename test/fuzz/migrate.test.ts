import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { stringify } from 'yaml'
import { migrateAvp } from '../../plugin/migrate/avp/migrate-avp.ts'
import { migrateKes } from '../../plugin/migrate/kes/migrate-kes.ts'
import type { Migration } from '../../plugin/migrate/migration.ts'
import { printStream } from '../../plugin/stream/print-stream.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { runs } from '../support/property-runs.ts'

type Program = (text: string) => Migration

const streamOf = (text: string): ReturnType<typeof splitManifests> => splitManifests('x', new TextEncoder().encode(text))
const avp: Program = (text) => migrateAvp([streamOf(text)], { backend: 'vault', kvVersion: '2', storeKind: 'SecretStore' })
const kes: Program = (text) => migrateKes([streamOf(text)], { storeKind: 'SecretStore' })

const secret = (value: string, annotations: object = {}): string =>
  stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', annotations }, stringData: { k: value } })
const object = (spec: object): string =>
  stringify({ apiVersion: 'kubernetes-client.io/v1', kind: 'ExternalSecret', metadata: { name: 'a' }, spec })

const MANY = 60_000

describe('manifests that mean harm to a migration', () => {
  const hostile: readonly (readonly [string, Program, () => string])[] = [
    ['almost placeholders', avp, () => secret('<path:'.repeat(MANY))],
    ['almost placeholders that cannot be read', avp, () => `a: [\n${'<path:'.repeat(MANY)}`],
    [
      'placeholders of one name and many paths',
      avp,
      () => secret(Array.from({ length: MANY / 10 }, (_, index) => `<path:a/data/${index}#k>`).join('')),
    ],
    ['modifiers without end', avp, () => secret(`<path:a/data/b#k${' | base64encode'.repeat(MANY / 10)}>`)],
    ['braces without end', avp, () => secret(`<path:a/data/b#k | jsonPath ${'{'.repeat(MANY)}>`)],
    ['steps without end', avp, () => secret(`<path:a/data/b#k | jsonPath {${'.a'.repeat(MANY / 10)}}>`)],
    [
      'a document of placeholders',
      avp,
      () => stringify({ apiVersion: 'v1', kind: 'ConfigMap', data: Array.from({ length: MANY / 4 }, () => '<path:a#b>') }),
    ],
    [
      'almost base64',
      avp,
      () => stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { k: `${'PHBh'.repeat(MANY)}!` } }),
    ],
    ['templates that open', kes, () => object({ backendType: 'vault', template: { stringData: { k: '<%'.repeat(MANY) } } })],
    ['interpolations that open', kes, () => object({ backendType: 'vault', template: { stringData: { k: '${'.repeat(MANY) } } })],
    [
      'expressions in expressions',
      kes,
      () => object({ backendType: 'vault', template: { stringData: { k: `<%= ${'JSON.stringify('.repeat(MANY / 10)} %>` } } }),
    ],
    [
      'steps of JavaScript',
      kes,
      () =>
        object({ backendType: 'vault', template: { stringData: { k: `<%= JSON.parse(data.a)${'.a'.repeat(MANY / 10)} %>` } } }),
    ],
    [
      'almost base64 out of a template',
      kes,
      () => object({ backendType: 'vault', template: { data: { k: `<%= Buffer.from(${').toString('.repeat(MANY / 10)}` } } }),
    ],
    [
      'stores of one name',
      kes,
      () =>
        Array.from({ length: 500 }, (_, index) =>
          object({ backendType: 'vault', vaultRole: `a${'-_'[index % 2]}${'.'.repeat(index)}b`, dataFrom: ['k'] }),
        ).join('---\n'),
    ],
    ['collections in collections', avp, () => secret(`${'['.repeat(MANY)}<path:a/data/b#c>`)],
    ['a document too deep to read', avp, () => `kind: Secret\na: ${'['.repeat(MANY)}<path:a/data/b#c>`],
  ]
  for (const [name, program, text] of hostile) {
    test(`${name} come to an end, with a report that is short`, () => {
      const migration = program(text())
      printStream(migration.streams, migration.edits)
      assert.ok(migration.problems.length <= 60, `${migration.problems.length} problems`)
    })
  }

  const words = fc.array(
    fc.constantFrom(
      '<path:a/data/b#c>',
      '<',
      '>',
      '<k>',
      '|',
      'jsonPath {.a}',
      '{{',
      '}}',
      '<%= data.a %>',
      '${',
      '\n',
      ': ',
      '- ',
      '#',
      '"',
      "'",
      '%',
    ),
    { maxLength: 20 },
  )
  test('texts of their signs are migrated or left, and never half', () => {
    fc.assert(
      fc.property(words, fc.boolean(), (parts, named) => {
        const value = parts.join('')
        for (const migration of [
          avp(secret(value, named ? { 'avp.kubernetes.io/path': 'a/data/b' } : {})),
          kes(object({ backendType: 'vault', dataFrom: ['a'], template: { stringData: { k: value } } })),
        ]) {
          assert.ok(migration.edits.size === 0 || migration.problems.length === 0)
        }
      }),
      { numRuns: runs(500) },
    )
  })

  test('names of prototypes are keys like any other', () => {
    const text =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  __proto__: <path:a/data/b#__proto__>\n  constructor: <path:a/data/b#toString>\n  x: y<path:a/data/b#constructor>\n'
    const { streams, edits, problems } = avp(text)
    const printed = new TextDecoder().decode(printStream(streams, edits))
    if (problems.length === 0)
      for (const name of ['__proto__', 'constructor', 'x']) assert.match(printed, new RegExp(`^ +"?${name}"?:`, 'm'))
    assert.equal(Object.hasOwn(Object.prototype, 'x'), false)
  })
})
