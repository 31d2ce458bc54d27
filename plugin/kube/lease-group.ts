import type { Clock } from '../model/clock.ts'

/** One of the leases that a process contends for. */
export interface LeaseContender {
  readonly isLeader: boolean
  /** Whether it is about to give it back. */
  readonly isRetiring: boolean
}

/** Between two wishes of one process, in units of its patience: what was wished for has been given by then, or will not be. */
const UNITS_BETWEEN_WISHES = 4

/**
 * The leases that one process contends for, shared with others so that each holds as many as another, or one more. It leaves a free one to others for a
 * while, the longer the more it holds; of one that holds two more than itself it wishes one, and gives one back when another wishes so. One lease
 * is asked for at a time, so that none is taken in ignorance of another.
 */
export class LeaseGroup {
  readonly #unitMs: number
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #contenders: LeaseContender[] = []
  /** Whom others' leases belonged to when they were last looked at. */
  readonly #holders = new Map<LeaseContender, string>()
  #wishedAtMs = Number.NEGATIVE_INFINITY
  #last: Promise<unknown> = Promise.resolve()

  /** `unitMs`: how long a free lease is left to others for each one that is held; longer than others take to look at it. */
  constructor(unitMs: number, clock: Pick<Clock, 'monotonic'>) {
    this.#unitMs = unitMs
    this.#clock = clock
  }

  add(contender: LeaseContender): void {
    this.#contenders.push(contender)
  }

  /** In milliseconds. */
  patienceMs(): number {
    return this.#held() * this.#unitMs
  }

  /** Begins when all that were asked for before have ended. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return await turn
  }

  saw(contender: LeaseContender, holder: string | undefined): void {
    if (holder === undefined) this.#holders.delete(contender)
    else this.#holders.set(contender, holder)
  }

  /** Whether to wish this lease from its holder now; then it counts as done. */
  wishes(contender: LeaseContender): boolean {
    const holder = this.#holders.get(contender)
    const theirs = [...this.#holders.values()].filter((one) => one === holder).length
    const isSoon = this.#clock.monotonic() - this.#wishedAtMs < UNITS_BETWEEN_WISHES * this.#unitMs
    if (holder === undefined || theirs < this.#held() + 2 || isSoon) return false
    this.#wishedAtMs = this.#clock.monotonic()
    return true
  }

  /** Whether one of several that are held may go. */
  canSpareOne(): boolean {
    return this.#contenders.filter(({ isLeader, isRetiring }) => isLeader && !isRetiring).length > 1
  }

  #held(): number {
    return this.#contenders.filter(({ isLeader }) => isLeader).length
  }
}
