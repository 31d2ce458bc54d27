import { createHash } from 'node:crypto'

/**
 * When in each interval an object has its turn: between 0 and the interval, a pure function of its identity, so that ten thousand objects with
 * one interval are spread evenly over it, and stay where they are after a restart. All in milliseconds.
 */
export function phaseOf(uid: string, intervalMs: number): number {
  const spread = createHash('sha256').update(uid).digest().readUInt32BE(0) / 2 ** 32
  return Math.floor(spread * intervalMs)
}

/** The object's first turn strictly after `time`: never more than an interval later. */
export function turnAfter(time: number, uid: string, intervalMs: number): number {
  const phase = phaseOf(uid, intervalMs)
  return (Math.floor((time - phase) / intervalMs) + 1) * intervalMs + phase
}
