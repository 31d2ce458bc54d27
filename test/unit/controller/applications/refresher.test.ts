import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noPauses } from '../../../../plugin/controller/applications/pause-switch.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { DRIFT, SECRET, STORE, startRefresher, wish } from './refresher-scene.ts'

test('two hundred Applications of one key are refreshed once each, no faster than the bucket lets them', async () => {
  const { clock, argo, refresher, outcomes, stop } = startRefresher({ rate: { perSecond: 2, burst: 3 } })
  const names = Array.from({ length: 200 }, (_, index) => `app-${index}`)
  for (const name of names) argo.add(name)
  refresher.add(names.map((name) => wish(argo, name)))
  await clock.run(115_000)
  const times = argo.refreshes.map(({ atMs }) => atMs)
  assert.deepEqual(argo.refreshes.map(({ name }) => name).toSorted(), names.toSorted())
  for (const [index, atMs] of times.entries()) {
    const within = times.filter((other) => other >= atMs && other < atMs + 1_000)
    assert.ok(within.length <= 3 + 2, `${within.length} refreshes in the second after number ${index}`)
  }
  assert.ok((times.at(-1) ?? 0) <= (200 / 2) * 1_000 + 10_000, `the last began at ${times.at(-1)}`)
  assert.equal(outcomes().filter((text) => text.endsWith(': synced')).length, 200)
  await stop()
})

test('several keys of one Application are one refresh', async () => {
  const { clock, argo, refresher, ended, stop } = startRefresher()
  argo.add('shop')
  refresher.add(['a', 'b', 'c', 'a'].map((key) => wish(argo, 'shop', { key })))
  await clock.run(10_000)
  assert.equal(argo.refreshes.length, 1)
  assert.deepEqual(
    ended[0]?.wishes.map(({ key }) => key),
    ['a', 'b', 'c'],
  )
  await stop()
})

test('what is wished while it is refreshed is a refresh of its own', async () => {
  const { clock, argo, refresher, stop } = startRefresher({ rate: { perSecond: 10, burst: 10 }, jitterMs: 0 })
  for (const name of ['other', 'shop']) argo.add(name)
  // The store is known to be well: it lets several begin.
  refresher.add([wish(argo, 'other')])
  await clock.run(10_000)
  refresher.add([wish(argo, 'shop')])
  await clock.run(500)
  refresher.add([wish(argo, 'shop', { version: 'v3' })])
  await clock.run(10_000)
  assert.deepEqual([argo.refreshes.length, argo.mostAtOnce], [3, 1])
  await stop()
})

test('an outage breaks the first one and stops the batch; the others follow once one went well', async () => {
  const { clock, argo, refresher, outcomes, stop } = startRefresher({ rate: { perSecond: 10, burst: 10 } })
  const names = Array.from({ length: 50 }, (_, index) => `app-${index}`)
  for (const name of names) argo.add(name)
  let isAway = true
  argo.onRefresh = () => ({ hasComparisonError: isAway, syncStatus: isAway ? 'Unknown' : 'Synced' })
  refresher.add(names.map((name) => wish(argo, name)))
  await clock.run(20_000)
  assert.equal(argo.refreshes.length, 1)
  assert.deepEqual(refresher.stoppedStores(), [STORE])
  isAway = false
  await clock.run(120_000)
  assert.equal(argo.refreshes.length, 51)
  assert.deepEqual(
    [...argo.views.values()].filter(({ hasComparisonError }) => hasComparisonError),
    [],
  )
  assert.equal(outcomes().filter((text) => text.endsWith(': comparison-error')).length, 1)
  await stop()
})

