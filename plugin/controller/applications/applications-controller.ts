import { changeStart, secondsSince } from '../../model/change-start.ts'
import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { quoteName } from '../../model/quote-name.ts'
import type { Random } from '../../model/random.ts'
import type { ApplicationsMetrics } from '../../observability/applications-metrics.ts'
import type { Change, ChangeReason, DetectionSchedule, OnChanges, WatchedStore } from '../detection/detection-schedule.ts'
import { WorkQueue } from '../queue/work-queue.ts'
import type { Rotation } from '../rotations/rotation.ts'
import { type ApplicationEvent, heldEvent, refreshedEvent } from './application-event.ts'
import { type ApplicationRef, applicationId } from './application-view.ts'
import type { ApplicationsFacts } from './applications-view.ts'
import { DetectionWatch } from './detection-watch.ts'
import { FloorBoard } from './floor-board.ts'
import { intervalRefreshes } from './interval-refreshes.ts'
import type { RefreshCause, Refreshed, RefreshWish } from './refresh-wish.ts'
import { Refresher, type RefresherTools } from './refresher.ts'
import { DEFAULT_INDEX, type KeyUse, RenderIndex } from './render-index.ts'
import { type AcceptedReport, ReportIntake } from './report-intake.ts'
import type { RenderReport } from './report-schema.ts'
import { RotationFlow } from './rotation-flow.ts'
import { UnidentifiedEvents } from './unidentified-events.ts'
import { usedKeyId } from './used-key.ts'

export interface ApplicationsControllerTools extends Omit<RefresherTools, 'onRefreshed' | 'onHeld'> {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: ApplicationsMetrics
  readonly argoNamespace: string
  /** Told a change of which the administrator should know; about the Application. */
  readonly tell: (application: ApplicationRef & { readonly uid: string }, event: ApplicationEvent) => void
  /** Of the administrator's stores those that one login serves; by name. */
  readonly watchedStores: ReadonlyMap<string, WatchedStore>
  readonly detection: (onChanges: OnChanges) => DetectionSchedule
  /** How often a key is asked for, at most, in milliseconds. */
  readonly detectMs: number
  /** How often an Application is rendered again for its intervals, at most, in milliseconds. */
  readonly leastIntervalMs: number
}

/** Of a change; what else has to be read is due by time. */
const CAUSES: Partial<Record<ChangeReason, RefreshCause>> = { changed: 'changed', said: 'event' }

/** Everything that a leader does for Applications whose Secrets the plugin rendered (duty A). Lives as long as its leadership. */
export class ApplicationsController {
  readonly index = new RenderIndex(DEFAULT_INDEX)
  readonly board: FloorBoard
  readonly #tools: ApplicationsControllerTools
  readonly #intake: ReportIntake
  readonly #refresher: Refresher
  readonly #watch: DetectionWatch
  readonly #detection: DetectionSchedule
  readonly #ending = new AbortController()
  readonly #flow: RotationFlow
  readonly #staleStores = new Map<string, readonly string[]>()
  readonly #missing: UnidentifiedEvents

