import type { Clock } from '../model/clock.ts'
import type { EventSightings, EventSubject, EventToRecord } from './event-record.ts'

/**
 * How many messages of one object, type and reason are told apart. Further ones are one event, until there was none of them all for
 * {@link FORGET_AFTER_MS} (client-go, defaultAggregateMaxEvents and defaultAggregateIntervalInSeconds).
 */
const MESSAGES_TOLD_APART = 9
const FORGET_AFTER_MS = 600_000
/** Writes about one object and type at once, and how long until there may be one more (client-go, defaultSpamBurst and defaultSpamQPS). */
const BURST = 25
const REFILL_MS = 300_000
/** Objects that are remembered (client-go, maxLruCacheEntries). */
const SUBJECTS = 4_096
const COMBINED = '(combined from similar events): '

/** All events that are one Event in the API. */
export interface EventSeries {
  readonly subject: EventSubject
  /** The latest. */
  event: EventToRecord
  readonly seen: { -readonly [Field in keyof EventSightings]: EventSightings[Field] }
  /** The API server has it under its name. */
  isStored: boolean
  /** It waits to be written. */
  isWaiting: boolean
  /** A write of it is under way. */
  isBeingWritten: boolean
  /** Whether it may be written now; counts as a write if so. */
  takeToken(): boolean
}

interface Similar {
  lastAt: number
  readonly messages: Set<string>
  readonly series: Map<string, EventSeries>
}

interface Subject {
  readonly byReason: Map<string, Similar>
  readonly takeToken: () => boolean
}

/** Finds what is the same again: the same message counts up, too many different ones of a kind become one. Keeps the latest 4,096 objects. */
export class EventCorrelator {
  readonly #clock: Clock
  readonly #nameOf: (subject: EventSubject) => string
  readonly #subjects = new Map<string, Subject>()

  constructor(clock: Clock, nameOf: (subject: EventSubject) => string) {
    this.#clock = clock
    this.#nameOf = nameOf
  }

  /** The series that the event belongs to, the event counted. */
  observe(subject: EventSubject, event: EventToRecord): EventSeries {
    const known = this.#subjectOf(subject, event.type)
    const similar = this.#similarOf(known, event.reason)
    const isCombined = !similar.messages.has(event.message) && similar.messages.size >= MESSAGES_TOLD_APART
    if (!isCombined) similar.messages.add(event.message)
    const series = this.#seriesOf(similar, isCombined ? COMBINED : event.message, subject, event, known.takeToken)
    series.event = isCombined ? { ...event, message: COMBINED + event.message } : event
    series.seen.count++
    series.seen.lastAt = this.#clock.now()
    return series
  }

  #subjectOf({ resource, metadata }: EventSubject, type: string): Subject {
    const { namespace = '', name, uid = '' } = metadata
    const key = `${type}/${resource.group}/${resource.kind}/${namespace}/${name}/${uid}`
    const known = this.#subjects.get(key) ?? { byReason: new Map(), takeToken: tokenBucket(this.#clock) }
    this.#subjects.delete(key)
    this.#subjects.set(key, known)
    dropOldest(this.#subjects, SUBJECTS)
    return known
  }

  #similarOf({ byReason }: Subject, reason: string): Similar {
    const now = this.#clock.monotonic()
    let similar = byReason.get(reason)
    if (!similar) {
      similar = { lastAt: now, messages: new Set(), series: new Map() }
      byReason.set(reason, similar)
    }
    if (now - similar.lastAt > FORGET_AFTER_MS) similar.messages.clear()
    similar.lastAt = now
    return similar
  }

  #seriesOf(
    { series }: Similar,
    key: string,
    subject: EventSubject,
    event: EventToRecord,
    takeToken: () => boolean,
  ): EventSeries {
    const known = series.get(key)
    if (known) return known
    const now = this.#clock.now()
    const seen = { eventName: this.#nameOf(subject), count: 0, firstAt: now, lastAt: now }
    const begun = { subject, event, seen, isStored: false, isWaiting: false, isBeingWritten: false, takeToken }
    series.set(key, begun)
    // Messages of long ago stay for as long as there is room: the same again still counts up.
    dropOldest(series, 2 * MESSAGES_TOLD_APART)
    return begun
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  const oldest = map.size > most ? map.keys().next().value : undefined
  if (oldest !== undefined) map.delete(oldest)
}

function tokenBucket(clock: Clock): () => boolean {
  // When it is full again: a token moves it on by one refill, and it is empty when that is a whole bucket away.
  let fullAtMs = clock.monotonic()
  return () => {
    const now = clock.monotonic()
    const next = Math.max(fullAtMs, now) + REFILL_MS
    if (next - now > BURST * REFILL_MS) return false
    fullAtMs = next
    return true
  }
}
