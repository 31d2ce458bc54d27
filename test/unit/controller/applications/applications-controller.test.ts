import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ApplicationsController,
  type ApplicationsControllerTools,
} from '../../../../plugin/controller/applications/applications-controller.ts'
import { DEFAULT_GATE } from '../../../../plugin/controller/applications/health-gate.ts'
import { noPauses } from '../../../../plugin/controller/applications/pause-switch.ts'
import type {
  ChangeReason,
  DetectionSchedule,
  OnChanges,
  WatchedKey,
  WatchedStore,
} from '../../../../plugin/controller/detection/detection-schedule.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { applicationsMetrics } from '../../../../plugin/observability/applications-metrics.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'
import { MemoryArgo } from './memory-argo.ts'
import { NO_GAUGES } from './no-gauges.ts'
import { readFact, renderFacts, VAULT } from './render-facts.ts'

const WATCHED: WatchedStore = { identity: VAULT, name: VAULT, provider: 'vault', open: async () => undefined }

/** Detection that the test speaks for. */
class ScriptedDetection implements DetectionSchedule {
  readonly watched = new Map<string, readonly WatchedKey[]>()
  readonly checked: string[] = []
  tell: OnChanges = () => undefined

  watch = (watcher: string, keys: readonly WatchedKey[]): void => void this.watched.set(watcher, keys)
  unwatch = (watcher: string): void => void this.watched.delete(watcher)
  check = (_identity: string, key: string): void => void this.checked.push(key)
  isAway = (): boolean => false
  nextLook = (): undefined => undefined
  stores = (): readonly never[] => []

  async run(signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }

  changed(
    key: string,
    version: string | undefined,
    watchers: readonly string[],
    { reason = 'changed', changedAtMs }: { readonly reason?: ChangeReason; readonly changedAtMs?: number } = {},
  ): void {
    const ids = watchers.map((name) => `argocd/${name}`)
    this.tell([{ store: WATCHED, query: { key }, reason, version, changedAtMs, watchers: ids }])
  }
}

async function start(changes: Partial<ApplicationsControllerTools> = {}) {
  const clock = new VirtualClock()
  const argo = new MemoryArgo(clock)
  const detection = new ScriptedDetection()
  const events: string[] = []
  /** About whom, by UID. */
  const told: string[] = []
  const controller = new ApplicationsController({
    applications: argo,
    policy: { sync: 'never', hooks: false },
    rate: { perSecond: 10, burst: 10 },
    slots: { all: 10, perStore: 10, perProject: 10 },
    gate: DEFAULT_GATE,
    jitterMs: 0,
    pauses: () => noPauses,
    clock,
    random: seededRandom('controller'),
    logger: silentLogger,
    metrics: applicationsMetrics(NO_GAUGES),
    argoNamespace: 'argocd',
    tell({ name, uid }, { reason }) {
      events.push(`${name}: ${reason}`)
      told.push(uid)
    },
    watchedStores: new Map([[VAULT, WATCHED]]),
    detection: (onChanges) => {
      detection.tell = onChanges
      return detection
    },
    detectMs: 60_000,
    leastIntervalMs: 600_000,
    ...changes,
  })
  const stopping = new AbortController()
  const running = controller.run(stopping.signal)
  const report = async (name: string, version: string | undefined, fact: Parameters<typeof readFact>[2] = {}): Promise<void> => {
    controller.receive(renderFacts(name, [readFact('db', version, fact)]))
    await clock.run(1_000)
  }
  const refreshed = () => argo.refreshes.map(({ name }) => name).toSorted()
  const stop = async (): Promise<void> => {
    stopping.abort()
    await running
  }
  return { clock, argo, detection, events, told, controller, report, refreshed, stop }
}

test('a change has those rendered again that detection names, after every daemon has given up the old value', async () => {
  const { clock, argo, detection, events, controller, report, refreshed, stop } = await start()
  for (const name of ['a', 'b']) {
    argo.add(name)
    await report(name, 'v1')
  }
  assert.deepEqual(
    [...detection.watched].map(([id, [key]]) => [id, key?.query, key?.intervalMs, key?.read?.version]),
    [
      ['argocd/a', { key: 'db' }, 60_000, 'v1'],
      ['argocd/b', { key: 'db' }, 60_000, 'v1'],
    ],
  )
  const never = new AbortController().signal
  const { cursor } = await controller.board.answer({ after: '', daemon: 'd', isAway: false }, never)
  const asking = controller.board.answer({ after: cursor, daemon: 'd', isAway: false }, never)
  detection.changed('db', 'v2', ['a', 'b'])
  const told = await asking
  assert.deepEqual(told.floors, [{ store: VAULT, key: 'db', version: 'v2', ageMs: 0 }])
  await clock.run(3_000)
  assert.deepEqual(refreshed(), [])
  void controller.board.answer({ after: told.cursor, daemon: 'd', isAway: false }, never)
  await clock.run(5_000)
  assert.deepEqual(
    [refreshed(), events],
    [
      ['a', 'b'],
      ['a: SecretsRefreshed', 'b: SecretsRefreshed'],
    ],
  )
  await stop()
})

