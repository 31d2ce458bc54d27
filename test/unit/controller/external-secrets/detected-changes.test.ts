import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExternalSecret } from '../../../../plugin/api/read-external-secret.ts'
import type { WatchedKey, WatchedStore } from '../../../../plugin/controller/detection/detection-schedule.ts'
import { DetectedChanges, laneOf, raiseFloor } from '../../../../plugin/controller/external-secrets/detected-changes.ts'
import type { Values } from '../../../../plugin/controller/external-secrets/read-values.ts'
import { ReadFloors } from '../../../../plugin/controller/stores/read-floors.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

const OBJECT = { namespace: 'shop', name: 'database' }
const REF = { key: 'db', part: 'value' } as const
const STORE = { name: 'bao' }

function resourceOf(more: Readonly<Record<string, unknown>> = {}) {
  const spec = { secretStoreRef: STORE, refreshInterval: '60s', data: [{ secretKey: 'k', remoteRef: { key: 'db' } }], ...more }
  const { value } = readExternalSecret({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'database' },
    spec,
  })
  return value ?? assert.fail()
}

function setUp(isWatchable = true) {
  const clock = new FakeClock()
  const checked: string[] = []
  const watched = new Map<string, readonly WatchedKey[]>()
  const store: WatchedStore = { identity: 'i', name: 'SecretStore shop/bao', provider: 'vault', open: async () => undefined }
  const schedule = {
    watch: (watcher: string, keys: readonly WatchedKey[]) => void watched.set(watcher, keys),
    unwatch: (watcher: string) => void watched.delete(watcher),
    check: (identity: string, key: string) => void checked.push(`${identity} ${key}`),
    isAway: () => false,
    nextLook: () => undefined,
    run: async () => undefined,
    stores: () => [],
  }
  const changes = new DetectedChanges({ schedule, clock, watchedStore: async () => (isWatchable ? store : undefined) })
  const values: Values = {
    data: new Map(),
    readAfterMs: clock.now(),
    held: [{ store: STORE, ref: REF, version: '7' }],
    absent: [],
    standIns: [],
  }
  const change = { store, query: { key: 'db' }, reason: 'changed', version: '8', watchers: ['shop/database'] } as const
  return { clock, checked, watched, changes, values, change }
}

test('what was read is watched with its version, once an interval', async () => {
  const { watched, changes, values, clock } = setUp()
  await changes.holds(OBJECT, resourceOf(), values)
  const [key] = watched.get('shop/database') ?? []
  assert.deepEqual(key?.read, { version: '7', atMs: clock.now() })
  assert.deepEqual(key?.query, { key: 'db' })
  assert.equal(key?.intervalMs, 60_000)
  assert.ok(changes.watches(OBJECT))
})

test('what did not exist when it was looked for is watched as absent', async () => {
  const { watched, changes, values, clock } = setUp()
  await changes.holds(OBJECT, resourceOf(), { ...values, held: [{ store: STORE, ref: REF, version: undefined }] })
  assert.deepEqual(watched.get('shop/database')?.[0]?.read, { version: undefined, atMs: clock.now() })
})

test('after a restart an object in sync is watched without a read', async () => {
  const { watched, changes } = setUp()
  await changes.holds(OBJECT, resourceOf(), undefined)
  assert.equal(watched.get('shop/database')?.[0]?.read, undefined)
})

test('a change counts until values are read that are newer than it', async () => {
  const { clock, changes, values, change } = setUp()
  await changes.holds(OBJECT, resourceOf(), values)
  clock.advance(1_000)
  changes.told(change)
  const changedAt = changes.changedAt(OBJECT)
  assert.equal(changedAt, clock.now())
  await changes.holds(OBJECT, resourceOf(), values)
  assert.equal(changes.changedAt(OBJECT), changedAt)
  await changes.holds(OBJECT, resourceOf(), { ...values, readAfterMs: clock.now() })
  assert.equal(changes.changedAt(OBJECT), undefined)
})

test('a change is on its way since its provider says so, else since its notice; of several the first counts', async () => {
  const { clock, changes, values, change } = setUp()
  await changes.holds(OBJECT, resourceOf(), values)
  assert.equal(changes.startedAt(OBJECT), undefined)
  clock.advance(60_000)
  const happenedAt = clock.now() - 20_000
  changes.told({ ...change, changedAtMs: happenedAt })
  assert.deepEqual(changes.startedAt(OBJECT), { atMs: happenedAt, from: 'provider' })
  const firstNotice = clock.now()
  clock.advance(60_000)
  const ahead = { ...change, changedAtMs: clock.now() + 1 }
  changes.told(ahead)
  assert.deepEqual(changes.startedAt(OBJECT), { atMs: happenedAt, from: 'provider' })
  await changes.holds(OBJECT, resourceOf(), { ...values, readAfterMs: firstNotice - 1 })
  assert.deepEqual(changes.startedAt(OBJECT), { atMs: happenedAt, from: 'provider' }, 'a read of before')
  await changes.holds(OBJECT, resourceOf(), { ...values, readAfterMs: firstNotice })
  assert.deepEqual(changes.startedAt(OBJECT), { atMs: clock.now(), from: 'notice' }, 'a clock that is ahead tells nothing')
  await changes.holds(OBJECT, resourceOf(), { ...values, readAfterMs: clock.now() })
  assert.equal(changes.startedAt(OBJECT), undefined)
})