test('a store stays stopped while one refresh of it after the other is tried, until one goes well', async () => {
  const { clock, argo, refresher, stop } = startRefresher({ rate: { perSecond: 10, burst: 10 } })
  const names = Array.from({ length: 9 }, (_, index) => `app-${index}`)
  for (const name of names) argo.add(name)
  let isAway = true
  argo.onRefresh = () => ({ hasComparisonError: isAway, syncStatus: isAway ? 'Unknown' : 'Synced' })
  refresher.add(names.map((name) => wish(argo, name)))
  await clock.run(10_000)
  const seen = new Set<string>()
  for (let second = 0; second < 1_200; second++) {
    seen.add(refresher.stoppedStores().join())
    await clock.run(1_000)
  }
  assert.deepEqual([...seen], [STORE])
  assert.ok(argo.refreshes.length > 3)
  isAway = false
  await clock.run(1_800_000)
  assert.deepEqual(refresher.stoppedStores(), [])
  await stop()
})

test('an outage in the middle breaks three at most', async () => {
  const { clock, argo, refresher, stop } = startRefresher({ rate: { perSecond: 10, burst: 1 } })
  const names = Array.from({ length: 60 }, (_, index) => `app-${index}`)
  for (const name of names) argo.add(name)
  argo.onRefresh = () => (clock.monotonic() > 6_000 ? { hasComparisonError: true } : {})
  refresher.add(names.map((name) => wish(argo, name)))
  await clock.run(25_000)
  const broken = [...argo.views.values()].filter(({ hasComparisonError }) => hasComparisonError)
  // Three in a row, and those that were under way by then.
  assert.ok(broken.length >= 3 && broken.length <= 3 + 5, `${broken.length} are broken`)
  await stop()
})

test('one Application that was broken before says nothing about its store', async () => {
  const { clock, argo, refresher, outcomes, stop } = startRefresher()
  argo.add('broken', { hasComparisonError: true })
  argo.add('well')
  refresher.add([wish(argo, 'broken'), wish(argo, 'well')])
  await clock.run(20_000)
  assert.deepEqual(outcomes().toSorted(), ['broken: was-broken', 'well: synced'])
  await stop()
})

test('one that was broken before is rendered once, looked at, and rendered again once somebody has mended it', async () => {
  const { clock, argo, refresher, outcomes, stop } = startRefresher({ rate: { perSecond: 10, burst: 10 } })
  argo.add('shop', { hasComparisonError: true })
  refresher.add([wish(argo, 'shop')])
  await clock.run(600_000)
  assert.deepEqual(outcomes(), ['shop: was-broken'])
  assert.deepEqual([argo.refreshes.length, refresher.waiting, refresher.oldestMs, refresher.held], [1, 1, 0, 0])
  // Its repository is back, and its manifests of before are in the cache.
  argo.change('shop', { hasComparisonError: false })
  await clock.run(75_000)
  assert.deepEqual(outcomes(), ['shop: was-broken', 'shop: synced'])
  assert.deepEqual(
    argo.refreshes.map(({ what }) => what),
    ['hard', 'hard'],
  )
  assert.equal(refresher.waiting, 0)
  await stop()
})

test('a further value has one that is broken rendered at once: it may be what was missing', async () => {
  const { clock, argo, refresher, outcomes, stop } = startRefresher({ rate: { perSecond: 10, burst: 10 }, jitterMs: 0 })
  argo.add('shop', { hasComparisonError: true })
  refresher.add([wish(argo, 'shop')])
  await clock.run(130_000)
  argo.onRefresh = () => ({ hasComparisonError: false })
  refresher.add([wish(argo, 'shop', { version: 'v3' })])
  await clock.run(5_000)
  assert.deepEqual(outcomes(), ['shop: was-broken', 'shop: synced'])
  await stop()
})

test('many that are broken are looked at one a second, each within five minutes', async () => {
  const { clock, argo, refresher, stop } = startRefresher({ rate: { perSecond: 100, burst: 100 } })
  const names = Array.from({ length: 200 }, (_, index) => `app-${index}`)
  for (const name of names) argo.add(name, { hasComparisonError: true })
  refresher.add(names.map((name) => wish(argo, name)))
  await clock.run(600_000)
  assert.equal(argo.refreshes.length, 200)
  const before = argo.reads
  await clock.run(600_000)
  const looks = argo.reads - before
  assert.ok(looks >= 400 && looks <= 900, `${looks} looks in ten minutes`)
  await stop()
})

