import type { Clock } from '../../model/clock.ts'
import type { Random } from '../../model/random.ts'
import { FLOORS_WAIT_MS, type FloorsAnswer, MAX_FLOORS } from '../../stores/warm/floor-exchange.ts'

/** What daemons must not use any more. */
export interface Floor {
  readonly store: string
  readonly key: string
  readonly version?: string | undefined
  /** Milliseconds since the epoch. */
  readonly atMs: number
}

/** What came of waiting for the daemons. */
export interface Acknowledged {
  /** Daemons that are connected. */
  readonly daemons: number
  /** Of them those that did not say in time that it is in force. */
  readonly late: number
  /** Of them those that could not read the value again: their provider is away. */
  readonly away: number
}

export interface FloorQuestion {
  /** The cursor of the answer before, or empty. */
  readonly after: string
  readonly daemon: string
  /** The daemon tried to read what the answer before named, and its provider is away. */
  readonly isAway: boolean
}

interface Daemon {
  acknowledged: number
  isAway: boolean
  /** Questions that wait. */
  asking: number
  leftAtMs: number
}

const EPOCH_BYTES = 8
/** A daemon asks again at once; one that has not done so for this long is gone. */
const RETURN_MS = 5_000
/** Of one daemon, and of all. */
const MAX_DAEMONS = 1_000

/** Version floors for all daemons (R15): each long poll brings what is new and confirms what was before. */
export class FloorBoard {
  readonly #clock: Clock
  readonly #epoch: string
  readonly #floors = new Map<string, Floor & { readonly sequence: number }>()
  readonly #daemons = new Map<string, Daemon>()
  readonly #watched: () => readonly string[]
  #sequence = 0
  #news = Promise.withResolvers<void>()
  #answers = Promise.withResolvers<void>()
  #isChanged = false

  constructor(clock: Clock, random: Pick<Random, 'bytes'>, watched: () => readonly string[]) {
    this.#clock = clock
    this.#watched = watched
    // Another leader counts anew: its cursors must not be taken for ours.
    this.#epoch = Buffer.from(random.bytes(EPOCH_BYTES)).toString('hex')
  }

  get connected(): number {
    return this.#connected().length
  }

  /** In force from now on; gives what to wait for with {@link FloorBoard.acknowledged}. */
  publish(floors: readonly Pick<Floor, 'store' | 'key' | 'version'>[]): number {
    this.#sequence++
    for (const { store, key, version } of floors) this.#put({ store, key, version, atMs: this.#clock.now() })
    this.#isChanged = true
    this.#news.resolve()
    this.#news = Promise.withResolvers()
    return this.#sequence
  }

  /** As it was persisted. */
  restore(floors: readonly Floor[]): void {
    this.#sequence++
    for (const floor of floors) this.#put(floor)
  }

  floorOf(store: string, key: string): Floor | undefined {
    return this.#floors.get(floorId(store, key))
  }

  floors(): readonly Floor[] {
    return [...this.#floors.values()].map(({ store, key, version, atMs }) => ({ store, key, version, atMs }))
  }

  /** Whether there is something new to persist, once. */
  takeChanged(): boolean {
    const isChanged = this.#isChanged
    this.#isChanged = false
    return isChanged
  }

  /** Waits for news, at most {@link FLOORS_WAIT_MS}, or until `signal` is aborted. */
  async answer({ after, daemon, isAway }: FloorQuestion, signal: AbortSignal): Promise<FloorsAnswer> {
    const known = this.#read(after)
    const asking = this.#daemonOf(daemon)
    if (known !== undefined) Object.assign(asking, { acknowledged: known, isAway })
    asking.asking++
    this.#answers.resolve()
    this.#answers = Promise.withResolvers()
    try {
      if (known !== undefined && known >= this.#sequence) await this.#waitForNews(signal)
      return this.#answerFrom(known ?? 0)
    } finally {
      asking.asking--
      asking.leftAtMs = this.#clock.monotonic()
    }
  }

  /** Waits until every daemon that is connected has it in force, at most `boundMs`. */
  async acknowledged(sequence: number, boundMs: number, signal: AbortSignal): Promise<Acknowledged> {
    const ending = new AbortController()
    const over = this.#clock.sleep(boundMs, AbortSignal.any([signal, ending.signal])).then(
      () => true,
      () => true,
    )
    for (let isOver = false; !isOver && this.#late(sequence).length > 0; )
      isOver = await Promise.race([over, this.#answers.promise.then(() => false)])
    ending.abort()
    const connected = this.#connected()
    return {
      daemons: connected.length,
      late: this.#late(sequence).length,
      away: connected.filter(({ acknowledged, isAway }) => acknowledged >= sequence && isAway).length,
    }
  }

  #put(floor: Floor): void {
    const id = floorId(floor.store, floor.key)
    this.#floors.delete(id)
    this.#floors.set(id, { ...floor, sequence: this.#sequence })
    const [oldest] = this.#floors.keys()
    if (oldest !== undefined && this.#floors.size > MAX_FLOORS) this.#floors.delete(oldest)
  }

  #late(sequence: number): readonly Daemon[] {
    return this.#connected().filter(({ acknowledged }) => acknowledged < sequence)
  }

  #connected(): readonly Daemon[] {
    const now = this.#clock.monotonic()
    return [...this.#daemons.values()].filter(({ asking, leftAtMs }) => asking > 0 || now - leftAtMs < RETURN_MS)
  }

  #daemonOf(name: string): Daemon {
    const known = this.#daemons.get(name)
    if (known) return known
    const now = this.#clock.monotonic()
    for (const [other, { asking, leftAtMs }] of this.#daemons)
      if (asking === 0 && now - leftAtMs >= RETURN_MS) this.#daemons.delete(other)
    if (this.#daemons.size >= MAX_DAEMONS) throw new RangeError('too many daemons')
    const daemon = { acknowledged: 0, isAway: false, asking: 0, leftAtMs: now }
    this.#daemons.set(name, daemon)
    return daemon
  }

  async #waitForNews(signal: AbortSignal): Promise<void> {
    const ending = new AbortController()
    const over = this.#clock.sleep(FLOORS_WAIT_MS, AbortSignal.any([signal, ending.signal])).catch(() => undefined)
    await Promise.race([this.#news.promise, over])
    ending.abort()
  }

  #answerFrom(known: number): FloorsAnswer {
    const now = this.#clock.now()
    return {
      cursor: `${this.#epoch}.${this.#sequence}`,
      leader: this.#epoch,
      watched: [...this.#watched()].slice(0, MAX_FLOORS),
      floors: [...this.#floors.values()]
        .filter(({ sequence }) => sequence > known)
        .map(({ store, key, version, atMs }) => ({
          store,
          key,
          ageMs: Math.max(0, now - atMs),
          ...(version !== undefined && { version }),
        })),
    }
  }

  /** `undefined` for a cursor of another epoch. */
  #read(cursor: string): number | undefined {
    const [epoch, sequence = ''] = cursor.split('.')
    return epoch === this.#epoch && /^\d{1,15}$/.test(sequence) ? Number(sequence) : undefined
  }
}

function floorId(store: string, key: string): string {
  return `${store}\0${key}`
}
