/** How long work may hold up everything else in this process, in milliseconds. */
const TURN_MS = 10

/**
 * Turns of the event loop for long work. Of all who wait for one, each round of the loop takes one on: with many at once the others, and what comes
 * over the network, wait no longer than with one. Between two turns all work of the thread together has about {@link TURN_MS}.
 */
export interface Turns {
  /** Returns at once while the turn lasts. */
  take(): Promise<void> | undefined
}

/** Work in small steps: between two of them others may have their turn. */
export type Steps<Result> = Generator<void, Result>

const waiting: (() => void)[] = []
/** Of the turn that lasts, whoever works in it: several short works in one round of the loop are as long as one. */
let endsAt = 0

export function createTurns(): Turns {
  return { take: () => (performance.now() < endsAt ? undefined : next()) }
}

/** All steps, without a turn for anybody else. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** All steps, with turns between them. */
export async function inTurns<Result>(steps: Steps<Result>, turns: Turns = createTurns()): Promise<Result> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    const turn = turns.take()
    if (turn) await turn
  }
}

async function next(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (waiting.push(resolve) === 1) setImmediate(takeOneOn)
  await promise
}

function takeOneOn(): void {
  endsAt = performance.now() + TURN_MS
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(takeOneOn)
}