test('one that fails again after its own refresh has failed is tried on, and alone', async () => {
  const { clock, argo, refresher, outcomes, stop } = startRefresher()
  for (const name of ['broken', 'well']) argo.add(name)
  argo.onRefresh = (name) => ({ hasComparisonError: name === 'broken' && clock.monotonic() < 200_000 })
  refresher.add([wish(argo, 'broken')])
  await clock.run(100_000)
  refresher.add([wish(argo, 'well')])
  await clock.run(500_000)
  const ends = outcomes()
  assert.deepEqual(ends.filter((text) => text.startsWith('broken')).slice(0, 2), [
    'broken: comparison-error',
    'broken: comparison-error',
  ])
  assert.deepEqual([ends.at(-1), ends.includes('well: synced')], ['broken: synced', true])
  await stop()
})

test('one that has another project by now is refreshed as one of that', async () => {
  const { clock, argo, refresher, ended, pause, stop } = startRefresher()
  argo.add('shop', { project: 'old' })
  const asked = wish(argo, 'shop')
  argo.change('shop', { project: 'new' })
  pause.now = { ...noPauses, projects: new Set(['new']) }
  refresher.add([asked])
  await clock.run(60_000)
  assert.deepEqual(argo.refreshes, [])
  pause.now = noPauses
  await clock.run(60_000)
  assert.deepEqual(
    ended.map(({ application, outcome }) => [application.project, outcome]),
    [['new', 'synced']],
  )
  await stop()
})

test('no more of one store or one project run at once than there are slots', async () => {
  const { clock, argo, refresher, stop } = startRefresher({
    rate: { perSecond: 100, burst: 100 },
    slots: { all: 10, perStore: 2, perProject: 10 },
  })
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) argo.add(name)
  refresher.add(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => wish(argo, name)))
  await clock.run(20_000)
  assert.deepEqual([argo.refreshes.length, argo.mostAtOnce], [6, 2])
  await stop()
})

test('what is paused waits, and is not late for it: all, a project, a store', async () => {
  const { clock, argo, refresher, pause, stop } = startRefresher({ rate: { perSecond: 10, burst: 10 } })
  argo.add('a', { project: 'a' })
  argo.add('b', { project: 'b' })
  argo.add('c', { project: 'c' })
  pause.now = { ...noPauses, all: true }
  refresher.add([wish(argo, 'a'), wish(argo, 'b'), wish(argo, 'c', { store: 'SecretStore c/aws' })])
  const refreshed = async (): Promise<readonly string[]> => {
    await clock.run(10_000)
    return argo.refreshes.map(({ name }) => name).toSorted()
  }
  assert.deepEqual(await refreshed(), [])
  assert.deepEqual([refresher.waiting, refresher.oldestMs], [3, 0])
  pause.now = noPauses
  assert.equal(refresher.oldestMs, 10_000)
  pause.now = { all: false, projects: new Set(['a']), stores: new Set(['SecretStore c/aws']) }
  assert.deepEqual(await refreshed(), ['b'])
  assert.deepEqual([refresher.waiting, refresher.oldestMs], [2, 0])
  pause.now = { ...noPauses, projects: new Set(['a']) }
  assert.deepEqual(await refreshed(), ['b', 'c'])
  pause.now = noPauses
  assert.deepEqual(await refreshed(), ['a', 'b', 'c'])
  assert.equal(refresher.oldestMs, 0)
  await stop()
})

test('an Argo CD that is away stops everything, and everything is refreshed once it is back', async () => {
  const { clock, argo, refresher, stop } = startRefresher({ rate: { perSecond: 10, burst: 10 } })
  for (const name of ['a', 'b', 'c']) argo.add(name)
  argo.isAway = true
  refresher.add(['a', 'b', 'c'].map((name) => wish(argo, name)))
  await clock.run(60_000)
  argo.isAway = false
  await clock.run(600_000)
  assert.deepEqual(argo.refreshes.map(({ name }) => name).toSorted(), ['a', 'b', 'c'])
  await stop()
})

