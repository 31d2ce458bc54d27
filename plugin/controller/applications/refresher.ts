import { earlierStart } from '../../model/change-start.ts'
import type { Clock } from '../../model/clock.ts'
import { failureFields } from '../../model/failure-fields.ts'
import type { Logger } from '../../model/logger.ts'
import { printable } from '../../model/printable.ts'
import type { Random } from '../../model/random.ts'
import { asSecretError, type SecretError } from '../../model/secret-error.ts'
import { type ApplicationRef, type ApplicationResource, type ApplicationView, applicationId } from './application-view.ts'
import type { Applications } from './applications.ts'
import { changedResources, isLeft } from './changed-resources.ts'
import { HealthGate, type HealthGateLimits } from './health-gate.ts'
import { isPaused, type Pauses } from './pause-switch.ts'
import { RefreshBacklog, takeUp, type Waiting } from './refresh-backlog.ts'
import { RefreshSlots, type SlotLimits } from './refresh-slots.ts'
import type { Held, Refreshed, RefreshOutcome, RefreshWish } from './refresh-wish.ts'
import { followSync, type RefreshedViews, type SyncPolicy, syncedBy } from './sync-follower.ts'
import { TokenBucket } from './token-bucket.ts'

export interface RefresherTools {
  readonly applications: Applications
  readonly policy: SyncPolicy
  /** Refreshes a second, and at once after a pause. */
  readonly rate: { readonly perSecond: number; readonly burst: number }
  readonly slots: SlotLimits
  readonly gate: HealthGateLimits
  /** Wishes of one moment are spread over so many milliseconds. */
  readonly jitterMs: number
  readonly pauses: () => Pauses
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Once for each that has to wait for a sync window. */
  readonly onHeld: (held: Held) => void
  readonly onRefreshed: (refreshed: Refreshed) => void
}

/** Argo CD itself, among the gates of stores. */
const ARGO = 'argocd'
const UNASKED = 'Argo CD cannot be asked'
const UNASKED_RETRY_MS = 60_000
/** After what an Application is tried again: the first time in so many milliseconds, each further time twice as long. */
const FIRST_RETRY_MS: Partial<Record<RefreshOutcome, number>> = {
  'comparison-error': 60_000,
  'not-asked': UNASKED_RETRY_MS,
  'windows-unknown': 60_000,
  'no-sync-began': 30_000,
}
const MAX_RETRY_MS = 3_600_000
const MOST_FAILURES = 12
/** Those whose sync windows are closed, or that are broken, are looked at every minute; when many are, one a second, but each within five minutes. */
const ASIDE_LOOK_MS = 60_000
const MS_OF_ONE_ASIDE = 1_000
const LONGEST_ASIDE_LOOK_MS = 300_000
/** What changes without telling: a pause that is over, a gate that another refresh opens. */
const LOOK_AGAIN_MS = 1_000
/** Somebody wakes it when there is something to do. */
const IDLE_MS = 60_000

/** The rate is for refreshes, and these are none. */
const NO_REFRESHES: ReadonlySet<string> = new Set(['window', 'still-broken', 'moved', 'synced'])

/** A refresh that was begun; `views` where it was rendered. */
interface Attempt {
  readonly outcome: RefreshOutcome | 'window' | 'still-broken' | 'moved' | 'rendered'
  readonly uid: string
  /** Of one that has another project than it was wished with. */
  readonly application?: ApplicationRef
  /** Why it is an error, where somebody can do something about it. */
  readonly error?: SecretError
  readonly views?: RefreshedViews
}

/** It was rendered, and is looked at until that is applied. */
interface Following {
  readonly waiting: Waiting
  readonly usesHook: boolean
  readonly ending: AbortController
}

/**
 * Has Applications rendered again: so many a second and at once, spread, all wishes for one together, none while its store's provider fails, and
 * looks whether it came to anything (argocd.md 5.6).
 */
export class Refresher {
  readonly #tools: RefresherTools
  readonly #backlog = new RefreshBacklog()
  readonly #bucket: TokenBucket
  readonly #slots: RefreshSlots
  readonly #gate: HealthGate
  readonly #under = new Set<Promise<void>>()
  /** By Application, as all of these: the refreshes under way, one of each. */
  readonly #refreshing = new Set<string>()
  readonly #following = new Map<string, Following>()
  /** What refreshes have put out of sync and nobody has synced, as far as is known. */
  readonly #unsynced = new Map<string, readonly ApplicationResource[]>()
  #wake = Promise.withResolvers<void>()

