import type { StoreDetection } from './detection-schedule.ts'

/** What the detectors of one store have done, as people read it. Times in milliseconds since the epoch. */
export interface StoreChecks {
  readonly lastAt: number | undefined
  readonly nextAt: number | undefined
  /** Rounds fail, and not for once. */
  readonly isAway: boolean
  readonly text: string
}

/** @param detections of the store: several where each namespace has a login of its own */
export function storeChecks(detections: readonly StoreDetection[]): StoreChecks | undefined {
  const [first] = detections
  if (!first) return undefined
  const worst = detections.reduce((bad, one) => (one.failures > bad.failures ? one : bad), first)
  return {
    lastAt: best(Math.max, detections, ({ lastRoundAtMs }) => lastRoundAtMs),
    nextAt: best(Math.min, detections, ({ nextRoundAtMs }) => nextRoundAtMs),
    isAway: worst.failures > 1,
    text: worst.failures > 0 ? `it did not answer: ${count(worst.failures, 'round')} in a row failed` : wellText(detections),
  }
}

function wellText(detections: readonly StoreDetection[]): string {
  const sum = (of: (detection: StoreDetection) => number): number => detections.reduce((all, one) => all + of(one), 0)
  const keys = count(
    sum((one) => one.keys),
    'key',
  )
  const calls = count(
    sum((one) => one.calls),
    'call',
  )
  return `${keys} watched, ${calls} so far${tellingText(detections)}`
}

function tellingText(detections: readonly StoreDetection[]): string {
  if (detections.every(({ telling }) => telling.by === 'subscription')) return '; changes are told as they happen'
  const [reason] = detections.flatMap(({ telling }) => (telling.by === 'asking' ? (telling.reason ?? []) : []))
  return reason === undefined ? '' : `; asked at intervals: ${reason}`
}

function count(of: number, what: string): string {
  return `${of} ${what}${of === 1 ? '' : 's'}`
}

function best(
  pick: (...times: number[]) => number,
  detections: readonly StoreDetection[],
  timeOf: (detection: StoreDetection) => number | undefined,
): number | undefined {
  const times = detections.flatMap((detection) => timeOf(detection) ?? [])
  return times.length > 0 ? pick(...times) : undefined
}
