import { phaseOf } from '../../refresh/phase.ts'

const WHOLE = 2 ** 32

/** A number in [0, 1) that belongs to an identity, the same in every process. */
export function fractionOf(identity: string): number {
  return phaseOf(identity, WHOLE) / WHOLE
}

/**
 * How long after `nowMs` the next turn is, of those that come every `intervalMs` at `fraction` of it: above 0, at most an interval. Turns are whole
 * steps of the interval since the epoch, so they stay where they are over a restart.
 */
export function untilTurn(nowMs: number, fraction: number, intervalMs: number): number {
  const phaseMs = Math.floor(fraction * intervalMs)
  return (Math.floor((nowMs - phaseMs) / intervalMs) + 1) * intervalMs + phaseMs - nowMs
}

/** `fraction` as a whole number of `steps`. */
export function stepOf(fraction: number, steps: number): number {
  return Math.min(steps - 1, Math.floor(fraction * steps))
}
