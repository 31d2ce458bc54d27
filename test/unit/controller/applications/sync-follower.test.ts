import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_GATE } from '../../../../plugin/controller/applications/health-gate.ts'
import type { RefresherTools } from '../../../../plugin/controller/applications/refresher.ts'
import { type LogFields, silentLogger } from '../../../../plugin/model/logger.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { DRIFT, SECRET, STORE, startRefresher, wish } from './refresher-scene.ts'

const DIFFERS = { syncStatus: 'OutOfSync', outOfSync: [SECRET] }

/** An Application that a rotation puts out of sync. */
function rotated(changes: Partial<RefresherTools> = {}) {
  const scene = startRefresher(changes)
  scene.argo.add('shop')
  scene.argo.onRefresh = () => DIFFERS
  scene.refresher.add([wish(scene.argo, 'shop')])
  const asked = (): readonly string[] => scene.argo.refreshes.map(({ what }) => what)
  return { ...scene, asked }
}

test('a sync that takes longer is waited for, one that fails is told, and neither is asked for again', async () => {
  const { clock, argo, refresher, outcomes, asked, stop } = rotated()
  argo.add('failing')
  argo.operationMs = 40_000
  argo.endsAs = (name) => (name === 'failing' ? 'Failed' : 'Succeeded')
  refresher.add([wish(argo, 'failing')])
  await clock.run(3_600_000)
  assert.deepEqual(outcomes().toSorted(), ['failing: sync-failed', 'shop: synced'])
  assert.deepEqual([asked(), argo.heals.length], [['hard', 'hard'], 2])
  await stop()
})

test('one whose window Argo CD does not know to be open is asked again, without being rendered again, until it is synced', async () => {
  const { clock, argo, refresher, ended, outcomes, asked, stop } = rotated()
  argo.prevents = () => true
  await clock.run(30_000)
  assert.deepEqual([outcomes(), refresher.waiting], [['shop: no-sync-began'], 1])
  await clock.run(60_000)
  assert.deepEqual(asked(), ['hard', 'normal'])
  argo.prevents = () => false
  await clock.run(120_000)
  assert.equal(outcomes().at(-1), 'shop: synced')
  assert.equal(asked().at(-1), 'normal')
  assert.deepEqual(ended.at(-1)?.wishes, [wish(argo, 'shop')])
  assert.deepEqual([argo.heals.length, refresher.waiting], [1, 0])
  const { length } = asked()
  await clock.run(86_400_000)
  assert.equal(asked().length, length)
  await stop()
})

test('one that Argo CD never syncs is asked again later and later, a dozen times in all', async () => {
  const { clock, argo, refresher, asked, stop } = rotated()
  argo.prevents = () => true
  await clock.run(86_400_000)
  assert.deepEqual(asked(), ['hard', ...Array.from({ length: 12 }, () => 'normal')])
  const times = argo.refreshes.map(({ atMs }) => atMs)
  const pauses = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0))
  assert.ok(Math.min(...pauses) >= 30_000, `${pauses.join(', ')} ms`)
  assert.ok((pauses[7] ?? 0) > 1_800_000, `${pauses.join(', ')} ms`)
  assert.equal(refresher.waiting, 0)
  await stop()
})

test('one that Argo CD has synced by itself meanwhile is not asked again, and takes nothing of the rate', async () => {
  for (const meanwhile of [
    { syncStatus: 'Synced', outOfSync: [] },
    { syncStatus: 'OutOfSync', outOfSync: [DRIFT] },
  ]) {
    const { clock, argo, outcomes, asked, stop } = rotated()
    argo.prevents = () => true
    await clock.run(20_000)
    argo.change('shop', meanwhile)
    await clock.run(120_000)
    assert.deepEqual([outcomes(), asked()], [['shop: no-sync-began', 'shop: synced'], ['hard']])
    await stop()
  }
})

test("Argo CD's own back-off is waited for, and nothing is asked for meanwhile", async () => {
  for (const heals of [1, 4, 6, 9]) {
    const { clock, argo, outcomes, asked, stop } = rotated()
    argo.change('shop', { operation: { phase: 'Succeeded', startedAt: 'before', finishedAtMs: clock.now(), heals } })
    await clock.run(400_000)
    assert.deepEqual([outcomes(), asked(), argo.heals.length], [['shop: synced'], ['hard'], 1], `after ${heals} heals`)
    await stop()
  }
})

test('one whose window closes again is held, and asked once it opens', async () => {
  const { clock, argo, held, outcomes, asked, stop } = rotated()
  argo.prevents = () => true
  await clock.run(20_000)
  argo.windows = () => false
  await clock.run(600_000)
  assert.deepEqual([held, asked()], [['shop'], ['hard']])
  argo.windows = () => true
  argo.prevents = () => false
  await clock.run(60_000)
  assert.deepEqual([outcomes().at(-1), asked()], ['shop: synced', ['hard', 'normal']])
  await stop()
})

