import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import { asSecretError, SecretError } from '../../model/secret-error.ts'
import type { ChangeDetector, VersionOutcome } from '../../providers/change-detector.ts'
import { askEach, askTogether } from './ask-versions.ts'
import { CallQuota, type CallQuotas, callsPerSecond } from './call-quota.ts'
import type { OnChanges, OnTelling, StoreDetection, WatchedKey, WatchedStore } from './detection-schedule.ts'
import { DetectorRenewal } from './detector-renewal.ts'
import { type DetectorState, queryId } from './detector-state.ts'
import { DueKeys, longestWaitMs } from './due-keys.ts'
import { KeyWatch, type Told } from './key-watch.ts'
import { isOutage, outagePauseMs } from './outage.ts'
import { ReadTurns } from './read-turns.ts'
import { Reopening } from './reopening.ts'
import { StateKeeper } from './state-keeper.ts'
import { hasSubscription, Subscription, type Telling } from './subscription.ts'
import type { SubscriptionPlaces } from './subscription-places.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'
import { TurnGroups } from './turn-groups.ts'
import { withinTime } from './within-time.ts'

export interface StoreWatchTools {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly timers: TimerQueue
  readonly state: DetectorState
  readonly quotas: CallQuotas
  readonly places: SubscriptionPlaces
  readonly sweepMs: number
  readonly onChanges: OnChanges
  readonly onTelling?: OnTelling | undefined
  readonly stopping: AbortSignal
}

/** A secret that was found gone, or is said to have changed, is looked at again after so many milliseconds. */
const LOOK_AGAIN_MS = 15_000

/** After so many rounds in a row that failed it may be the store's certificate that is not good any more. */
const SOME_FAILURES = 3

type Failed = Extract<VersionOutcome, { state: 'failed' }>

/** One store: its keys, its detector, and one round at a time. */
export class StoreWatch {
  readonly store: WatchedStore
  readonly #tools: StoreWatchTools
  readonly #keys = new Map<string, KeyWatch>()
  readonly #due = new DueKeys()
  /** Somebody says that they may have changed. */
  readonly #checked = new DueKeys()
  readonly #reads: ReadTurns
  readonly #keeper: StateKeeper
  readonly #quota: CallQuota
  readonly #renewal: DetectorRenewal
  readonly #reopening: Reopening
  #detector: ChangeDetector | undefined
  #subscription: Subscription | undefined
  #groups: TurnGroups | undefined
  #work: Promise<void> | undefined
  #failures = 0
  #pause: Timer | undefined
  #isClosed = false
  #lastRoundAtMs: number | undefined