test('an event that no detector confirms says when it happened', async () => {
  const { changes, clock } = setUp(false)
  const atMs = clock.now() - 3_000
  await changes.rotated(OBJECT, [{ store: STORE, key: 'db' }], atMs)
  assert.deepEqual(changes.startedAt(OBJECT), { atMs, from: 'provider' })
})

test('an object that time never refreshes, or whose store cannot be watched, is not watched', async () => {
  for (const more of [{ refreshInterval: '0' }, { refreshPolicy: 'OnChange' }, { refreshPolicy: 'CreatedOnce' }]) {
    const { changes, values, watched } = setUp()
    await changes.holds(OBJECT, resourceOf(), values)
    await changes.holds(OBJECT, resourceOf(more), values)
    assert.ok(!changes.watches(OBJECT))
    assert.equal(watched.size, 0)
  }
  const { changes, values } = setUp(false)
  await changes.holds(OBJECT, resourceOf(), values)
  assert.ok(!changes.watches(OBJECT))
})

test('a change goes before what is due by time, and nothing read earlier is given out for its key', () => {
  const { change, clock } = setUp()
  assert.equal(laneOf(change), 'priority')
  assert.equal(laneOf({ ...change, reason: 'said' }), 'priority')
  assert.equal(laneOf({ ...change, reason: 'sweep' }), 'periodic')
  const floors = new ReadFloors(clock)
  raiseFloor(change, floors, 5)
  const label = { id: '', provider: 'vault', kind: 'SecretStore', name: 'bao', isAdministrators: false }
  assert.equal(floors.floorOf('', label, 'db')?.notBeforeMs, 5)
  assert.equal(floors.floorOf('', label, 'other'), undefined)
})

test('somebody says that a key was rotated: its detector is asked; without one the object counts as changed until it is read', async () => {
  const keys = [{ store: STORE, key: 'db' }]
  const watched = setUp()
  await watched.changes.holds(OBJECT, resourceOf(), watched.values)
  assert.equal(await watched.changes.rotated(OBJECT, keys), 'asked')
  assert.deepEqual(watched.checked, ['i db'])
  assert.equal(watched.changes.changedAt(OBJECT), undefined)

  const { changes, clock, values } = setUp(false)
  await changes.holds(OBJECT, resourceOf(), values)
  clock.advance(1_000)
  assert.equal(await changes.rotated(OBJECT, keys), 'changed')
  await changes.holds(OBJECT, resourceOf(), undefined)
  assert.equal(changes.changedAt(OBJECT), clock.now())
  await changes.holds(OBJECT, resourceOf(), { ...values, readAfterMs: clock.now() })
  assert.equal(changes.changedAt(OBJECT), undefined)
})

test('what was told of an object outlives a change of its store, and nothing is watched until a pass says what it holds', async () => {
  const { changes, clock, values, watched, change } = setUp(false)
  await changes.rotated(OBJECT, [{ store: STORE, key: 'db' }])
  changes.unwatch(OBJECT)
  assert.equal(changes.changedAt(OBJECT), clock.now())
  changes.forget(OBJECT)
  assert.equal(changes.changedAt(OBJECT), undefined)
  const other = setUp()
  await other.changes.holds(OBJECT, resourceOf(), values)
  other.changes.told(change)
  other.changes.unwatch(OBJECT)
  assert.ok(other.changes.changedAt(OBJECT) !== undefined && !other.changes.watches(OBJECT))
  assert.equal(watched.size + other.watched.size, 0)
})

test('where another store is asked for what is missing, nothing is watched: only reading tells', async () => {
  const { changes, watched, values } = setUp()
  const annotations = { 'argocd-external-secrets.io/when-missing': '{k: {stores: [{name: old}]}}' }
  const resource = resourceOf()
  await changes.holds(OBJECT, { ...resource, metadata: { ...resource.metadata, annotations } }, values)
  assert.equal(watched.size, 0)
  assert.equal(changes.watches(OBJECT), false)
})
