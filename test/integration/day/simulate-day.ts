import { SECRETS } from '../../../plugin/kube/core-resources.ts'
import type { Logger } from '../../../plugin/model/logger.ts'
import type { Random } from '../../../plugin/model/random.ts'
import type { KubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { SimulatedTime } from '../../support/simulated-time.ts'
import type { VirtualClock } from '../../support/virtual-clock.ts'
import { ENTRIES, putExternalSecret, startCluster, startController } from './cluster.ts'
import { type Backend, startFleet } from './fleet.ts'
import { type Freshness, FreshnessJudge } from './freshness.ts'
import { HOUR_MS, keyName, type PlannedEvent, plannedEvents, plannedObjects } from './plan.ts'

/** What came of a day. */
export interface DayReport {
  /** In real time. */
  readonly seconds: number
  /** HTTP requests to secret managers. */
  readonly requests: number
  /** New versions, and changes that are none. */
  readonly changes: number
  readonly stores: readonly (Freshness & { readonly name: string; readonly calls: number; readonly throttled: number })[]
  /** Requests to the API server, as `update secrets 200`, and how many. */
  readonly kube: Readonly<Record<string, number>>
  /** What the controller had to warn of. */
  readonly warnings: readonly string[]
}

export interface DayOptions {
  readonly seed: string
  readonly hours: number
  /** ExternalSecrets of each store. */
  readonly objects: number
  /** That they share. */
  readonly keys: number
}

/** A status is written again once a day, whether there is news or not: the day ends so long before. */
const BEFORE_STATUSES_MS = 1_000
/** The part of the day after which another controller comes: no whole hour, at which the first looks of many keys are their turns. */
const HANDOVER = 0.47
/** Shorter than any backend takes for an answer. */
const LOOK_STEP_MS = 10
const ROTATIONS = 100
const TOUCHES = 20

interface Store {
  readonly backend: Backend
  readonly judge: FreshnessJudge
  readonly events: readonly PlannedEvent[]
  /** Versions of keys that have another one than their first. */
  readonly versions: Map<string, number>
}

/** Lets a day pass over a cluster and its secret managers; about noon, in the middle of a look, another controller takes the place of the first. */
export async function simulateDay(options: DayOptions): Promise<DayReport> {
  const began = performance.now()
  const random = seededRandom(`day ${options.seed}`)
  using time = new SimulatedTime()
  const { clock } = time
  const fleet = await startFleet(time.serverTime)
  const kube = await startCluster(fleet, time)
  const stores = fleet.map((backend) => filledStore(backend, kube, options, { random, clock }))
  // Everything is old by the time that the controller comes.
  await clock.run(HOUR_MS)
  const warnings = await pass(stores, kube, options.hours * HOUR_MS - BEFORE_STATUSES_MS, { time, random })
  const endMs = clock.now()
  const report = {
    seconds: (performance.now() - began) / 1_000,
    requests: time.requests,
    changes: stores.reduce((sum, { events }) => sum + events.length, 0),
    stores: stores.map(({ backend: { name, control }, judge }) => {
      const { calls, throttled } = control
      return { name, calls, throttled, ...judge.judgement(endMs) }
    }),
    kube: requestsOf(kube),
    warnings,
  }
  await kube.close()
  await Promise.all(fleet.map((backend) => backend.close()))
  return report
}

/** First versions of all keys, the ExternalSecrets that read them, and an eye on their Secrets. */
function filledStore(
  backend: Backend,
  kube: KubeEmulator,
  options: DayOptions,
  { random, clock }: { readonly random: Random; readonly clock: VirtualClock },
): Store {
  const { lagMs } = backend
  const judge = new FreshnessJudge()
  const objects = plannedObjects(options)
  for (let key = 0; key < options.keys; key++) putVersion(backend, keyName(key), 0)
  const keysOf = new Map<string, readonly string[]>()
  for (const planned of objects) {
    const { keys, intervalMs } = planned
    const object = putExternalSecret(kube, backend, planned)
    keysOf.set(object, keys)
    judge.add({ object, keys, intervalMs, lagMs })
  }
  kube.follow(SECRETS, ({ metadata, data }) => {
    const object = `${metadata.namespace}/${metadata.name}`
    const keys = keysOf.get(object)
    if (keys) judge.wrote(object, versionsIn(data, keys), clock.now())
  })
  const plan = {
    ...options,
    rotations: ROTATIONS,
    touches: backend.touch ? TOUCHES : 0,
    lengthMs: options.hours * HOUR_MS,
    lagMs,
  }
  return { backend, judge, events: plannedEvents(objects, plan, random), versions: new Map() }
}

/** Gives what the controllers had to warn of. */
async function pass(
  stores: readonly Store[],
  kube: KubeEmulator,
  lengthMs: number,
  { time, random }: { readonly time: SimulatedTime; readonly random: Random },
): Promise<readonly string[]> {
  const { clock } = time
  const warnings: string[] = []
  const logger: Logger = {
    info: () => undefined,
    warn: (message, fields) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
  }
  const judges = new Map(stores.map(({ backend, judge }) => [backend.name, judge]))
  const onLook = (store: string, key: string): void => judges.get(store)?.looked(key, clock.now())
  const backends = stores.map(({ backend }) => backend)
  const startsAt = clock.monotonic()
  const asked = { times: 0 }
  const onAsk = (): void => void asked.times++
  for (const [fromMs, toMs] of [
    [0, lengthMs * HANDOVER],
    [lengthMs * HANDOVER, lengthMs],
  ] as const) {
    await using _ = startController(kube, backends, { time, random, logger, onAsk, onLook })
    await happen(stores, ({ atMs }) => atMs >= fromMs && atMs < toMs, { clock, startsAt })
    await clock.run(startsAt + toMs - clock.monotonic())
    if (toMs === lengthMs) break
    for (const { times } = asked; asked.times === times; ) await clock.run(LOOK_STEP_MS)
    for (const { backend, judge } of stores) judge.handedOver(clock.now(), backend.firstLooksMs)
  }
  return warnings
}

/** Lets happen at its time what happens to secrets. */
async function happen(
  stores: readonly Store[],
  isMeant: (event: PlannedEvent) => boolean,
  { clock, startsAt }: { readonly clock: VirtualClock; readonly startsAt: number },
): Promise<void> {
  const all = stores.flatMap((store) => store.events.filter(isMeant).map((event) => ({ ...event, ...store })))
  for (const { atMs, key, what, backend, judge, versions } of all.toSorted((one, other) => one.atMs - other.atMs)) {
    await clock.run(Math.max(0, startsAt + atMs - clock.monotonic()))
    if (what === 'touched') backend.touch?.(key)
    else {
      const version = (versions.get(key) ?? 0) + 1
      versions.set(key, version)
      putVersion(backend, key, version)
      judge.changed(key, version, clock.now())
    }
  }
}

/** Values say which version they are. */
function putVersion(backend: Backend, key: string, version: number): void {
  backend.put(key, `${key} v${version}`)
}

function versionsIn(data: unknown, keys: readonly string[]): ReadonlyMap<string, number> {
  const entries = data as Readonly<Record<string, string>>
  return new Map(
    keys.map((key, place) => {
      const text = Buffer.from(entries[ENTRIES[place] ?? ''] ?? '', 'base64').toString()
      return [key, Number(text.startsWith(`${key} v`) ? text.slice(`${key} v`.length) : Number.NaN)]
    }),
  )
}

function requestsOf(kube: KubeEmulator): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { verb, resource, code } of kube.audit()) {
    const what = `${verb} ${resource} ${code}`
    counts[what] = (counts[what] ?? 0) + 1
  }
  return counts
}
