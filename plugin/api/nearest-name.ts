/** Longer names are not compared: nobody meant them, and they would cost time. */
const MAX_LENGTH = 64

/** Shorter beginnings are no hint. */
const MIN_BEGINNING = 3

/**
 * The candidate that `name` was probably meant to be: a few typing mistakes away (about one in three characters, upper or lower case does not
 * count), else one that begins with it (`azure`, `azurekv`). Undefined when none is near. Of equally near ones the first.
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined
  const lower = name.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate.toLowerCase(), bestDistance)
    if (distance >= bestDistance) continue
    best = candidate
    bestDistance = distance
  }
  return best ?? candidateThatBegins(lower, candidates)
}

function candidateThatBegins(beginning: string, candidates: readonly string[]): string | undefined {
  if (beginning.length < MIN_BEGINNING) return undefined
  return candidates.find((candidate) => candidate.toLowerCase().startsWith(beginning))
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; `limit` when there are at least that many. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : limit,
        ),
      )
    }
    if (Math.min(...current) >= limit) return limit
    beforeLast = last
    last = current
  }
  return Math.min(at(last, b.length), limit)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
