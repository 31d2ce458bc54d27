import type { Budget } from './engine.ts'

/** The budget is used up. Engines add where in the template. */
export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded'
}

const BYTES_PER_STEP = 64
const STEPS_BETWEEN_CLOCKS = 256

/** Counts what one render costs. Every method throws {@link BudgetExceeded}. */
export class Meter {
  readonly #budget: Budget
  readonly #endsAt: number
  #steps = 0
  #nextClock = 0
  #depth = 0
  #written = 0
  #heavy = 0

  constructor(budget: Budget) {
    this.#budget = budget
    this.#endsAt = budget.now() + budget.wallTimeMs
  }

  /** One node, call or item, and the bytes that it reads or makes. */
  step(bytes = 0): void {
    this.#steps += 1 + Math.floor(bytes / BYTES_PER_STEP)
    if (this.#steps > this.#budget.steps) throw new BudgetExceeded(`the template takes more than ${this.#budget.steps} steps`)
    if (this.#steps < this.#nextClock) return
    this.#nextClock = this.#steps + STEPS_BETWEEN_CLOCKS
    this.checkTime()
  }

  /** Before something that takes long by itself, as long as `weight` times about 100 ms. */
  heavy(weight: number): void {
    this.#heavy += weight
    if (this.#heavy > this.#budget.heavyCalls) {
      throw new BudgetExceeded(`the template generates keys or hashes passwords more than ${this.#budget.heavyCalls} times`)
    }
    this.checkTime()
  }

  /** Between pieces of work that are few steps but may take long. */
  checkTime(): void {
    if (this.#budget.now() > this.#endsAt)
      throw new BudgetExceeded(`the template takes longer than ${this.#budget.wallTimeMs} ms`)
  }

  /** Before a text of so many bytes is made. */
  reserve(bytes: number): void {
    if (bytes > this.#budget.outputBytes) {
      throw new BudgetExceeded(`the template makes a text of more than ${this.#budget.outputBytes} bytes`)
    }
    this.step(bytes)
  }

  /** Before so many bytes are added to the result. */
  write(bytes: number): void {
    this.#written += bytes
    if (this.#written > this.#budget.outputBytes) {
      throw new BudgetExceeded(`the template gives more than ${this.#budget.outputBytes} bytes`)
    }
    this.step(bytes)
  }

  /** Runs `inner` one level deeper. */
  deeper<T>(inner: () => T): T {
    this.enter()
    try {
      return inner()
    } finally {
      this.leave()
    }
  }

  /** One level deeper, until {@link leave}; for those whose errors end the render. */
  enter(): void {
    if (this.#depth >= this.#budget.depth) throw new BudgetExceeded(`the template nests deeper than ${this.#budget.depth} levels`)
    this.#depth += 1
  }

  leave(): void {
    this.#depth -= 1
  }
}
