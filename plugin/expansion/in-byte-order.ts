import { compareBytewise } from '../json/compare-bytewise.ts'

/** The entries sorted by their keys as Go sorts strings. */
export function inByteOrder<T>(entries: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...entries].toSorted(([one], [other]) => compareBytewise(one, other))
}