  constructor(tools: RefresherTools) {
    const { rate, slots, gate, clock, random } = tools
    this.#tools = tools
    this.#bucket = new TokenBucket(rate.perSecond, rate.burst, clock)
    this.#slots = new RefreshSlots(slots)
    this.#gate = new HealthGate(gate, clock, random)
  }

  get waiting(): number {
    return this.#backlog.size
  }

  /** How long the first has waited that neither a sync window nor a pause holds. */
  get oldestMs(): number {
    const { clock } = this.#tools
    const pauses = this.#tools.pauses()
    const oldestAtMs = this.#backlog.oldestAtMs((waiting) =>
      isPaused(pauses, waiting.application, this.#backlog.storesOf(waiting)),
    )
    return Math.max(0, clock.now() - (oldestAtMs ?? clock.now()))
  }

  get held(): number {
    return this.#backlog.held
  }

  get running(): number {
    return this.#slots.running
  }

  backlog(): Iterable<Waiting> {
    return this.#backlog.all()
  }

  stoppedStores(): readonly string[] {
    return this.#gate.stopped()
  }

  add(wishes: readonly RefreshWish[]): void {
    const { clock, random, jitterMs } = this.#tools
    for (const wish of wishes) this.#backlog.add(wish, clock.monotonic() + jitterMs * random.fraction())
    this.#wake.resolve()
  }

  /** It has this by itself. */
  settle(application: ApplicationRef, isSettled: (wish: RefreshWish) => boolean): void {
    this.#backlog.settle(application, isSettled)
  }

  /** Works until `signal` is aborted; resolves when nothing is under way. What waits is given up: detection tells it again. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#tools
    while (!signal.aborted) {
      const waitMs = this.#startNext(signal)
      if (waitMs === 0) continue
      this.#wake = Promise.withResolvers()
      const ending = new AbortController()
      const over = clock.sleep(waitMs, AbortSignal.any([signal, ending.signal])).catch(() => undefined)
      await Promise.race([over, this.#wake.promise])
      ending.abort()
      this.#gate.sweep()
    }
    await Promise.all(this.#under)
  }

  /** Starts one, if one may start; gives after how many milliseconds to look again. */
  #startNext(signal: AbortSignal): number {
    const now = this.#tools.clock.monotonic()
    const pauses = this.#tools.pauses()
    let nextMs = this.#backlog.size === 0 ? IDLE_MS : LOOK_AGAIN_MS
    for (const waiting of this.#backlog.all()) {
      if (this.#refreshing.has(applicationId(waiting.application))) continue
      const stores = this.#backlog.storesOf(waiting)
      const waitMs = Math.max(waiting.dueAtMs - now, ...gatesOf(waiting, stores).map((gate) => this.#gate.waitMs(gate)))
      if (waitMs > 0) {
        nextMs = Math.min(nextMs, waitMs)
        continue
      }
      if (isPaused(pauses, waiting.application, stores) || !this.#slots.hasRoom(waiting.application, stores)) continue
      const bucketMs = this.#bucket.take()
      if (bucketMs > 0) return bucketMs
      this.#start(waiting, stores, signal)
      return 0
    }
    return nextMs
  }

  #start(waiting: Waiting, stores: ReadonlySet<string>, signal: AbortSignal): void {
    const { application } = waiting
    const gates = gatesOf(waiting, stores)
    this.#backlog.take(waiting)
    this.#refreshing.add(applicationId(application))
    this.#slots.take(application, stores)
    for (const gate of gates) this.#gate.begin(gate)
    const run = this.#run(waiting, stores, gates, signal).finally(() => this.#under.delete(run))
    this.#under.add(run)
  }

  async #run(waiting: Waiting, stores: ReadonlySet<string>, gates: readonly string[], signal: AbortSignal): Promise<void> {
    const isAgain = waiting.outOfSyncBefore !== undefined
    const attempt = await this.#attempt(waiting, signal)
    const { outcome } = attempt
    this.#refreshing.delete(applicationId(waiting.application))
    for (const gate of gates) this.#gate.end(gate, gate === ARGO ? ofArgo(outcome) : ofStore(outcome, isAgain))
    this.#slots.give(waiting.application, stores)
    if (NO_REFRESHES.has(outcome)) this.#bucket.giveBack()
    this.#wake.resolve()
    if (signal.aborted) return
    if (outcome !== 'moved') waiting.isBroken = outcome === 'was-broken' || outcome === 'still-broken'
    if (outcome === 'window') this.#hold(waiting, attempt.uid)
    else if (outcome === 'still-broken') this.#setAside(waiting, { isHeld: false })
    else if (outcome === 'moved') this.#backlog.giveBack({ ...waiting, application: attempt.application ?? waiting.application })
    else if (outcome === 'rendered' && attempt.views) await this.#follow(waiting, attempt.uid, attempt.views, signal)
    else if (outcome !== 'rendered') this.#ended(waiting, attempt.uid, outcome, attempt.error)
  }

  #hold(waiting: Waiting, uid: string): void {
    if (!waiting.isHeld) this.#tools.onHeld({ application: waiting.application, uid, wishes: [...waiting.wishes.values()] })
    this.#setAside(waiting, { isHeld: true })
  }

