import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { SECRET, startRefresher, wish } from './refresher-scene.ts'

test('sync windows are waited for, and skip-reconcile is respected', async () => {
  const { clock, argo, refresher, held, outcomes, stop } = startRefresher({ rate: { perSecond: 10, burst: 10 } })
  argo.add('skipped', { isSkipped: true })
  argo.add('closed')
  argo.windows = () => false
  refresher.add([wish(argo, 'skipped'), wish(argo, 'closed')])
  await clock.run(200_000)
  assert.deepEqual(argo.refreshes, [])
  assert.deepEqual(outcomes(), ['skipped: skip-reconcile'])
  assert.deepEqual([held, refresher.held], [['closed'], 1])
  argo.windows = () => true
  await clock.run(60_000)
  assert.deepEqual(outcomes(), ['skipped: skip-reconcile', 'closed: synced'])
  assert.equal(refresher.held, 0)
  await stop()
})

test('many that wait for a window take nothing of the rate of the others, and are looked at about once a second in all', async () => {
  const { clock, argo, refresher, outcomes, stop } = startRefresher()
  const names = Array.from({ length: 150 }, (_, index) => `closed-${index}`)
  for (const name of names) argo.add(name)
  argo.add('open')
  argo.windows = (name) => name === 'open'
  refresher.add(names.map((name) => wish(argo, name)))
  await clock.run(300_000)
  const looks = argo.looks
  refresher.add([wish(argo, 'open')])
  await clock.run(10_000)
  assert.deepEqual(outcomes(), ['open: synced'])
  await clock.run(600_000)
  assert.ok(argo.looks - looks <= 610 * (4 / 3) + 5, `${argo.looks - looks} looks in 610 s`)
  assert.ok(argo.looks - looks >= 150 * 4, `${argo.looks - looks} looks in 610 s`)
  await stop()
})

test('windows that cannot be told hold it, with the remedy, until they can; the others go on', async () => {
  const { clock, argo, refresher, ended, outcomes, stop } = startRefresher()
  argo.add('unknown')
  argo.add('known')
  argo.windows = (name) => {
    if (name === 'unknown') throw new SecretError('AccessDenied', 'no right', { remedy: 'grant it' })
    return true
  }
  refresher.add([wish(argo, 'unknown'), wish(argo, 'known')])
  await clock.run(20_000)
  assert.deepEqual(outcomes().toSorted(), ['known: synced', 'unknown: windows-unknown'])
  assert.equal(ended.find(({ application }) => application.name === 'unknown')?.problem, 'no right: grant it')
  assert.deepEqual(
    argo.refreshes.map(({ name }) => name),
    ['known'],
  )
  argo.windows = () => true
  await clock.run(120_000)
  assert.deepEqual(outcomes().at(-1), 'unknown: synced')
  await stop()
})

test('windows are those of programs where a program syncs, and those of people where only they do', async () => {
  for (const [sync, syncs, expected] of [
    ['never', 'always', 'automation'],
    ['never', 'new-revisions', 'people'],
    ['automated', 'new-revisions', 'automation'],
    ['automated', 'by-hand', 'people'],
    ['all', 'by-hand', 'automation'],
  ] as const) {
    const { clock, argo, refresher, stop } = startRefresher({ policy: { sync, hooks: false } })
    argo.add('shop', { syncs })
    const asked: string[] = []
    argo.windows = (_name, by) => asked.push(by) > 0
    refresher.add([wish(argo, 'shop')])
    await clock.run(10_000)
    assert.deepEqual(asked, [expected])
    await stop()
  }
})

test('a window that closes between the render and our sync puts the sync off; a right that is missing ends it', async () => {
  for (const [isWindow, isHook, expected] of [
    [true, false, { kind: 'resources', resources: [SECRET] }],
    [true, true, { kind: 'everything' }],
    [false, false, undefined],
    [false, true, undefined],
  ] as const) {
    const { clock, argo, refresher, outcomes, stop } = startRefresher({ policy: { sync: 'automated', hooks: true } })
    argo.add('shop', { syncs: 'new-revisions' })
    argo.onRefresh = () => ({ syncStatus: 'OutOfSync', outOfSync: [SECRET] })
    argo.onSync = () => {
      argo.windows = () => !isWindow
      throw new SecretError('AccessDenied', 'no', { remedy: 'grant it' })
    }
    refresher.add([wish(argo, 'shop', { isHook })])
    await clock.run(600_000)
    assert.deepEqual([argo.syncs, outcomes(), refresher.held], [[], ['shop: not-synced-in-time'], isWindow ? 1 : 0])
    argo.onSync = () => undefined
    argo.windows = () => true
    await clock.run(600_000)
    assert.deepEqual(argo.syncs, expected ? [{ name: 'shop', wish: expected }] : [])
    assert.equal(outcomes().at(-1), expected ? 'shop: synced' : 'shop: not-synced-in-time')
    await stop()
  }
})