test('how long a change was on its way to the synced Application is told from the time of its provider, where that tells it', async () => {
  const metrics = applicationsMetrics(NO_GAUGES)
  const ways = async (): Promise<readonly string[]> =>
    (await metrics.text()).split('\n').filter((line) => /propagation_seconds_(sum|count)/.test(line))
  const prefix = 'argocd_external_secrets_controller_propagation_seconds'
  const { clock, argo, detection, controller, report, stop } = await start({ metrics })
  for (const name of ['a', 'b']) argo.add(name)
  await report('a', 'v1')
  await report('b', 'v1', { store: 'SecretStore shop/aws', provider: 'aws' })
  await clock.run(60_000)
  detection.changed('db', 'v2', ['a'], { changedAtMs: clock.now() - 40_000 })
  await clock.run(30_000)
  // The refresh takes a second.
  assert.deepEqual(await ways(), [`${prefix}_sum{from="provider"} 41`, `${prefix}_count{from="provider"} 1`])
  detection.changed('db', 'v3', ['a'])
  await clock.run(30_000)
  assert.deepEqual((await ways()).slice(2), [`${prefix}_sum{from="notice"} 1`, `${prefix}_count{from="notice"} 1`])
  controller.rotated([{ provider: 'aws', names: new Set(['db']), atMs: clock.now() - 5_000 }])
  await clock.run(30_000)
  // An event of before the render that is known.
  controller.rotated([{ provider: 'aws', names: new Set(['db']), atMs: clock.now() - 86_400_000 }])
  detection.changed('db', undefined, ['a'], { reason: 'must-read' })
  await clock.run(30_000)
  assert.deepEqual(await ways(), [
    `${prefix}_sum{from="provider"} 47`,
    `${prefix}_count{from="provider"} 2`,
    `${prefix}_sum{from="notice"} 2`,
    `${prefix}_count{from="notice"} 2`,
  ])
  // An event of a key whose version nobody can tell.
  detection.changed('db', undefined, ['a'], { reason: 'said' })
  await clock.run(30_000)
  assert.deepEqual((await ways()).slice(2), [`${prefix}_sum{from="notice"} 3`, `${prefix}_count{from="notice"} 3`])
  await stop()
})

test('nothing is rendered again while a daemon cannot read the new value', async () => {
  const { clock, argo, detection, controller, report, refreshed, stop } = await start()
  argo.add('a')
  await report('a', 'v1')
  const never = new AbortController().signal
  let isAway = true
  let cursor = ''
  const daemon = async (): Promise<void> => {
    for (;;)
      cursor = (await controller.board.answer({ after: cursor, daemon: 'd', isAway: isAway && cursor !== '' }, never)).cursor
  }
  void daemon()
  await clock.run(1_000)
  detection.changed('db', 'v2', ['a'])
  await clock.run(200_000)
  assert.deepEqual(refreshed(), [])
  isAway = false
  await clock.run(300_000)
  assert.deepEqual(refreshed(), ['a'])
  await stop()
})

test('who has the new value by itself before its turn is not rendered again', async () => {
  const { clock, argo, detection, report, refreshed, stop } = await start({ jitterMs: 60_000 })
  for (const name of ['a', 'b']) {
    argo.add(name)
    await report(name, 'v1')
  }
  detection.changed('db', 'v2', ['a', 'b'])
  await report('a', 'v2')
  await clock.run(120_000)
  assert.deepEqual(refreshed(), ['b'])
  await stop()
})

test('a report that is lost does not have an Application rendered again and again', async () => {
  const { clock, argo, detection, report, stop } = await start()
  argo.add('a')
  await report('a', 'v1')
  detection.changed('db', 'v2', ['a'])
  await clock.run(10_000)
  const [key] = detection.watched.get('argocd/a') ?? []
  assert.equal(key?.read?.version, 'v2')
  assert.ok((key?.read?.atMs ?? 0) > Date.UTC(2026, 0, 1) + 1_000)
  await stop()
})