  #setAside(waiting: Waiting, { isHeld }: Pick<Waiting, 'isHeld'>): void {
    const { clock, random } = this.#tools
    waiting.isHeld = isHeld
    const delayMs = Math.min(LONGEST_ASIDE_LOOK_MS, Math.max(ASIDE_LOOK_MS, this.#backlog.aside * MS_OF_ONE_ASIDE))
    waiting.dueAtMs = clock.monotonic() + delayMs * (0.75 + random.fraction() / 4)
    this.#backlog.giveBack(waiting)
  }

  /** Never rejects. */
  async #attempt(waiting: Waiting, signal: AbortSignal): Promise<Attempt> {
    const { applications } = this.#tools
    const { application, wishes, isRendered, isBroken, outOfSyncBefore } = waiting
    let uid = ''
    try {
      const before = await applications.read(application, signal)
      // As it is now: what is synced during the refresh was out of sync by us before it.
      const unsynced = this.#unsynced.get(applicationId(application)) ?? []
      if (!before) return { outcome: 'gone', uid }
      uid = before.uid
      const { namespace, name, project } = before
      // Its pauses and its places among the others are those of its project.
      if (project !== application.project) return { outcome: 'moved', uid, application: { namespace, name, project } }
      if (before.isSkipped) return { outcome: 'skip-reconcile', uid }
      // Whoever mends it may leave it the manifests of before, in Argo CD's cache (argocd.md 1.8): then it is rendered, and not before.
      if (isBroken && before.hasComparisonError) return { outcome: 'still-broken', uid }
      // Argo CD has come to it by itself.
      if (isRendered && before.operation.phase !== 'Running' && !isLeft(unsynced, before)) return { outcome: 'synced', uid }
      const windows = await this.#windows(before, signal)
      if (windows !== 'open') return { ...windows, uid }
      const wasBroken = isBroken || before.hasComparisonError
      if (!wasBroken) waiting.outOfSyncBefore ??= before.outOfSync
      const after = await applications.refresh(before, isRendered ? 'normal' : 'hard', signal)
      if (!after) return { outcome: 'gone', uid }
      if (after.hasComparisonError) return { outcome: waiting.outOfSyncBefore ? 'comparison-error' : 'was-broken', uid }
      waiting.outOfSyncBefore = undefined
      const usesHook = [...wishes.values()].some(({ isHook }) => isHook)
      return {
        outcome: 'rendered',
        uid,
        views: { before, after, changed: changedResources(before, after, { unsynced, wasBroken, outOfSyncBefore }), usesHook },
      }
    } catch (thrown) {
      const error = asSecretError(thrown)
      if (!signal.aborted) this.#warn(UNASKED, application, error)
      return { outcome: error.kind === 'AccessDenied' ? 'refused' : 'not-asked', uid, error }
    }
  }

