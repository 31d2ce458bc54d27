/** How many names a message lists. */
const MOST_NAMES = 20
const LONGEST = 200

/** What to say of a name that does not exist, with the names that do where they may be told. The values behind them are never said. */
export function explainMissingName(name: string | undefined, existing: Iterable<string> | undefined): string {
  const what = name === undefined ? 'there is no such name' : `${printable(name)} is not defined`
  if (!existing) return what
  const names = [...existing].sort()
  const listed = names.slice(0, MOST_NAMES).map(printable).join(', ')
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
  return names.length === 0 ? `${what}; nothing is defined here` : `${what}; defined are: ${listed}${more}`
}

/** What to say of a function that does not exist, with the one that was probably meant. */
export function explainUnknownName(name: string, known: readonly string[]): string {
  const near = known.map((other) => ({ other, distance: distance(name.toLowerCase(), other.toLowerCase()) }))
  const [nearest] = near.sort((a, b) => a.distance - b.distance || (a.other < b.other ? -1 : 1))
  const hint = nearest && nearest.distance <= Math.min(2, name.length / 2) ? `; did you mean ${nearest.other}?` : ''
  return `there is no function ${printable(name)}${hint}`
}

/** Control and direction characters escaped, cut at 200 characters (rule R18). */
function printable(name: string): string {
  const cut = name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name
  const escaped = cut.replaceAll(/["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
  return `"${escaped}"`
}

/** Levenshtein's, of names that are not long; long ones are far from everything. */
function distance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (const [index, character] of Array.from(left).entries()) {
    const next = [index + 1]
    for (let column = 1; column <= right.length; column++) {
      const changed = (row[column - 1] ?? 0) + (right[column - 1] === character ? 0 : 1)
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
