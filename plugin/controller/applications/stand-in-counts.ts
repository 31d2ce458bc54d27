import type { StandIn } from '../../model/stand-in.ts'

/** How many values do not exist, by what their authors put in their place. */
export type StandInCounts = Readonly<Record<StandIn['kind'], number>>

export const NO_STAND_INS: StandInCounts = { default: 0, otherStore: 0, leftOut: 0 }

export function countStandIns(standIns: readonly Pick<StandIn, 'kind'>[]): StandInCounts {
  const counts = { ...NO_STAND_INS }
  for (const { kind } of standIns) counts[kind]++
  return counts
}

export function sumOfCounts(all: Iterable<StandInCounts>): StandInCounts {
  const sum = { ...NO_STAND_INS }
  for (const counts of all) {
    sum.default += counts.default
    sum.otherStore += counts.otherStore
    sum.leftOut += counts.leftOut
  }
  return sum
}

/** `2 defaults, 1 left out`; empty where nothing stands in. */
export function countsText({ default: defaults, otherStore, leftOut }: StandInCounts): string {
  const parts = [
    defaults > 0 && `${defaults} ${defaults === 1 ? 'default' : 'defaults'}`,
    otherStore > 0 && `${otherStore} from another store`,
    leftOut > 0 && `${leftOut} left out`,
  ]
  return parts.filter((part) => part !== false).join(', ')
}
