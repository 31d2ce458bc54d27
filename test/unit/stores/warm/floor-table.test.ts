import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { DEFAULT_FLOORS, FloorTable } from '../../../../plugin/stores/warm/floor-table.ts'
import type { StoreLabel } from '../../../../plugin/stores/warm/warm-listener.ts'
import { gatedProvider, turns } from './gated-provider.ts'
import { ManualClock } from './manual-clock.ts'
import { openWarm, render } from './open-warm.ts'

const STORE = 'ClusterSecretStore store'

function label(id: string): StoreLabel {
  return { provider: 'fake', kind: 'ClusterSecretStore', name: 'store', id, isAdministrators: false }
}

function answer(floors: readonly { store: string; key: string; version?: string; ageMs: number }[], watched = [STORE]) {
  return { cursor: '1', leader: 'e', watched: [...watched], floors: [...floors] }
}

test('a floor counts for its store and key, from when it was set by our own clock', () => {
  const clock = new ManualClock()
  const table = new FloorTable(DEFAULT_FLOORS, clock)
  table.apply(answer([{ store: STORE, key: 'a', version: 'v2', ageMs: 300 }]))
  assert.deepEqual(table.floorOf('', label(STORE), 'a'), { version: 'v2', notBeforeMs: clock.now() - 300 })
  assert.equal(table.floorOf('', label(STORE), 'b'), undefined)
  assert.equal(table.floorOf('', label('SecretStore other/store'), 'a'), undefined)
})

test('a store is watched while the controller answers and names it; floors outlive the controller', () => {
  const clock = new ManualClock()
  const table = new FloorTable(DEFAULT_FLOORS, clock)
  assert.deepEqual([table.isConnected, table.isWatched(label(STORE))], [false, false])
  table.apply(answer([{ store: STORE, key: 'a', ageMs: 0 }]))
  assert.deepEqual([table.isWatched(label(STORE)), table.isWatched(label('ClusterSecretStore x'))], [true, false])
  clock.advance(DEFAULT_FLOORS.silenceMs)
  assert.deepEqual([table.isConnected, table.isWatched(label(STORE))], [false, false])
  table.apply(answer([]))
  table.lost()
  assert.equal(table.isWatched(label(STORE)), false)
  assert.ok(table.floorOf('', label(STORE), 'a'))
})

test('no more floors are kept than allowed, the longest unchanged goes', () => {
  const table = new FloorTable({ ...DEFAULT_FLOORS, maxFloors: 2 }, new ManualClock())
  for (const key of ['a', 'b', 'a', 'c']) table.apply(answer([{ store: STORE, key, ageMs: 0 }]))
  assert.deepEqual(
    ['a', 'b', 'c'].filter((key) => table.floorOf('', label(STORE), key)),
    ['a', 'c'],
  )
})

test('values of a watched store serve for longer, those of others do not, and none does once the controller is away', async () => {
  const clock = new ManualClock()
  const table = new FloorTable({ ...DEFAULT_FLOORS, silenceMs: 200_000 }, clock)
  const gated = gatedProvider({ a: 'A' })
  const { stores } = openWarm(gated, {
    clock,
    floors: table,
    cache: { ttlMs: 10_000, maxBytes: 1_000_000, connectedTtlMs: () => (table.isConnected ? 100_000 : undefined) },
  })
  const reads = async (): Promise<number> => {
    await render(stores, { keys: ['a'] })
    return gated.fetches.length
  }
  table.apply(answer([], ['ClusterSecretStore other']))
  assert.equal(await reads(), 1)
  clock.advance(10_000)
  assert.equal(await reads(), 2)
  table.apply(answer([]))
  clock.advance(99_999)
  assert.equal(await reads(), 2)
  table.lost()
  assert.equal(await reads(), 3)
})

test('who asks after a rotation was told does not join a read that began before it', async () => {
  const clock = new ManualClock()
  const table = new FloorTable(DEFAULT_FLOORS, clock)
  const gated = gatedProvider({ a: 'old' })
  const { stores } = openWarm(gated, { clock, floors: table })
  gated.isOpen = false
  const before = render(stores, { keys: ['a'] })
  await turns()
  clock.advance(1)
  table.apply(answer([{ store: STORE, key: 'a', ageMs: 0 }]))
  const after = render(stores, { keys: ['a'] })
  await turns()
  clock.advance(20)
  await turns()
  gated.release()
  gated.values.set('a', 'new')
  gated.isOpen = true
  await turns()
  gated.release()
  await Promise.all([before, after])
  assert.deepEqual(gated.fetches, [['a'], ['a']])
  assert.deepEqual(await render(stores, { keys: ['a'] }), ['new'])
})

test('what was rotated is read again by the readers that are open, and served from then on; an outage is told', async () => {
  const gated = gatedProvider({ a: 'old', b: 'B' })
  const { stores, clock } = openWarm(gated)
  const reread = (...keys: string[]) =>
    stores.reread(
      keys.map((key) => ({ store: STORE, key })),
      new AbortController().signal,
    )
  assert.equal(await reread('a'), 'read')
  await render(stores, { keys: ['a', 'b'] })
  clock.advance(10_000)
  gated.values.set('a', 'new')
  assert.equal(await reread('a', 'unread'), 'read')
  assert.deepEqual(gated.fetches, [['a', 'b'], ['a']])
  assert.deepEqual(await render(stores, { keys: ['a'] }), ['new'])
  assert.equal(gated.fetches.length, 2)
  clock.advance(10_000)
  gated.keyFailures.set('a', new SecretError('NotFound', 'gone'))
  assert.equal(await reread('a'), 'read')
  clock.advance(1_000)
  gated.keyFailures.set('a', new SecretError('Unavailable', 'away'))
  assert.equal(await reread('a'), 'away')
})
