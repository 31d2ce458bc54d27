import { createDetection } from '../../../../plugin/controller/detection/create-detection.ts'
import type {
  Change,
  DetectionSchedule,
  KeyRead,
  WatchedStore,
} from '../../../../plugin/controller/detection/detection-schedule.ts'
import type { DetectorState, StoredVersions } from '../../../../plugin/controller/detection/detector-state.ts'
import { SubscriptionPlaces } from '../../../../plugin/controller/detection/subscription-places.ts'
import type { Logger } from '../../../../plugin/model/logger.ts'
import { type BackendShape, ScriptedBackend } from '../../../support/scripted-backend.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** Remembers what it was given, and how often. */
export class MemoryState implements DetectorState {
  readonly stores = new Map<string, StoredVersions>()
  writes = 0
  failures = 0

  load = async (identity: string): Promise<StoredVersions> => {
    if (this.failures-- > 0) throw new Error('the state is away')
    return new Map(this.stores.get(identity))
  }

  save = async (identity: string, versions: StoredVersions): Promise<void> => {
    this.writes++
    this.stores.set(identity, new Map(versions))
  }
}

export interface Told {
  readonly reason: string
  readonly key: string
  readonly version: string | undefined
  readonly watchers: readonly string[]
  readonly changedAtMs: number | undefined
  readonly atMs: number
}

/** A detection on one scripted backend, in virtual time. */
export class Bench {
  readonly clock = new VirtualClock()
  readonly backend: ScriptedBackend
  readonly store: WatchedStore
  state = new MemoryState()
  told: Told[] = []
  readonly said: string[] = []
  readonly logger: Logger = {
    info: (message, fields) => void this.said.push(`${message}: ${fields?.['reason'] ?? ''}`),
    warn: () => undefined,
  }
  places = new SubscriptionPlaces(100)
  #detection: DetectionSchedule | undefined
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  readonly #sweepMs: number

  constructor(shape: Partial<BackendShape> = {}, provider = 'vault', sweepMs = 24 * HOUR) {
    this.#sweepMs = sweepMs
    this.backend = new ScriptedBackend({ batchSize: 1, ...shape }, this.clock)
    this.store = {
      identity: 'digest',
      name: 'SecretStore default/store',
      provider,
      open: async (pace) => this.backend.detector(pace),
    }
    this.start()
  }

  get detection(): DetectionSchedule {
    if (!this.#detection) throw new Error('not started')
    return this.#detection
  }

  start(): void {
    const { clock, state } = this
    const onChanges = (changes: readonly Change[]): void => {
      for (const { reason, query, version, changedAtMs, watchers } of changes)
        this.told.push({ reason, key: query.key, version, changedAtMs, watchers, atMs: clock.now() })
    }
    this.#stop = new AbortController()
    this.#detection = createDetection({
      clock,
      random: seededRandom('bench'),
      logger: this.logger,
      places: this.places,
      state,
      onChanges,
      sweepMs: this.#sweepMs,
    })
    this.#running = this.#detection.run(this.#stop.signal)
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.clock.run(0)
    await this.#running
  }

  /** The process is gone without a word: what it had not written is lost. */
  async crash(): Promise<void> {
    const kept = new Map(this.state.stores)
    await this.stop()
    this.state = new MemoryState()
    for (const [identity, versions] of kept) this.state.stores.set(identity, versions)
  }

  async restart(): Promise<void> {
    await this.stop()
    this.told = []
    this.start()
  }

  /** `watcher` has read the key as it is now. */
  read(watcher: string, key: string, intervalMs = 10 * MINUTE): void {
    this.watch(watcher, key, { version: this.backend.read(key), atMs: this.clock.now() }, intervalMs)
  }

  watch(watcher: string, key: string, read?: KeyRead, intervalMs = 10 * MINUTE): void {
    this.detection.watch(watcher, [{ store: this.store, query: { key }, intervalMs, read }])
  }

  /** What was told since the last call. */
  news(): readonly string[] {
    const news = this.told.map(({ reason, key, watchers }) => `${reason} ${key} ${[...watchers].toSorted().join(' ')}`)
    this.told = []
    return news
  }
}