  constructor(store: WatchedStore, tools: StoreWatchTools) {
    const { clock, timers, sweepMs, quotas } = tools
    this.store = store
    this.#tools = tools
    this.#keeper = new StateKeeper(store, {
      ...tools,
      isWatched: (id) => this.#keys.has(id),
      isComparable: (key) => this.#isComparable(key),
    })
    this.#quota = new CallQuota(callsPerSecond(quotas, store.provider), clock)
    this.#renewal = new DetectorRenewal(clock)
    this.#reopening = new Reopening(clock, timers, () => this.#start())
    const onTurn = (key: KeyWatch, reason: 'must-read' | 'sweep'): void =>
      this.#tell(reason === 'sweep' ? key.readByAll(reason, clock.now()) : key.readTurn(clock.now()))
    this.#reads = new ReadTurns({ identity: store.identity, sweepMs, clock, timers, onTurn })
    timers.after(0, () => this.#start())
  }

  get isUnused(): boolean {
    return this.#keys.size === 0
  }

  /** One round that fails is asked again soon, and tells nothing of the provider. */
  get isAway(): boolean {
    return this.#failures > 1
  }

  get detection(): StoreDetection {
    const { identity, name, provider } = this.store
    let pending = 0
    for (const key of this.#keys.values()) pending += key.pending
    return {
      identity,
      name,
      provider,
      keys: this.#keys.size,
      unknownKeys: this.#reads.unknown,
      pending,
      calls: this.#quota.calls,
      callsPerSecond: callsPerSecond(this.#tools.quotas, provider),
      failures: this.#failures,
      telling: this.#subscription?.telling ?? { by: 'asking' },
      lastRoundAtMs: this.#lastRoundAtMs,
      nextRoundAtMs: this.#wallTime(this.#groups?.nextAtMs),
    }
  }

  /** When the first of these keys is asked for. */
  nextLookMs(ids: readonly string[]): number | undefined {
    let next: number | undefined
    for (const id of ids) {
      const key = this.#keys.get(id)
      const turn = key && this.#groups?.turnOf(key)
      if (turn !== undefined && (next === undefined || turn < next)) next = turn
    }
    return this.#wallTime(next)
  }

  get isTold(): boolean {
    return this.#subscription?.telling.by === 'subscription'
  }

  /** Of a turn: in milliseconds since the epoch, and not before the pause of an outage is over. */
  #wallTime(turnMs: number | undefined): number | undefined {
    const { clock } = this.#tools
    return turnMs === undefined ? undefined : clock.now() + (this.#pause?.atMs ?? turnMs) - clock.monotonic()
  }

  /** Gives the key's id. */
  watch(watcher: string, { query, intervalMs, read }: WatchedKey): string {
    const id = queryId(query)
    const known = this.#keys.get(id)
    const key = known ?? new KeyWatch(query)
    const isNews = key.watch(watcher, intervalMs, read, this.#tools.clock.now())
    if (!known) {
      this.#keys.set(id, key)
      this.#keeper.restore(key)
    }
    this.#note(key)
    this.#reads.place(key)
    this.#groups?.place(key)
    // What happened to a key that nobody watched until now was told to nobody.
    const isUntold = !known && this.isTold
    if (isUntold || (isNews && this.#isComparable(key))) this.#ask([key])
    return key.id
  }

  unwatch(watcher: string, id: string): void {
    const key = this.#keys.get(id)
    if (!key) return
    key.unwatch(watcher)
    if (!key.isUnused) {
      this.#note(key)
      this.#reads.place(key)
      this.#groups?.place(key)
      return
    }
    this.#keys.delete(id)
    this.#due.delete(key)
    this.#checked.delete(key)
    this.#groups?.remove(key)
    this.#reads.remove(key)
    this.#keeper.forget(key)
  }

  /** Asks for all queries of these keys at once; who cannot be told by asking reads. */
  check(remoteKeys: readonly string[]): void {
    const { clock, timers } = this.#tools
    const checked = new Set(remoteKeys)
    for (const key of this.#keys.values()) {
      if (!checked.has(key.query.key)) continue
      if (this.#reads.isUnknown(key)) this.#tell(key.readByAll('said', clock.now()))
      timers.after(LOOK_AGAIN_MS, () => this.#askAgain(key))
      this.#checked.add(key, clock.monotonic())
    }
    this.#start()
  }

  /** Ends what is under way; `signal` bounds the writes and goodbyes. */
  async close(signal: AbortSignal): Promise<void> {
    this.#isClosed = true
    this.#groups?.close()
    this.#reads.close()
    this.#due.clear()
    this.#checked.clear()
    await this.#work
    await this.#subscription?.close()
    await this.#keeper.close(signal)
    await this.#detector?.close().catch(() => undefined)
  }

  #ask(keys: Iterable<KeyWatch>): void {
    const nowMs = this.#tools.clock.monotonic()
    for (const key of keys) this.#due.add(key, nowMs)
    this.#start()
  }

  get #hasDue(): boolean {
    return this.#due.size + this.#checked.size > 0
  }

  #start(): void {
    if (this.#work || this.#pause || this.#isClosed || this.#tools.stopping.aborted) return
    this.#work = this.#run().finally(() => {
      this.#work = undefined
      if (this.#hasDue) this.#start()
    })
  }

  async #run(): Promise<void> {
    const { clock, stopping, timers, random } = this.#tools
    try {
      if (!this.#groups || this.#reopening.isDue) await this.#prepare()
      else if (this.#failures >= SOME_FAILURES && this.#renewal.mayBegin()) await this.#renew()
      for (const keys of [this.#due, this.#checked]) keys.waitAnew(clock.monotonic())
      while (this.#hasDue && !this.#isClosed && !stopping.aborted) await this.#round()
      this.#failures = 0
    } catch (thrown) {
      if (stopping.aborted) return
      const error = asSecretError(thrown)
      this.#failures++
      if (this.#failures === 1) this.#say('changes of this store cannot be noticed at the moment', error)
      this.#pause = timers.after(outagePauseMs(this.#failures, random, error.retryAfterMs), () => this.#goOn())
    }
  }

  #goOn(): void {
    this.#tools.timers.cancel(this.#pause)
    this.#pause = undefined
    this.#start()
  }

  async #prepare(): Promise<void> {
    const { clock, random, timers, stopping } = this.#tools
    const { identity } = this.store
    await this.#keeper.load(stopping)
    this.#detector = await this.#open()
    this.#groups?.close()
    const batchSize = this.#detector?.batchSize ?? 1
    const onTurn = (keys: Iterable<KeyWatch>): void => this.#ask(keys)
    this.#groups = new TurnGroups({ identity, batchSize, clock, random, timers, onTurn })
    for (const key of this.#keys.values()) {
      this.#keeper.restore(key)
      this.#groups.place(key)
      this.#note(key)
    }
    this.#subscription ??= this.#subscribe()
  }

  /** What its backend tells is confirmed as what an event tells, by the same questions, which cost nothing as long as it tells. */
  #subscribe(): Subscription | undefined {
    const detector = this.#detector
    if (!hasSubscription(detector)) return undefined
    const onKeys = (keys: readonly string[]): void => this.check(keys)
    const onTelling = ({ by }: Telling): void => {
      // Who tells again is not away any more.
      if (by === 'subscription') this.#goOn()
      this.#tools.onTelling?.(this.store)
    }
    return new Subscription({ ...this.#tools, detector, name: this.store.name, onKeys, onTelling })
  }

  /** What will not get better by itself is for the readers to say: all keys are read then. */
  async #open(): Promise<ChangeDetector | undefined> {
    try {
      const detector = await this.store.open(this.#quota)
      this.#reopening.opened()
      return detector
    } catch (thrown) {
      const error = asSecretError(thrown)
      if (isOutage(error)) throw error
      this.#reopening.refused()
      this.#say('this store can only be read, not watched', error)
      return undefined
    }
  }

  /** Its credentials may have been rotated. Throws the SecretError of an outage. */
  async #renew(): Promise<void> {
    const before = this.#detector
    const detector = before && (await this.#renewal.open(this.store, this.#quota))
    if (!detector) return
    this.#detector = detector
    await this.#subscription?.close()
    await before.close().catch(() => undefined)
    this.#subscription = this.#subscribe()
  }

  /** Throws the SecretError of an outage, with its keys due again. */
  async #round(): Promise<void> {
    const { clock, stopping } = this.#tools
    this.#tellOverdue()
    const asked = this.#checked.size > 0 ? this.#checked : this.#due
    const keys = asked.take(this.#mostAtOnce)
    const limitMs = longestWaitMs(keys.reduce((least, { intervalMs }) => Math.min(least, intervalMs), Number.POSITIVE_INFINITY))
    if (keys.length === 0) return
    const ask = asked === this.#checked ? askEach : askTogether
    const outcomes = await withinTime(clock, limitMs, stopping, (signal) => ask(this.#detector, keys, signal))
    if (stopping.aborted) return
    this.#lastRoundAtMs = clock.now()
    if (this.#renewal.isRefused(keys, outcomes) && this.#renewal.mayBegin()) {
      for (const key of keys) if (this.#keys.has(key.id)) asked.add(key, clock.monotonic())
      return await this.#renew()
    }
    const isSome = outcomes.some(({ state }) => state !== 'failed')
    const told: Told[] = []
    let outage: Failed | undefined
    for (const [index, key] of keys.entries()) {
      const outcome = outcomes[index] ?? NOT_TOLD
      if (!this.#keys.has(key.id)) continue
      // Not all of a round are told in its time.
      if (isSome && outcome.state === 'failed' && outcome.error.kind === 'Deadline') told.push(...key.readTurn(clock.now()))
      else if (outcome.state === 'failed' && isOutage(outcome.error)) {
        outage = outcome
        asked.add(key, clock.monotonic())
      } else told.push(...this.#take(key, outcome, asked === this.#checked))
      // A listing may be behind a read that found nothing: the key alone is asked for, so that what stands in for it need not wait for the lag.
      if (asked === this.#due && isListed(outcome) && key.isMissed) this.#checked.add(key, clock.monotonic())
      this.#note(key)
    }
    this.#tell(told)
    if (outage) throw outage.error
  }

  /** As many keys as calls of a second tell, so that those of short intervals need not wait for all others. */
  get #mostAtOnce(): number {
    if (!this.#detector) return Number.POSITIVE_INFINITY
    return Math.ceil(this.#detector.batchSize * callsPerSecond(this.#tools.quotas, this.store.provider))
  }

  /** The quota does not last for all keys: the quota for reading is a larger one. */
  #tellOverdue(): void {
    const { clock } = this.#tools
    for (const key of this.#due.takeOverdue(clock.monotonic())) this.#tell(key.readTurn(clock.now()))
    for (const key of this.#checked.takeOverdue(clock.monotonic())) this.#tell(key.readByAll('said', clock.now()))
  }

  #take(key: KeyWatch, outcome: VersionOutcome, isChecked: boolean): readonly Told[] {
    const { clock } = this.#tools
    const wasUnknown = this.#reads.isUnknown(key)
    const { lagMs = 0 } = this.#detector ?? {}
    const sight = { comparable: this.#isComparable(key), lagMs, nowMs: clock.now() }
    // What fails for good fails for readers too, who say why.
    this.#reads.note(key, outcome.state === 'unknown' || outcome.state === 'failed' ? 'unknown' : 'told')
    if (outcome.state === 'version') {
      const { version, changedAtMs, isListed = false } = outcome
      return key.see({ ...sight, version, changedAtMs, isListed })
    }
    // Somebody says that it has changed, and only now it turns out that nothing but reading tells.
    if (outcome.state !== 'absent') return isChecked && !wasUnknown ? key.readByAll('said', clock.now()) : []
    const told = key.seeAbsent(sight)
    if (key.isDoubted) this.#tools.timers.after(Math.min(LOOK_AGAIN_MS, key.intervalMs), () => this.#askAgain(key))
    return told
  }

  /** What reads have found can be kept once it is known how the detector spells versions. */
  #note(key: KeyWatch): void {
    if (this.#groups) this.#keeper.note(key)
  }

  #isComparable({ query }: KeyWatch): boolean {
    return this.#detector?.comparable === true && !query.metadata
  }

  #askAgain(key: KeyWatch): void {
    if (this.#keys.has(key.id)) this.#ask([key])
  }

  #tell(told: readonly Told[]): void {
    if (told.length > 0) this.#tools.onChanges(told.map((change) => ({ store: this.store, ...change })))
  }

  #say(message: string, error: SecretError): void {
    const { remedy } = error
    this.#tools.logger.warn(message, { store: this.store.name, error: error.message, ...(remedy !== undefined && { remedy }) })
  }
}

const NOT_TOLD: Failed = { state: 'failed', error: new SecretError('Bug', 'a detector did not answer for every key') }

function isListed(outcome: VersionOutcome): boolean {
  return outcome.state === 'version' && outcome.isListed === true
}