test('a value that is rotated while a sync is waited for is rendered, at once', async () => {
  const { clock, argo, refresher, outcomes, asked, stop } = rotated()
  argo.prevents = () => true
  await clock.run(600_000)
  const { length } = asked()
  refresher.add([wish(argo, 'shop', { version: 'v3' })])
  await clock.run(5_000)
  assert.deepEqual(asked().slice(length), ['hard'])
  argo.prevents = () => false
  await clock.run(120_000)
  assert.equal(outcomes().at(-1), 'shop: synced')
  assert.deepEqual([asked().slice(length), argo.heals.length], [['hard', 'normal'], 1])
  await stop()
})

test('the report of a render is no sync: what it settles is asked for all the same', async () => {
  const { clock, argo, refresher, outcomes, stop } = rotated()
  argo.prevents = () => true
  await clock.run(20_000)
  refresher.settle(wish(argo, 'shop').application, () => true)
  argo.prevents = () => false
  await clock.run(60_000)
  assert.deepEqual(outcomes(), ['shop: no-sync-began', 'shop: synced'])
  await stop()
})

test('to be asked again needs no provider: a store that fails neither stops it nor is thought well of for it', async () => {
  const { clock, argo, refresher, outcomes, stop } = rotated({ gate: { ...DEFAULT_GATE, firstDelayMs: 600_000 } })
  argo.prevents = () => true
  await clock.run(20_000)
  const broken = ['broken-1', 'broken-2', 'broken-3']
  for (const name of broken) argo.add(name)
  argo.onRefresh = () => ({ hasComparisonError: true })
  refresher.add(broken.map((name) => wish(argo, name)))
  await clock.run(10_000)
  assert.deepEqual(refresher.stoppedStores(), [STORE])
  argo.prevents = () => false
  await clock.run(60_000)
  assert.equal(outcomes().at(-1), 'shop: synced')
  assert.deepEqual(refresher.stoppedStores(), [STORE])
  await stop()
})

test('an Argo CD that is away when it is asked again is asked later, still without a render', async () => {
  const { clock, argo, outcomes, asked, stop } = rotated()
  argo.prevents = () => true
  await clock.run(20_000)
  argo.isAway = true
  await clock.run(60_000)
  argo.isAway = false
  argo.prevents = () => false
  await clock.run(600_000)
  assert.deepEqual([outcomes().at(-1), new Set(asked().slice(1))], ['shop: synced', new Set(['normal'])])
  await stop()
})

test('an Argo CD that goes away while a sync is waited for is asked later what came of it', async () => {
  const { clock, argo, outcomes, asked, stop } = rotated()
  argo.operationMs = 60_000
  await clock.run(20_000)
  argo.isAway = true
  await clock.run(30_000)
  argo.isAway = false
  await clock.run(120_000)
  assert.deepEqual([outcomes(), asked()], [['shop: not-synced-in-time', 'shop: synced'], ['hard']])
  assert.equal(argo.heals.length, 1)
  await stop()
})

test('a sync that could not be wished is wished again, once, but one with hooks is not', async () => {
  for (const isHook of [false, true]) {
    const { clock, argo, refresher, outcomes, asked, stop } = startAway()
    refresher.add([wish(argo, 'shop', { isHook })])
    await clock.run(3_600_000)
    const expected = isHook
      ? [['shop: not-synced-in-time'], ['hard']]
      : [
          ['shop: not-synced-in-time', 'shop: synced'],
          ['hard', 'normal'],
        ]
    assert.deepEqual([outcomes(), asked()], expected)
    assert.equal(argo.syncs.length, isHook ? 0 : 1)
    await stop()
  }
})

test('a value that is rotated again while the sync of the first runs is synced too, and told once for both', async () => {
  for (const [sync, syncs] of [
    ['automated', 'new-revisions'],
    ['all', 'by-hand'],
  ] as const) {
    const { clock, argo, refresher, ended, outcomes, stop } = rotated({ policy: { sync, hooks: false } })
    argo.change('shop', { syncs })
    argo.operationMs = 40_000
    await clock.run(15_000)
    const start = { atMs: clock.now(), from: 'provider' } as const
    refresher.add([wish(argo, 'shop', { version: 'v3', noticedAtMs: clock.now(), start })])
    await clock.run(600_000)
    const resources = { name: 'shop', wish: { kind: 'resources', resources: [SECRET] } }
    assert.deepEqual([outcomes(), argo.syncs], [['shop: synced'], [resources, resources]])
    assert.deepEqual(ended[0]?.wishes, [wish(argo, 'shop', { version: 'v3', start })])
    await stop()
  }
})

test("Argo CD's back-off is waited for also after the sync that runs while a value is rotated again", async () => {
  const { clock, argo, refresher, outcomes, asked, stop } = rotated()
  argo.operationMs = 40_000
  argo.change('shop', { operation: { phase: 'Succeeded', startedAt: 'before', finishedAtMs: 0, heals: 5 } })
  await clock.run(15_000)
  refresher.add([wish(argo, 'shop', { version: 'v3' })])
  await clock.run(600_000)
  assert.deepEqual([outcomes(), asked(), argo.heals.length], [['shop: synced'], ['hard', 'hard'], 2])
  await stop()
})