test('an Argo CD that goes away during a refresh is told of the very Application', async () => {
  const { clock, argo, refresher, ended, outcomes, stop } = startRefresher()
  argo.add('shop')
  argo.onRefresh = () => {
    throw new SecretError('Unavailable', 'away')
  }
  refresher.add([wish(argo, 'shop')])
  await clock.run(10_000)
  assert.deepEqual([outcomes(), ended[0]?.uid], [['shop: not-asked'], 'uid-shop'])
  await stop()
})

const outOfSync = { syncStatus: 'OutOfSync', outOfSync: [DRIFT, SECRET] }

test('what does not heal itself is synced only where the administrator allows it, and only what the refresh changed', async () => {
  for (const [sync, syncs, expected] of [
    ['never', 'new-revisions', undefined],
    ['automated', 'by-hand', undefined],
    ['automated', 'new-revisions', { kind: 'resources', resources: [SECRET] }],
    ['all', 'by-hand', { kind: 'resources', resources: [SECRET] }],
  ] as const) {
    const { clock, argo, refresher, outcomes, stop } = startRefresher({ policy: { sync, hooks: false } })
    argo.add('shop', { syncs, syncStatus: 'OutOfSync', outOfSync: [DRIFT] })
    argo.onRefresh = () => outOfSync
    refresher.add([wish(argo, 'shop')])
    await clock.run(200_000)
    assert.deepEqual(argo.syncs, expected ? [{ name: 'shop', wish: expected }] : [])
    assert.deepEqual(outcomes(), [expected ? 'shop: synced' : 'shop: out-of-sync'])
    await stop()
  }
})

test('what Argo CD has rendered by itself after our refresh had failed is synced; what may have drifted meanwhile is not', async () => {
  const { clock, argo, refresher, outcomes, stop } = startRefresher({ policy: { sync: 'automated', hooks: false } })
  argo.add('shop', { syncs: 'new-revisions' })
  argo.onRefresh = () => (clock.monotonic() < 30_000 ? { hasComparisonError: true } : outOfSync)
  refresher.add([wish(argo, 'shop')])
  await clock.run(30_000)
  argo.change('shop', { ...outOfSync, hasComparisonError: false })
  await clock.run(200_000)
  assert.deepEqual(argo.syncs, [{ name: 'shop', wish: { kind: 'resources', resources: [SECRET] } }])
  assert.deepEqual(outcomes(), ['shop: comparison-error', 'shop: synced'])
  await stop()
})

test('of what could not be rendered before the refresh nothing but Secrets is synced', async () => {
  const { clock, argo, refresher, outcomes, stop } = startRefresher({ policy: { sync: 'automated', hooks: false } })
  argo.add('shop', { syncs: 'new-revisions', hasComparisonError: true })
  argo.onRefresh = () => ({ ...outOfSync, hasComparisonError: false })
  refresher.add([wish(argo, 'shop')])
  await clock.run(200_000)
  assert.deepEqual(argo.syncs, [{ name: 'shop', wish: { kind: 'resources', resources: [SECRET] } }])
  assert.deepEqual(outcomes(), ['shop: synced'])
  await stop()
})

test('a hook has the whole Application synced where that is allowed', async () => {
  for (const hooks of [true, false]) {
    const { clock, argo, refresher, outcomes, stop } = startRefresher({ policy: { sync: 'never', hooks } })
    argo.add('shop')
    refresher.add([wish(argo, 'shop', { isHook: true })])
    await clock.run(200_000)
    assert.deepEqual(argo.syncs, hooks ? [{ name: 'shop', wish: { kind: 'everything' } }] : [])
    assert.deepEqual(outcomes(), [hooks ? 'shop: synced' : 'shop: out-of-sync'])
    await stop()
  }
})
