import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RefreshBacklog, type Waiting } from '../../../../plugin/controller/applications/refresh-backlog.ts'
import type { RefreshWish } from '../../../../plugin/controller/applications/refresh-wish.ts'

const SHOP = { namespace: 'argocd', name: 'shop', project: 'team' }
const never = (): boolean => false

function wish(version: string, atMs: number, changes: Partial<RefreshWish> = {}): RefreshWish {
  const start = { atMs, from: 'provider' } as const
  const of = { application: SHOP, store: 'ClusterSecretStore vault', key: 'database', cause: 'changed', isHook: false } as const
  return { ...of, version, noticedAtMs: atMs, start, ...changes }
}

/** One that runs, because of this wish. */
function running(backlog: RefreshBacklog, first: RefreshWish): Waiting {
  backlog.add(first, 0)
  const [waiting] = backlog.all()
  if (!waiting) assert.fail('nothing waits')
  backlog.take(waiting)
  return waiting
}

const wishesOf = (backlog: RefreshBacklog): unknown => Array.from(backlog.all(), ({ wishes }) => [...wishes.values()])

test('a newer version of a key that waits, or is given back, has waited as long as the older one, and for its hook', () => {
  const expected = [[wish('v2', 1_000, { isHook: true })]]
  const waiting = new RefreshBacklog()
  waiting.add(wish('v1', 1_000, { isHook: true }), 0)
  waiting.add(wish('v2', 5_000), 0)
  assert.deepEqual(wishesOf(waiting), expected)
  const given = new RefreshBacklog()
  const run = running(given, wish('v1', 1_000, { isHook: true }))
  given.add(wish('v2', 5_000), 0)
  given.giveBack(run)
  assert.deepEqual(wishesOf(given), expected)
  assert.equal(given.oldestAtMs(never), 1_000)
})

test('of two runs that are given back the versions of the later one count, and what is rendered stays so', () => {
  const backlog = new RefreshBacklog()
  const earlier = running(backlog, wish('v1', 1_000))
  const later = running(backlog, wish('v2', 5_000))
  earlier.isRendered = true
  later.isRendered = true
  backlog.giveBack(earlier)
  backlog.giveBack(later)
  assert.deepEqual([wishesOf(backlog), later.isRendered], [[[wish('v2', 1_000)]], true])
})

test('the oldest is one that neither a sync window nor a pause holds', () => {
  const backlog = new RefreshBacklog()
  for (const [index, name] of ['held', 'paused', 'late', 'new'].entries())
    backlog.add(wish('v1', index * 1_000, { application: { ...SHOP, name } }), 0)
  const [held] = backlog.all()
  if (held) held.isHeld = true
  assert.equal(
    backlog.oldestAtMs(({ application }) => application.name === 'paused'),
    2_000,
  )
  assert.equal(
    backlog.oldestAtMs(() => true),
    undefined,
  )
})