test('what is gone at its provider is told and not rendered without; an Application that is gone is forgotten', async () => {
  const { clock, argo, detection, events, told, controller, report, refreshed, stop } = await start()
  for (const name of ['a', 'b']) {
    argo.add(name)
    await report(name, 'v1')
  }
  detection.changed('db', undefined, ['a'], { reason: 'absent' })
  await clock.run(10_000)
  assert.deepEqual([refreshed(), events, told], [[], ['a: SecretMissing'], ['uid-a']])
  assert.deepEqual(detection.watched.get('argocd/a')?.[0]?.read?.version, undefined)
  argo.views.delete('b')
  detection.changed('db', 'v2', ['b'])
  await clock.run(10_000)
  assert.deepEqual([controller.index.applications, [...detection.watched.keys()]], [1, ['argocd/a']])
  await stop()
})

test('a key that was missing is watched as missing; once it is there, or an event says so, what stood in is rendered again', async () => {
  const { clock, argo, detection, controller, report, refreshed, events, stop } = await start()
  for (const name of ['a', 'b']) argo.add(name)
  await report('a', undefined)
  await report('b', undefined, { store: 'SecretStore shop/aws', provider: 'aws' })
  const [key] = detection.watched.get('argocd/a') ?? []
  assert.deepEqual([key?.query, key?.read?.version, key?.read && 'version' in key.read], [{ key: 'db' }, undefined, true])
  const never = new AbortController().signal
  const { cursor } = await controller.board.answer({ after: '', daemon: 'd', isAway: false }, never)
  const asking = controller.board.answer({ after: cursor, daemon: 'd', isAway: false }, never)
  detection.changed('db', 'v1', ['a'])
  assert.deepEqual((await asking).floors, [{ store: VAULT, key: 'db', version: 'v1', ageMs: 0 }])
  assert.equal(controller.rotated([{ provider: 'aws', names: new Set(['db']) }]), 1)
  await clock.run(20_000)
  assert.deepEqual(
    [refreshed(), events.toSorted()],
    [
      ['a', 'b'],
      ['a: SecretsRefreshed', 'b: SecretsRefreshed'],
    ],
  )
  await report('a', 'v1')
  assert.equal(detection.watched.get('argocd/a')?.[0]?.read?.version, 'v1')
  await stop()
})

test('an event of a watched store is confirmed by its detector, one of another store is believed', async () => {
  const { clock, argo, detection, controller, report, refreshed, stop } = await start()
  argo.add('a')
  argo.add('b')
  await report('a', 'v1')
  await report('b', 'v1', { store: 'SecretStore shop/aws', provider: 'aws' })
  assert.equal(controller.rotated([{ provider: 'aws', names: new Set(['db']) }]), 1)
  assert.equal(controller.rotated([{ store: VAULT, key: 'db' }]), 1)
  assert.equal(controller.rotated([{ store: VAULT, key: 'other' }]), 0)
  await clock.run(20_000)
  assert.deepEqual([refreshed(), detection.checked], [['b'], ['db']])
  await stop()
})

test('an event of before is done once an Application was rendered after its floor: not without one, and not when the render had begun before it', async () => {
  const { clock, argo, controller, report, refreshed, stop } = await start()
  for (const name of ['a', 'b']) argo.add(name)
  const ofGit = { store: 'SecretStore shop/aws', provider: 'aws' }
  for (const name of ['a', 'b']) await report(name, 'v1', ofGit)
  const event = { ...ofGit, key: 'db' }
  const writtenAtMs = clock.now()
  // Rendered since, but nothing says that daemons had been told by then.
  await report('a', 'v1', ofGit)
  assert.equal(controller.rotated([{ ...event, writtenAtMs }]), 2)
  await clock.run(20_000)
  assert.deepEqual(refreshed(), ['a', 'b'])
  await report('a', 'v1', ofGit)
  // It takes a minute, and what it has is from before.
  controller.receive(renderFacts('b', [readFact('db', 'v1', ofGit)], { durationMs: 60_000 }))
  await clock.run(1_000)
  assert.equal(controller.rotated([{ ...event, writtenAtMs }]), 1)
  await clock.run(20_000)
  assert.deepEqual(refreshed(), ['a', 'b', 'b'])
  // What is told as it comes is believed.
  assert.equal(controller.rotated([event]), 2)
  await stop()
})