  constructor(tools: ApplicationsControllerTools) {
    const { clock, random, logger, metrics, watchedStores } = tools
    this.#tools = tools
    this.board = new FloorBoard(clock, random, () => [...watchedStores.keys()])
    this.#detection = tools.detection((changes) => this.#changed(changes))
    this.#watch = new DetectionWatch({ index: this.index, detection: this.#detection, watchedStores, detectMs: tools.detectMs })
    this.#refresher = new Refresher({
      ...tools,
      onHeld: (held) => tools.tell({ ...held.application, uid: held.uid }, heldEvent(held)),
      onRefreshed: (refreshed) => this.#refreshed(refreshed),
    })
    this.#flow = new RotationFlow(
      {
        board: this.board,
        clock,
        logger,
        onTold: (floors, late, away) => metrics.told(floors, late, away),
        onReady: (wishes) => this.#refresher.add(wishes),
      },
      this.#ending.signal,
    )
    this.#missing = new UnidentifiedEvents(tools, this.#ending.signal)
    this.#intake = new ReportIntake({
      applications: tools.applications,
      queue: new WorkQueue({ clock, random, logger }),
      clock,
      logger,
      argoNamespace: tools.argoNamespace,
      onAccepted: (report) => this.#accepted(report),
      onFate: (fate) => metrics.reported(fate),
    })
  }

  get waiting(): number {
    return this.#refresher.waiting
  }

  get oldestMs(): number {
    return this.#refresher.oldestMs
  }

  get held(): number {
    return this.#refresher.held
  }

  get running(): number {
    return this.#refresher.running
  }

  stoppedStores(): readonly string[] {
    return this.#refresher.stoppedStores()
  }

  /** For the dashboard, as it is now. */
  facts(): ApplicationsFacts {
    return {
      index: this.index,
      waiting: this.#refresher.backlog(),
      detections: this.#detection.stores(),
      nextLook: (id) => this.#detection.nextLook(id),
      staleStores: this.#staleStores,
      stopped: this.stoppedStores(),
    }
  }

  receive(report: RenderReport): void {
    this.#intake.receive(report)
  }

  /** Somebody says what was rotated. A detector confirms it where there is one; else whoever uses it is rendered again. Gives how many may be concerned. */
  rotated(rotations: readonly Rotation[]): number {
    return rotations.reduce((count, rotation) => count + this.#lookFor(rotation), 0)
  }

  #lookFor(rotation: Rotation): number {
    const uses =
      'store' in rotation
        ? this.index.usersOf(rotation.store, rotation.key)
        : this.index.usersNamed(rotation.provider, rotation.names)
    const { writtenAtMs } = rotation
    const left = writtenAtMs === undefined ? uses : uses.filter((use) => !this.#isRenderedSince(use, writtenAtMs))
    return this.#look(left, 'store' in rotation ? undefined : rotation.atMs)
  }

  /** An earlier leader has told daemons of it, and the Application was rendered after that. */
  #isRenderedSince({ used: { store, key }, renderedAtMs }: KeyUse, writtenAtMs: number): boolean {
    const floor = this.board.floorOf(store, key)
    return floor !== undefined && floor.atMs >= writtenAtMs && renderedAtMs >= floor.atMs
  }

  /** Has everybody who uses the key rendered again. */
  refresh(store: string, key: string): readonly KeyUse[] {
    const users = this.index.usersOf(store, key)
    this.#start(users, 'by-hand', undefined)
    return users
  }

  /** Works until `signal` is aborted, the index being loaded. Rejects when a part of it fails. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#ending.abort(), { once: true })
    if (signal.aborted) return
    for (const id of this.index.ids()) this.#watch.update(id)
    const { clock, leastIntervalMs, watchedStores } = this.#tools
    const intervals = {
      index: this.index,
      isWatched: (store: string) => watchedStores.has(store),
      leastMs: leastIntervalMs,
      clock,
      wish: (wishes: readonly RefreshWish[]) => this.#flow.start(wishes),
    }
    try {
      await Promise.all([
        this.#detection.run(this.#ending.signal),
        this.#intake.run(this.#ending.signal),
        this.#refresher.run(this.#ending.signal),
        intervalRefreshes(intervals, this.#ending.signal),
      ])
    } finally {
      this.#ending.abort()
      await this.#flow.idle()
    }
  }

  #look(uses: readonly KeyUse[], atMs?: number): number {
    const users = uses.filter(({ used }) => used.intervalMs > 0)
    for (const same of Map.groupBy(users, ({ used }) => JSON.stringify([used.store, used.key])).values()) {
      const [first] = same
      const watched = first && this.#tools.watchedStores.get(first.used.store)
      if (watched) this.#detection.check(watched.identity, first.used.key)
      else this.#start(same, 'event', undefined, atMs)
    }
    return users.length
  }

  #accepted({ record, view, facts }: AcceptedReport): void {
    // What an earlier leader may have lost is sent again, and daemons have no common order.
    if (this.index.knowsNewer(record)) return
    const id = applicationId(view)
    for (const other of this.index.put(record, view.revisions)) this.#watch.forget(other)
    this.#watch.reported(id)
    const uses = new Map(this.index.usesOf(id).map((use) => [usedKeyId(use.used), use]))
    this.#refresher.settle(view, (wish) =>
      [...uses.values()]
        .filter(({ used }) => used.store === wish.store && used.key === wish.key)
        .some(({ used }) => wish.version !== undefined && used.version === wish.version),
    )
    const stale = new Set(facts.reads.filter((read) => read.stale).map(({ store }) => store))
    this.#staleStores.delete(id)
    if (stale.size === 0) return
    this.#staleStores.set(id, [...stale])
    const message = `a provider is away: last good values stand in for keys of ${[...stale].join(', ')}`
    this.#tools.tell(view, { type: 'Warning', reason: 'StaleValues', message })
  }

  #changed(changes: readonly Change[]): void {
    for (const { store, query, reason, version, changedAtMs, watchers } of changes) {
      const uses = watchers.flatMap((id) => this.index.usesOf(id)).filter(({ used }) => isQueried(used, store.name, query))
      if (reason === 'absent') this.#absent(uses)
      else this.#start(uses, CAUSES[reason] ?? 'interval', version, changedAtMs)
    }
  }

  /** What is gone is not rendered without: the Secret that is applied still works, and a render would fail or remove it. */
  #absent(uses: readonly KeyUse[]): void {
    for (const { application, used } of uses) {
      const message = `${used.store} has no key ${quoteName(used.key)} any more; the Secret stays as it is`
      this.#missing.add(application, { type: 'Warning', reason: 'SecretMissing', message })
      this.#watch.assume(applicationId(application), used, { version: undefined, atMs: this.#tools.clock.now() })
    }
  }

  #start(uses: readonly KeyUse[], cause: RefreshCause, version: string | undefined, changedAtMs?: number): void {
    const noticedAtMs = this.#tools.clock.now()
    this.#tools.metrics.changed(cause, uses.length)
    this.#flow.start(
      uses.map(({ application, used: { store, key, isHook }, renderedAtMs }) => {
        // An event that comes after the render that has what it tells.
        const isOld = cause === 'event' && changedAtMs !== undefined && changedAtMs < renderedAtMs
        const start = cause === 'interval' ? undefined : changeStart(noticedAtMs, isOld ? undefined : changedAtMs)
        return { application, store, key, version, cause, noticedAtMs, start, isHook }
      }),
    )
  }

  #refreshed(refreshed: Refreshed): void {
    const { application, uid, wishes, outcome, start } = refreshed
    const { clock, metrics, tell } = this.#tools
    const id = applicationId(application)
    const [first] = wishes
    metrics.refreshed(
      outcome,
      first?.cause ?? 'changed',
      start && { from: start.from, seconds: secondsSince(start, clock.now()) },
    )
    if (outcome === 'gone') {
      this.index.remove(id)
      this.#watch.forget(id)
      this.#staleStores.delete(id)
      return
    }
    // A report that was lost must not have it rendered again and again.
    if (!['comparison-error', 'was-broken', 'not-asked', 'refused', 'windows-unknown'].includes(outcome))
      for (const { store, key, version } of wishes)
        for (const { used } of this.index.usesOf(id))
          if (used.store === store && used.key === key)
            this.#watch.assume(id, used, { version: version ?? used.version, atMs: this.#tools.clock.now() })
    tell({ ...application, uid }, refreshedEvent(refreshed))
  }
}

function isQueried(used: KeyUse['used'], store: string, { key, version = '', metadata }: Change['query']): boolean {
  const part = metadata ? 'metadata' : 'value'
  return used.store === store && used.key === key && used.requestedVersion === version && used.part === part
}
