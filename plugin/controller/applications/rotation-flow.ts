import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { FloorBoard } from './floor-board.ts'
import type { RefreshWish } from './refresh-wish.ts'

export interface RotationFlowTools {
  readonly board: FloorBoard
  readonly clock: Clock
  readonly logger: Logger
  readonly onTold: (floors: number, late: number, away: number) => void
  /** What may be rendered again now. */
  readonly onReady: (wishes: readonly RefreshWish[]) => void
}

/** How long a refresh waits for daemons that do not confirm. */
const CONFIRM_MS = 10_000
/** A provider that a daemon cannot reach is asked again after so long, twice as long each time. */
const FIRST_RETRY_MS = 15_000
const MAX_RETRY_MS = 300_000

/**
 * First the floors, then the refreshes (R15, R16): nothing is rendered again before every daemon that is connected has given up the old value, and
 * nothing while one of them cannot read the new one.
 */
export class RotationFlow {
  readonly #tools: RotationFlowTools
  readonly #under = new Set<Promise<void>>()
  readonly #signal: AbortSignal

  constructor(tools: RotationFlowTools, signal: AbortSignal) {
    this.#tools = tools
    this.#signal = signal
  }

  start(wishes: readonly RefreshWish[]): void {
    if (wishes.length === 0) return
    const run = this.#run(wishes).finally(() => this.#under.delete(run))
    this.#under.add(run)
  }

  /** Resolves when nothing is under way any more, which is soon after the signal was aborted. */
  async idle(): Promise<void> {
    await Promise.all(this.#under)
  }

  async #run(wishes: readonly RefreshWish[]): Promise<void> {
    const { board, clock, logger, onTold, onReady } = this.#tools
    const floors = [...new Map(wishes.map((wish) => [`${wish.store}\0${wish.key}`, wish])).values()]
    for (let delayMs = FIRST_RETRY_MS; !this.#signal.aborted; delayMs = Math.min(delayMs * 2, MAX_RETRY_MS)) {
      const sequence = board.publish(floors)
      const { daemons, late, away } = await board.acknowledged(sequence, CONFIRM_MS, this.#signal)
      onTold(floors.length, late, away)
      if (late > 0) logger.warn('daemons did not confirm version floors in time', { daemons, late })
      if (away === 0) break
      logger.warn('refreshes wait: daemons cannot read the new values', { daemons, away, applications: wishes.length })
      await clock.sleep(delayMs, this.#signal).catch(() => undefined)
    }
    if (!this.#signal.aborted) onReady(wishes)
  }
}
