/** `wish`, or with the next number behind it that makes a name which is not taken; `counts` holds the last number of each wish. */
export function freeName(wish: string, joint: string, taken: ReadonlySet<string>, counts: Map<string, number>): string {
  if (!taken.has(wish)) return wish
  let count = counts.get(wish) ?? 1
  let name = wish
  while (taken.has(name)) name = `${wish}${joint}${++count}`
  counts.set(wish, count)
  return name
}