test('a value whose sync failed, or ended during the next render, is synced with the next one', async () => {
  for (const [endsAs, operationMs, expected] of [
    ['Failed', 1_000, ['shop: sync-failed', 'shop: synced']],
    ['Succeeded', 10_500, ['shop: synced', 'shop: synced']],
  ] as const) {
    const { clock, argo, refresher, outcomes, stop } = rotated({
      policy: { sync: 'all', hooks: false },
      rate: { perSecond: 10, burst: 10 },
      jitterMs: 0,
    })
    argo.change('shop', { syncs: 'by-hand' })
    argo.endsAs = () => endsAs
    argo.operationMs = operationMs
    // It is looked at a second, three, six and eleven seconds after the render, which takes one.
    await clock.run(endsAs === 'Failed' ? 200_000 : 11_200)
    argo.endsAs = () => 'Succeeded'
    refresher.add([wish(argo, 'shop', { version: 'v3' })])
    await clock.run(200_000)
    assert.deepEqual([outcomes(), argo.syncs.length], [expected, 2])
    await stop()
  }
})

test('a value that is rendered while the sync of an older one is given up for now is asked for with it, and not once more', async () => {
  const { clock, argo, refresher, outcomes, asked, stop } = rotated({ rate: { perSecond: 10, burst: 10 }, jitterMs: 0 })
  argo.prevents = () => true
  await clock.run(11_500)
  refresher.add([wish(argo, 'shop', { version: 'v3' })])
  argo.prevents = () => false
  await clock.run(120_000)
  assert.deepEqual(
    [outcomes(), asked()],
    [
      ['shop: no-sync-began', 'shop: synced'],
      ['hard', 'hard'],
    ],
  )
  await stop()
})

test('a sync whose hook fails is told as failed, although everything else is synced, also where Argo CD heals by itself', async () => {
  const { clock, argo, refresher, outcomes, stop } = startRefresher({ policy: { sync: 'never', hooks: true } })
  argo.add('shop')
  argo.endsAs = () => 'Failed'
  refresher.add([wish(argo, 'shop', { isHook: true })])
  await clock.run(600_000)
  assert.deepEqual(outcomes(), ['shop: sync-failed'])
  await stop()
})

test('a sync with hooks is looked at to its own end, whatever is rotated meanwhile', async () => {
  const { clock, argo, refresher, ended, stop } = startRefresher({ policy: { sync: 'never', hooks: true } })
  argo.add('shop')
  argo.operationMs = 40_000
  refresher.add([wish(argo, 'shop', { isHook: true })])
  await clock.run(15_000)
  argo.onRefresh = () => DIFFERS
  refresher.add([wish(argo, 'shop', { key: 'other' })])
  await clock.run(600_000)
  const told = ended.map(({ outcome, wishes }) => `${wishes.map(({ key }) => key).join()}: ${outcome}`)
  assert.deepEqual(told.toSorted(), ['database: synced', 'other: synced'])
  assert.deepEqual([argo.syncs.length, argo.heals.length], [1, 1])
  await stop()
})

test('a sync that is refused is told with the reason and the remedy', async () => {
  const { clock, argo, ended, outcomes, stop } = rotated({ policy: { sync: 'all', hooks: false } })
  argo.change('shop', { syncs: 'by-hand' })
  argo.sync = async () => {
    throw new SecretError('AccessDenied', 'no right', { remedy: 'grant it' })
  }
  await clock.run(600_000)
  assert.deepEqual([outcomes(), ended[0]?.problem], [['shop: not-synced-in-time'], 'no right: grant it'])
  await stop()
})

test('an Application that is given up is logged with what to do by hand', async () => {
  for (const [render, remedy] of [
    [DIFFERS, 'sync it by hand'],
    [{ hasComparisonError: true }, 'refresh it by hand, and sync it'],
  ] as const) {
    const warned: unknown[] = []
    const warn = (message: string, fields?: LogFields): void => void warned.push({ message, ...fields })
    const { clock, argo, refresher, stop } = rotated({ logger: { ...silentLogger, warn } })
    argo.prevents = () => true
    argo.onRefresh = () => {
      argo.change('shop', { hasComparisonError: false })
      return render
    }
    const { read } = argo
    // Somebody corrects it between two attempts, or else it were broken before.
    argo.read = async (application) => {
      const view = await read(application)
      argo.change('shop', { hasComparisonError: false })
      return view
    }
    await clock.run(172_800_000)
    const message = 'an Application is given up until its values change again'
    assert.deepEqual([refresher.waiting, warned], [0, [{ message, application: 'argocd/shop', failures: 13, remedy }]])
    await stop()
  }
})

/** Argo CD is away when it has rendered, for half a minute. */
function startAway() {
  const scene = startRefresher({ policy: { sync: 'all', hooks: true } })
  const { argo, clock } = scene
  argo.add('shop', { syncs: 'by-hand' })
  argo.onRefresh = () => DIFFERS
  const { sync } = argo
  argo.sync = async (application, what) => {
    if (clock.monotonic() < 30_000) throw new SecretError('Unavailable', 'away')
    await sync(application, what)
  }
  const asked = (): readonly string[] => argo.refreshes.map(({ what }) => what)
  return { ...scene, asked }
}
