import type { Random } from '../../../plugin/model/random.ts'

export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS

/** An ExternalSecret, by number. */
export interface PlannedObject {
  readonly number: number
  readonly intervalMs: number
  /** Of `password` and, where there are two, of `other`. */
  readonly keys: readonly string[]
}

/** A key gets its next version, or its tags are touched, which is none. */
export interface PlannedEvent {
  readonly atMs: number
  readonly key: string
  readonly what: 'rotated' | 'touched'
}

export interface PlanOptions {
  readonly rotations: number
  readonly touches: number
  readonly lengthMs: number
  /** How late a listing of the store may be. */
  readonly lagMs: number
}

/** Up to which part of the keys, and how often those who read them look. */
const INTERVALS: readonly (readonly [part: number, ms: number])[] = [
  [0.01, 5 * MINUTE_MS],
  [0.05, 30 * MINUTE_MS],
  [0.35, HOUR_MS],
  [0.65, 3 * HOUR_MS],
  [1, 6 * HOUR_MS],
]
/** Every so many objects have a second key, another interval than the others with theirs, or two changes where others have one. */
const SOME = 3
const FIRST_CHANGE_MS = 30 * MINUTE_MS
const LAST_CHANGE_MARGIN_MS = MINUTE_MS

export function keyName(number: number): string {
  return `key-${String(number).padStart(4, '0')}`
}

/** Who reads what of one store: several objects share a key, some of them at another interval. */
export function plannedObjects({ objects, keys }: { readonly objects: number; readonly keys: number }): readonly PlannedObject[] {
  return Array.from({ length: objects }, (_, number) => {
    const [, ms = HOUR_MS] = INTERVALS.find(([part]) => (number % keys) / keys < part) ?? []
    const isSlower = Math.floor(number / keys) % SOME === 1 && ms < 6 * HOUR_MS
    const second = number % SOME === 0 ? [keyName((number * 7 + 3) % keys)] : []
    return { number, intervalMs: isSlower ? 2 * ms : ms, keys: [...new Set([keyName(number % keys), ...second])] }
  })
}

/** What changes when, in its order: early enough that whoever reads it has to know before the day is over. */
export function plannedEvents(objects: readonly PlannedObject[], options: PlanOptions, random: Random): readonly PlannedEvent[] {
  const slowest = new Map<string, number>()
  for (const { keys, intervalMs } of objects)
    for (const key of keys) slowest.set(key, Math.max(slowest.get(key) ?? 0, intervalMs))
  const keys = [...slowest.keys()]
  const pick = (count: number): number => Math.min(count - 1, Math.floor(random.fraction() * count))
  const events: PlannedEvent[] = []
  const add = (what: PlannedEvent['what'], isTwice: boolean): void => {
    const key = keys[pick(keys.length)] ?? ''
    const lastMs = options.lengthMs - (slowest.get(key) ?? 0) - options.lagMs - LAST_CHANGE_MARGIN_MS
    const atMs = FIRST_CHANGE_MS + Math.floor(random.fraction() * (lastMs - FIRST_CHANGE_MS))
    events.push({ atMs, key, what })
    if (isTwice) events.push({ atMs: atMs + 100 + Math.floor(random.fraction() * 20 * SECOND_MS), key, what })
  }
  for (let count = 0; count < options.rotations; count++) add('rotated', count % SOME === 0)
  for (let count = 0; count < options.touches; count++) add('touched', false)
  return events.toSorted((one, other) => one.atMs - other.atMs)
}
