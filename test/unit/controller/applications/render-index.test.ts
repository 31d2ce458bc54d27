import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRecords, recordsText } from '../../../../plugin/controller/applications/persisted-index.ts'
import { DEFAULT_INDEX, RenderIndex, type RenderRecord } from '../../../../plugin/controller/applications/render-index.ts'
import { countsText, NO_STAND_INS } from '../../../../plugin/controller/applications/stand-in-counts.ts'
import { usedKeys } from '../../../../plugin/controller/applications/used-key.ts'
import { readFact, VAULT } from './render-facts.ts'

let clock = 0

function record(name: string, versions: Readonly<Record<string, string>>, changes: Partial<RenderRecord> = {}): RenderRecord {
  return {
    application: { namespace: 'argocd', name, project: 'team' },
    source: { repoUrl: 'https://git.example.com/apps.git', path: name },
    revision: 'r1',
    renderedAtMs: clock++,
    keys: usedKeys(Object.entries(versions).map(([key, version]) => readFact(key, version))),
    standIns: NO_STAND_INS,
    ...changes,
  }
}

function users(index: RenderIndex, key: string): readonly string[] {
  return index
    .usersOf(VAULT, key)
    .map(({ application, used }) => `${application.name}@${used.version}`)
    .toSorted()
}

test('Applications are found by what they use, as their newest report has it', () => {
  const index = new RenderIndex(DEFAULT_INDEX)
  const current = new Set(['r1', 'r2'])
  index.put(record('a', { x: 'v1', y: 'v1' }), current)
  index.put(record('b', { x: 'v1' }), current)
  index.put(record('a', { x: 'v2' }, { revision: 'r2' }), current)
  assert.deepEqual([users(index, 'x'), users(index, 'y')], [['a@v2', 'b@v1'], ['a@v1']])
  index.put(record('a', { z: 'v1' }, { revision: 'r3' }), new Set(['r3']))
  assert.deepEqual([users(index, 'x'), users(index, 'y'), users(index, 'z')], [['b@v1'], [], ['a@v1']])
  index.remove('argocd/b')
  assert.deepEqual([users(index, 'x'), index.applications, index.keys], [[], 1, 1])
})

test('a key is found by the name that its provider has for it, too, and counts once', () => {
  const index = new RenderIndex(DEFAULT_INDEX)
  const current = new Set(['r1'])
  const keys = usedKeys([readFact('x', 'v1', { keyPrefix: 'prod/' })])
  index.put(record('a', {}, { keys }), current)
  index.put(record('b', { 'prod/x': 'v1' }), current)
  assert.deepEqual([users(index, 'x'), users(index, 'prod/x'), index.keys], [['a@v1'], ['a@v1', 'b@v1'], 2])
  const named = (...names: readonly string[]): readonly string[] =>
    index.usersNamed('vault', new Set(names)).map(({ application }) => application.name)
  assert.deepEqual([named('x'), named('prod/x', 'x').toSorted()], [[], ['a', 'b']])
  index.remove('argocd/a')
  index.remove('argocd/b')
  assert.deepEqual([named('prod/x'), users(index, 'x'), index.keys], [[], [], 0])
})

test('a key of Key Vault is found in upper and lower case, one of another provider as it is written', () => {
  const index = new RenderIndex(DEFAULT_INDEX)
  const of = (provider: string) => ({ keys: usedKeys([readFact('DbPassword', 'v1', { provider })]) })
  index.put(record('a', {}, of('azurekv')), new Set(['r1']))
  index.put(record('b', {}, of('vault')), new Set(['r1']))
  const named = (provider: string, name: string): readonly string[] =>
    index.usersNamed(provider, new Set([name])).map(({ application }) => application.name)
  assert.deepEqual([named('azurekv', 'dbpassword'), named('azurekv', 'DBPassword')], [['a'], ['a']])
  assert.deepEqual([named('vault', 'dbpassword'), named('vault', 'DbPassword')], [[], ['b']])
  assert.deepEqual([users(index, 'dbPASSWORD'), users(index, 'DbPassword')], [['a@v1'], ['a@v1', 'b@v1']])
  for (const id of ['argocd/a', 'argocd/b']) index.remove(id)
  assert.deepEqual([named('azurekv', 'dbpassword'), index.keys], [[], 0])
})

