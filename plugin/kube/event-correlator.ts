import type { Clock } from '../model/clock.ts'
import type { EventSightings, EventSubject, EventToRecord } from './event-record.ts'
import { objectIdentity } from './object-identity.ts'

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

/** Of thousands of objects something is remembered, of nearly all of them one message: short lists instead of maps and sets. */
interface Similar {
  readonly reason: string
  lastAt: number
  /** Told apart from each other; the latest last. */
  messages: readonly string[]
  series: readonly Series[]
}

interface Subject {
  similar: readonly Similar[]
  /** When its bucket of tokens is full again, on the monotonic clock: a token moves it on by one refill. */
  fullAtMs: number
}

/** Of its object no more is kept than an Event says of it. */
class Series implements EventSeries {
  readonly subject: EventSubject
  event: EventToRecord
  readonly seen: EventSeries['seen']
  isStored = false
  isWaiting = false
  isBeingWritten = false
  /** Under which the same is found again. */
  readonly message: string
  readonly #bucket: Subject
  readonly #clock: Clock

  constructor(
    { resource, metadata }: EventSubject,
    event: EventToRecord,
    message: string,
    bucket: Subject,
    clock: Clock,
    eventName: string,
  ) {
    this.subject = { resource, metadata: objectIdentity(metadata) }
    this.event = event
    this.message = message
    this.#bucket = bucket
    this.#clock = clock
    const now = clock.now()
    this.seen = { eventName, count: 0, firstAt: now, lastAt: now }
  }

  takeToken(): boolean {
    const now = this.#clock.monotonic()
    const next = Math.max(this.#bucket.fullAtMs, now) + REFILL_MS
    // Empty when it is full again a whole bucket from now.
    if (next - now > BURST * REFILL_MS) return false
    this.#bucket.fullAtMs = next
    return true
  }
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
    const isTold = similar.messages.includes(event.message)
    const isCombined = !isTold && similar.messages.length >= MESSAGES_TOLD_APART
    if (!isTold && !isCombined) similar.messages = [...similar.messages, event.message]
    const series = this.#seriesOf(similar, isCombined ? COMBINED : event.message, subject, event, known)
    series.event = isCombined ? { ...event, message: COMBINED + event.message } : event
    series.seen.count++
    series.seen.lastAt = this.#clock.now()
    return series
  }

  #subjectOf({ resource, metadata }: EventSubject, type: string): Subject {
    const { namespace = '', name, uid = '' } = metadata
    const key = `${type}/${resource.group}/${resource.kind}/${namespace}/${name}/${uid}`
    const known = this.#subjects.get(key) ?? { similar: [], fullAtMs: this.#clock.monotonic() }
    this.#subjects.delete(key)
    this.#subjects.set(key, known)
    const oldest = this.#subjects.size > SUBJECTS ? this.#subjects.keys().next().value : undefined
    if (oldest !== undefined) this.#subjects.delete(oldest)
    return known
  }

  #similarOf(subject: Subject, reason: string): Similar {
    const now = this.#clock.monotonic()
    let similar = subject.similar.find((known) => known.reason === reason)
    if (!similar) {
      similar = { reason, lastAt: now, messages: [], series: [] }
      subject.similar = [...subject.similar, similar]
    }
    if (now - similar.lastAt > FORGET_AFTER_MS) similar.messages = []
    similar.lastAt = now
    return similar
  }

  #seriesOf(similar: Similar, message: string, subject: EventSubject, event: EventToRecord, bucket: Subject): Series {
    const known = similar.series.find((series) => series.message === message)
    if (known) return known
    const begun = new Series(subject, event, message, bucket, this.#clock, this.#nameOf(subject))
    // Messages of long ago stay for as long as there is room: the same again still counts up.
    similar.series = [...similar.series, begun].slice(-2 * MESSAGES_TOLD_APART)
    return begun
  }
}
