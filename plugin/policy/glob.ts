/**
 * Whether `text` as a whole fits the pattern, case and all. `*` stands for any characters but `/`, also none; `**` for any at all; `?` for one that is
 * no `/`; `\` takes its meaning from the one behind it. Nothing else is special. At most pattern times text steps: no expression that somebody wrote is
 * ever compiled.
 */
export function fitsGlob(pattern: string, text: string): boolean {
  if (!SPECIAL.test(pattern)) return pattern === text
  const signs = signsOf(pattern)
  // A prefix and anything behind it: most patterns of keys.
  if (signs.indexOf(ANY) === signs.length - 1 && !signs.includes(SOME) && !signs.includes(ONE)) {
    return text.startsWith(signs.slice(0, -1).join(''))
  }
  let states = closure(new Set([0]), signs)
  for (const character of text) {
    const next = new Set<number>()
    for (const state of states) {
      const sign = signs[state]
      if (sign === ANY || (sign === SOME && character !== '/')) next.add(state)
      else if (sign === character || (sign === ONE && character !== '/')) next.add(state + 1)
    }
    states = closure(next, signs)
    if (states.size === 0) return false
  }
  return states.has(signs.length)
}

export function fitsOne(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => fitsGlob(pattern, text))
}

/** The pattern that `text` fits, and nothing else. */
export function exactly(text: string): string {
  return text.replaceAll(/[*?\\]/g, String.raw`\$&`)
}

const SPECIAL = /[*?\\]/

/** More than one character each, so that no character is one of them. */
const ANY = '**'
const SOME = '*…'
const ONE = '?…'

/** Patterns come from the administrator's policies, so they are few. */
const MAX_REMEMBERED = 10_000
const remembered = new Map<string, readonly string[]>()

function signsOf(pattern: string): readonly string[] {
  const known = remembered.get(pattern)
  if (known) return known
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  const signs = readSigns(pattern)
  remembered.set(pattern, signs)
  return signs
}

function readSigns(pattern: string): readonly string[] {
  return Array.from(pattern.matchAll(/\\(?<plain>.)|\*\*|[^]/gsu), ({ 0: sign, groups }) => {
    if (groups?.['plain'] !== undefined) return groups['plain']
    return sign === '*' ? SOME : sign === '?' ? ONE : sign
  })
}

/** Stars stand for nothing as well. */
function closure(states: ReadonlySet<number>, signs: readonly string[]): ReadonlySet<number> {
  const all = new Set(states)
  for (const state of all) if (signs[state] === ANY || signs[state] === SOME) all.add(state + 1)
  return all
}
