import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDetection } from '../../../../plugin/controller/detection/create-detection.ts'
import type {
  Change,
  DetectionSchedule,
  WatchedKey,
  WatchedStore,
} from '../../../../plugin/controller/detection/detection-schedule.ts'
import { noState } from '../../../../plugin/controller/detection/detector-state.ts'
import { SubscriptionPlaces } from '../../../../plugin/controller/detection/subscription-places.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { type BackendShape, ScriptedBackend } from '../../../support/scripted-backend.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

const HOUR_MS = 3_600_000
const OBJECTS_A_STORE = 1_000
const KEYS_A_STORE = 500

/** With the quotas of limits-and-threats.md 1.5; Vault's own is what a test may ask of it. */
const STORES: Readonly<Record<string, { readonly provider: string; readonly intervalMs: number; readonly shape: BackendShape }>> =
  {
    'secrets manager': {
      provider: 'aws',
      intervalMs: HOUR_MS / 4,
      shape: { batchSize: Number.POSITIVE_INFINITY, lagMs: 300_000, quotaPerSecond: 100, latencyMs: 50 },
    },
    'parameter store': { provider: 'aws', intervalMs: HOUR_MS / 2, shape: { batchSize: 50, quotaPerSecond: 40, latencyMs: 50 } },
    'key vault': {
      provider: 'azurekv',
      intervalMs: HOUR_MS / 4,
      shape: { batchSize: Number.POSITIVE_INFINITY, pageSize: 25, comparable: false, quotaPerSecond: 400, latencyMs: 20 },
    },
    'secret manager': { provider: 'gcpsm', intervalMs: HOUR_MS, shape: { batchSize: 1, quotaPerSecond: 10, latencyMs: 100 } },
    vault: { provider: 'vault', intervalMs: HOUR_MS, shape: { batchSize: 1, quotaPerSecond: 200, latencyMs: 20 } },
  }

interface Lateness {
  /** The longest time between two looks at a key, above its interval. */
  look: number
  /** The longest time between a change and the moment when its last watcher was told. */
  news: number
  told: number
}

test('24 hours of 5,000 objects: no call too many, nothing looked at or told late', async () => {
  const clock = new VirtualClock()
  const random = seededRandom('a day')
  const lateness = new Map<string, Lateness>()
  const backends = new Map<string, ScriptedBackend>()
  const rotations = new Map<string, { readonly atMs: number; readonly waiting: Set<string> }>()
  const watches = new Map<string, () => void>()

  const onChanges = (changes: readonly Change[]): void => {
    for (const { store, query, watchers } of changes) {
      const rotation = rotations.get(`${store.name} ${query.key}`)
      for (const watcher of watchers) {
        // Whatever the reason: it reads, and has the new version.
        if (rotation?.waiting.delete(watcher)) {
          const late = lateness.get(store.name)
          if (late) late.news = Math.max(late.news, clock.now() - rotation.atMs)
          if (late) late.told++
        }
        watches.get(watcher)?.()
      }
    }
  }
  const detection = createDetection({
    clock,
    random,
    logger: silentLogger,
    places: new SubscriptionPlaces(0),
    state: noState,
    onChanges,
  })
  for (const [name, { provider, intervalMs, shape }] of Object.entries(STORES)) {
    const backend = new ScriptedBackend(shape, clock)
    backends.set(name, backend)
    const late = { look: 0, news: 0, told: 0 }
    lateness.set(name, late)
    const looks = new Map<string, number>()
    backend.onLook = (key, atMs) => {
      late.look = Math.max(late.look, atMs - (looks.get(key) ?? atMs) - intervalMs)
      looks.set(key, atMs)
    }
    for (let key = 0; key < KEYS_A_STORE; key++) backend.put(`key-${key}`, `${name} ${key} v0`)
    const store: WatchedStore = { identity: `digest of ${name}`, name, provider, open: async (pace) => backend.detector(pace) }
    addObjects(name, store, intervalMs, backend, { detection, watches, now: clock.now })
  }

  const stop = new AbortController()
  const running = detection.run(stop.signal)
  for (let hour = 0; hour < 24; hour++) {
    await clock.run(HOUR_MS / 2)
    if (hour < 22) for (const [name, backend] of backends) rotate(name, backend, hour, clock.now(), rotations)
    await clock.run(HOUR_MS / 2)
  }
  stop.abort()
  await clock.run(0)
  await running

  for (const [name, { intervalMs, shape }] of Object.entries(STORES)) {
    const { look, news, told } = lateness.get(name) ?? { look: Number.NaN, news: Number.NaN, told: 0 }
    const listing = shape.batchSize === Number.POSITIVE_INFINITY ? 300_000 : 0
    assert.equal(backends.get(name)?.throttled, 0, `${name}: calls above the quota`)
    assert.ok(look <= 2_000, `${name}: looked at ${look} ms late`)
    assert.ok(news <= intervalMs + listing + 2_000, `${name}: told after ${news} ms`)
    assert.equal(told, 22 * 20 * (OBJECTS_A_STORE / KEYS_A_STORE), `${name}: every watcher of a rotated key was told`)
  }
})

function addObjects(
  name: string,
  store: WatchedStore,
  intervalMs: number,
  backend: ScriptedBackend,
  { detection, watches, now }: { detection: DetectionSchedule; watches: Map<string, () => void>; now: () => number },
): void {
  for (let object = 0; object < OBJECTS_A_STORE; object++) {
    const key = `key-${object % KEYS_A_STORE}`
    const watcher = `ExternalSecret ${name}/${object}`
    const watch = (): void => {
      const read: WatchedKey['read'] = { version: backend.read(key), atMs: now() }
      detection.watch(watcher, [{ store, query: { key }, intervalMs, read }])
    }
    watches.set(watcher, watch)
    watch()
  }
}

/** Twenty keys of a store get a new version. */
function rotate(
  name: string,
  backend: ScriptedBackend,
  hour: number,
  atMs: number,
  rotations: Map<string, { readonly atMs: number; readonly waiting: Set<string> }>,
): void {
  for (let i = 0; i < 20; i++) {
    const number = hour * 20 + i
    backend.put(`key-${number}`, `${name} ${number} v1`)
    const objects = Array.from({ length: OBJECTS_A_STORE / KEYS_A_STORE }, (_, turn) => number + turn * KEYS_A_STORE)
    const waiting = new Set(objects.map((object) => `ExternalSecret ${name}/${object}`))
    rotations.set(`${name} key-${number}`, { atMs, waiting })
  }
}