test('sources of one Application do not push each other out', () => {
  const index = new RenderIndex(DEFAULT_INDEX)
  const other = { source: { repoUrl: 'https://git.example.com/other.git', path: 'a' } }
  index.put(record('a', { x: 'v1' }), new Set(['r1', 'r2']))
  index.put(record('a', { y: 'v1' }, { ...other, revision: 'r2' }), new Set(['r1', 'r2']))
  assert.deepEqual([users(index, 'x'), users(index, 'y')], [['a@v1'], ['a@v1']])
})

test('an Application is written again only when something but the time changed', () => {
  const index = new RenderIndex(DEFAULT_INDEX)
  const current = new Set(['r1'])
  index.put(record('a', { x: 'v1' }), current)
  assert.deepEqual(index.takeDirty(), ['argocd/a'])
  index.put(record('a', { x: 'v1' }), current)
  assert.deepEqual(index.takeDirty(), [])
  index.put(record('a', { x: 'v2' }), current)
  assert.deepEqual(index.takeDirty(), ['argocd/a'])
})

test('no more Applications are kept than allowed, the longest unreported goes', () => {
  const index = new RenderIndex({ ...DEFAULT_INDEX, maxApplications: 2 })
  const current = new Set(['r1'])
  for (const name of ['a', 'b', 'a']) index.put(record(name, { x: 'v1' }), current)
  assert.deepEqual(index.put(record('c', { x: 'v1' }), current), ['argocd/b'])
  assert.deepEqual(users(index, 'x'), ['a@v1', 'c@v1'])
})

test('what was written is read again, and nonsense is not', () => {
  const records = [record('a', { x: 'v1', y: 'v2' }), record('a', {}, { revision: 'r2' })]
  assert.deepEqual(readRecords(recordsText(records)), records)
  const keys = usedKeys([readFact('x', 'v1', { keyPrefix: 'prod/' }), readFact('missing', undefined)])
  const odd = record('b', {}, { keys, standIns: { default: 2, otherStore: 0, leftOut: 1 } })
  assert.deepEqual(readRecords(recordsText([odd])), [odd])
  for (const text of ['', '{}', '[{}]', '[1', 'null']) assert.equal(readRecords(text), undefined)
})

test('what stands in is counted by the newest report of each source, and by project', () => {
  const index = new RenderIndex(DEFAULT_INDEX)
  const current = new Set(['r1', 'r2'])
  const other = { source: { repoUrl: 'https://git.example.com/other.git', path: 'a' } }
  index.put(record('a', {}, { standIns: { default: 5, otherStore: 5, leftOut: 5 } }), current)
  index.put(record('a', {}, { revision: 'r2', standIns: { default: 1, otherStore: 0, leftOut: 0 } }), current)
  index.put(record('a', {}, { ...other, standIns: { default: 1, otherStore: 1, leftOut: 0 } }), current)
  index.put(record('b', {}, { standIns: { default: 0, otherStore: 0, leftOut: 3 } }), current)
  index.put(record('c', { x: 'v1' }), current)
  assert.equal(countsText(index.standInsOf('argocd/a')), '2 defaults, 1 from another store')
  const expected = [['team', { applications: 2, values: { default: 2, otherStore: 1, leftOut: 3 } }]]
  assert.deepEqual([...index.standInsByProject()], expected)
  index.takeDirty()
  index.put(record('b', {}), current)
  assert.deepEqual([index.takeDirty(), index.standInsByProject().get('team')?.applications], [['argocd/b'], 1])
})

test('one key of several ExternalSecrets is one use, with the shortest interval; other versions of it are others', () => {
  const used = usedKeys([
    readFact('x', 'v1', { refreshInterval: '2h' }),
    readFact('x', 'v1', { refreshInterval: '10m', isHook: true }),
    readFact('x', 'v0', { requestedVersion: 'v0', refreshInterval: '0' }),
    readFact('y', 'v1', { refreshInterval: '' }),
  ])
  assert.deepEqual(
    used.map(({ key, requestedVersion, intervalMs, isHook }) => [key, requestedVersion, intervalMs, isHook]),
    [
      ['x', '', 600_000, true],
      ['x', 'v0', 0, false],
      ['y', '', 3_600_000, false],
    ],
  )
})
