import { type Condition, withCondition } from '../conditions.ts'
import { reasonOf, type Telling } from '../detection/subscription.ts'

const TYPE = 'Watched'

/**
 * `conditions` with why a store is asked at intervals although its provider could tell of changes: a missing right, too many stores. There is none
 * where all is well, and it stays as it is while that is not known: at the start, in an outage, and when nobody uses the store.
 *
 * @param tellings of the store: several where each namespace has a login of its own
 */
export function withWatched(conditions: readonly Condition[], tellings: readonly Telling[], now: number): readonly Condition[] {
  const [message] = tellings.flatMap((telling) => reasonOf(telling) ?? [])
  if (message !== undefined) return withCondition(conditions, { type: TYPE, status: 'False', reason: 'NotWatched', message }, now)
  const isWatched = tellings.length > 0 && tellings.every(({ by }) => by === 'subscription')
  return isWatched && conditions.some(({ type }) => type === TYPE) ? conditions.filter(({ type }) => type !== TYPE) : conditions
}