  /** As long as nobody can tell it is left alone, as with windows that are closed, and the others go on. */
  async #windows(view: ApplicationView, signal: AbortSignal): Promise<'open' | Pick<Attempt, 'outcome' | 'error'>> {
    const { applications, policy } = this.#tools
    try {
      return (await applications.maySync(view, syncedBy(policy, view), signal)) ? 'open' : { outcome: 'window' }
    } catch (thrown) {
      const error = asSecretError(thrown)
      if (signal.aborted || !['AccessDenied', 'NotFound', 'InvalidSpec'].includes(error.kind)) throw thrown
      this.#warn('sync windows cannot be told: it is not refreshed', view, error)
      return { outcome: 'windows-unknown', error }
    }
  }

  /** Argo CD refuses a sync that a window prevents as one that its caller has no right to (argo-cd v3.6, server/application, Sync). */
  async #isOpen(view: ApplicationView, signal: AbortSignal): Promise<boolean> {
    const { applications, policy } = this.#tools
    return await applications.maySync(view, syncedBy(policy, view), signal).catch(() => true)
  }

  async #follow(waiting: Waiting, uid: string, views: RefreshedViews, signal: AbortSignal): Promise<void> {
    const following = { waiting, usesHook: views.usesHook, ending: new AbortController() }
    this.#takeOver(following, views.changed)
    const either = AbortSignal.any([signal, following.ending.signal])
    try {
      const outcome = await followSync(this.#tools, views, either)
      if (!either.aborted) this.#ended(waiting, uid, outcome)
    } catch (thrown) {
      if (either.aborted) return
      const error = asSecretError(thrown)
      this.#warn(UNASKED, waiting.application, error)
      this.#tell(waiting, uid, 'not-synced-in-time', error)
      // What came of it shows once Argo CD answers. A hook would run twice, for nobody sees whether it has, unless it was not let begin.
      const isPrevented = error.kind === 'AccessDenied' && !(await this.#isOpen(views.after, signal))
      if (!isPrevented && (views.usesHook || error.kind === 'AccessDenied')) return
      waiting.isRendered = !views.usesHook
      this.#tryAgain(waiting, UNASKED_RETRY_MS)
    } finally {
      const id = applicationId(waiting.application)
      if (this.#following.get(id) === following) this.#following.delete(id)
    }
  }

  /** What a run before still looks for has been rendered once more: this one looks for it all. Only a sync with hooks is looked at to its own end. */
  #takeOver(following: Following, changed: readonly ApplicationResource[]): void {
    const { waiting } = following
    const id = applicationId(waiting.application)
    const earlier = this.#following.get(id)
    if (earlier && !earlier.usesHook) {
      earlier.ending.abort()
      takeUp(waiting, earlier.waiting)
    }
    const unasked = this.#backlog.takeRendered(waiting.application)
    if (unasked) takeUp(waiting, unasked)
    this.#following.set(id, following)
    this.#unsynced.set(id, changed)
  }

  #ended(waiting: Waiting, uid: string, outcome: RefreshOutcome, error?: SecretError): void {
    const id = applicationId(waiting.application)
    const isLast = (this.#following.get(id)?.waiting ?? waiting) === waiting
    if (isLast && (outcome === 'synced' || outcome === 'gone')) this.#unsynced.delete(id)
    this.#tell(waiting, uid, outcome, error)
    if (outcome === 'was-broken') {
      waiting.isRendered = false
      this.#setAside(waiting, { isHeld: false })
    }
    const firstRetryMs = FIRST_RETRY_MS[outcome]
    if (firstRetryMs === undefined) return
    // What was rendered is the newest there is: to render it again would not have it synced.
    if (outcome === 'no-sync-began') waiting.isRendered = true
    if (outcome === 'comparison-error') waiting.isRendered = false
    this.#tryAgain(waiting, firstRetryMs)
  }

  #tryAgain(waiting: Waiting, firstRetryMs: number): void {
    waiting.failures++
    waiting.isHeld = false
    if (waiting.failures > MOST_FAILURES) {
      this.#giveUp(waiting)
      return
    }
    const delayMs = Math.min(MAX_RETRY_MS, firstRetryMs * 2 ** (waiting.failures - 1))
    waiting.dueAtMs = this.#tools.clock.monotonic() + delayMs * (0.75 + this.#tools.random.fraction() / 2)
    this.#backlog.giveBack(waiting)
    this.#wake.resolve()
  }

  #giveUp({ application, failures, isRendered }: Waiting): void {
    const remedy = isRendered ? 'sync it by hand' : 'refresh it by hand, and sync it'
    this.#tools.logger.warn('an Application is given up until its values change again', {
      application: printable(applicationId(application)),
      failures,
      remedy,
    })
  }

  #tell({ application, wishes }: Waiting, uid: string, outcome: RefreshOutcome, error?: SecretError): void {
    const all = [...wishes.values()]
    const start = all.map((wish) => wish.start).reduce(earlierStart, undefined)
    const problem = error && [error.message, error.remedy].filter((text) => text !== undefined).join(': ')
    this.#tools.onRefreshed({ application, uid, wishes: all, outcome, start, problem })
  }

  #warn(what: string, application: ApplicationRef, error: SecretError): void {
    this.#tools.logger.warn(what, { application: printable(applicationId(application)), ...failureFields(error) })
  }
}

/** What is rendered already asks nothing of a store. */
function gatesOf({ isRendered }: Waiting, stores: ReadonlySet<string>): readonly string[] {
  return isRendered ? [ARGO] : [...stores, ARGO]
}

function ofArgo(outcome: Attempt['outcome']): 'well' | 'failed' {
  return outcome === 'not-asked' ? 'failed' : 'well'
}

/** What a refresh says about the providers of its stores; one that fails again and again may do so by itself. */
function ofStore(outcome: Attempt['outcome'], isAgain: boolean): 'well' | 'failed' | 'neutral' {
  if (outcome === 'rendered') return 'well'
  return outcome === 'comparison-error' && !isAgain ? 'failed' : 'neutral'
}