test('an event names a key as its provider does, with what the store puts before it; a plain one may name it either way', async () => {
  const { clock, argo, detection, controller, report, refreshed, stop } = await start()
  for (const name of ['a', 'b', 'c']) argo.add(name)
  const ofGit = { store: 'SecretStore shop/aws', provider: 'aws' }
  await report('a', 'v1', { ...ofGit, keyPrefix: 'prod/' })
  await report('b', 'v1', { provider: 'aws', keyPrefix: 'prod/' })
  await report('c', 'v1', { ...ofGit, keyPrefix: 'dev/' })
  // A secret of this name is none of them.
  assert.equal(controller.rotated([{ provider: 'aws', names: new Set(['db', 'test/db']) }]), 0)
  assert.equal(controller.rotated([{ provider: 'aws', names: new Set(['prod/db', 'arn:prod/db']) }]), 2)
  await clock.run(20_000)
  assert.deepEqual([refreshed(), detection.checked], [['a'], ['db']])
  assert.equal(controller.rotated([{ store: 'SecretStore shop/aws', key: 'dev/db' }]), 1)
  assert.equal(controller.rotated([{ store: VAULT, key: 'db' }]) + controller.rotated([{ store: VAULT, key: 'prod/db' }]), 2)
  assert.equal(controller.rotated([{ store: VAULT, key: 'dev/db' }]), 0)
  await clock.run(20_000)
  assert.deepEqual(
    [refreshed(), detection.checked],
    [
      ['a', 'c'],
      ['db', 'db', 'db'],
    ],
  )
  await stop()
})

test('a report that is sent again because its first taker is gone does not hide a newer one', async () => {
  const { clock, argo, controller, detection, report, stop } = await start()
  argo.add('a')
  await report('a', 'v2')
  controller.receive(renderFacts('a', [readFact('db', 'v1')], { ageMs: 600_000 }))
  await clock.run(5_000)
  assert.deepEqual(
    detection.watched.get('argocd/a')?.map(({ read }) => read?.version),
    ['v2'],
  )
  await stop()
})

test('last good values are told as an event on the Application', async () => {
  const { argo, events, report, stop } = await start()
  argo.add('a')
  await report('a', 'v1', { stale: true })
  assert.deepEqual(events, ['a: StaleValues'])
  await stop()
})

test('an Application that has to wait for a sync window is told once; where nobody can tell, what to do about it', async () => {
  const told: string[] = []
  const { clock, argo, detection, controller, report, refreshed, stop } = await start({
    tell: ({ name }, { reason, message }) => void told.push(`${name}: ${reason}: ${message}`),
  })
  for (const name of ['a', 'b']) {
    argo.add(name)
    await report(name, 'v1')
  }
  argo.windows = (name) => {
    if (name === 'b') throw new SecretError('NotFound', 'there is no AppProject "team"', { remedy: 'make it' })
    return false
  }
  detection.changed('db', 'v2', ['a', 'b'])
  await clock.run(300_000)
  assert.deepEqual([refreshed(), controller.held], [[], 1])
  assert.deepEqual(
    told.filter((text) => text.startsWith('a')),
    [`a: SyncWindowClosed: to be rendered again for 1 key of ${VAULT}, once its sync windows let it be synced`],
  )
  assert.equal(
    told.find((text) => text.startsWith('b')),
    `b: SyncWindowsUnknown: not rendered again for 1 key of ${VAULT}: there is no AppProject "team": make it`,
  )
  argo.windows = () => true
  await clock.run(600_000)
  assert.deepEqual([refreshed(), controller.held], [['a', 'b'], 0])
  await stop()
})

test('a day of a thousand Applications of stores of Git: each once an interval, spread over it, none that never refreshes', async () => {
  const { clock, argo, controller, stop } = await start()
  for (let index = 0; index < 1_000; index++) {
    const name = `app-${index}`
    argo.add(name)
    const fact = { store: 'SecretStore shop/aws', provider: 'aws', refreshInterval: index % 10 === 0 ? '0' : '6h' }
    controller.receive(renderFacts(name, [readFact('db', 'v1', fact)]))
  }
  await clock.run(60_000)
  assert.equal(controller.index.applications, 1_000)
  argo.refreshes.length = 0
  const hours = 24
  await clock.run(hours * 3_600_000)
  const counts = Map.groupBy(argo.refreshes, ({ name }) => name)
  assert.equal(counts.size, 900)
  assert.deepEqual(new Set([...counts.values()].map((times) => times.length)), new Set([4]))
  const perHour = Map.groupBy(argo.refreshes, ({ atMs }) => Math.floor((atMs - 60_000) / 3_600_000))
  for (const [hour, times] of perHour)
    assert.ok(hour >= hours || (times.length > 100 && times.length < 200), `hour ${hour}: ${times.length}`)
  await stop()
})
