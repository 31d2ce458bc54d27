import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'

/** Does this path match? */
export type Glob = (path: string) => boolean

/** One step of the pattern: what one character must be, or where to go on without one. */
type Step =
  | { readonly accepts: (character: string) => boolean }
  /** Any text, `/` as well: the pattern of a directory source has no separators. */
  | { readonly accepts: 'any text' }
  | { readonly goto: readonly number[] }

const MAX_PATTERN = 4096

/**
 * Compiles `directory.include` or `directory.exclude` as Argo CD reads them (github.com/gobwas/glob without separators): `*` and `**` stand for any
 * text, `?` for one character, `[abc]`, `[a-z]`, `[!abc]`, `{one,two}`, `\` before a character that is meant as it is. The time to match is
 * proportional to both lengths, whatever the pattern. Throws SecretError InvalidSpec.
 */
export function compileGlob(pattern: string): Glob {
  if (pattern.length > MAX_PATTERN) throw invalid(pattern, `it is longer than ${MAX_PATTERN} characters`)
  const steps = compiled(pattern)
  return (path) => matches(steps, path)
}

function compiled(pattern: string): readonly Step[] {
  const steps: Step[] = []
  /** Of the open braces, from the outside in: where their fork is, where each branch begins, which steps must go to the end. */
  const open: { readonly fork: number; readonly branches: number[]; readonly ends: number[] }[] = []
  const characters = Array.from(pattern)
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    const braces = open.at(-1)
    if (character === '*') steps.push({ accepts: 'any text' })
    else if (character === '?') steps.push({ accepts: () => true })
    else if (character === '[') {
      const end = characters.indexOf(']', at + 1)
      if (end < 0) throw invalid(pattern, 'a [ is not closed')
      steps.push({ accepts: characterClass(characters.slice(at + 1, end), pattern) })
      at = end
    } else if (character === '{') {
      open.push({ fork: steps.length, branches: [steps.length + 1], ends: [] })
      steps.push({ goto: [] })
    } else if (character === ',' && braces) {
      braces.ends.push(steps.length)
      steps.push({ goto: [] })
      braces.branches.push(steps.length)
    } else if (character === '}' && braces) {
      open.pop()
      steps[braces.fork] = { goto: braces.branches }
      for (const end of braces.ends) steps[end] = { goto: [steps.length] }
    } else {
      if (character === '\\') at++
      const meant = characters[at]
      if (meant === undefined) throw invalid(pattern, 'nothing follows the last \\')
      steps.push({ accepts: (given) => given === meant })
    }
  }
  if (open.length > 0) throw invalid(pattern, 'a { is not closed')
  return steps
}

function characterClass(inside: readonly string[], pattern: string): (character: string) => boolean {
  const negated = inside[0] === '!'
  const members = negated ? inside.slice(1) : inside
  const [low = '', dash, high = ''] = members
  if (members.length === 0) throw invalid(pattern, '[] is empty')
  if (members.includes('\\')) throw invalid(pattern, 'a \\ in [] has no meaning here')
  if (dash === '-') {
    if (members.length !== 3) throw invalid(pattern, 'a range is [a-z] and nothing else')
    if (high < low) throw invalid(pattern, 'a range ends before it begins')
    return (character) => (character >= low && character <= high) !== negated
  }
  return (character) => members.includes(character) !== negated
}

function matches(steps: readonly Step[], path: string): boolean {
  let current = reachable(steps, [0])
  for (const character of path) {
    if (current.size === 0) return false
    const next: number[] = []
    for (const at of current) {
      const step = steps[at]
      if (!step || !('accepts' in step)) continue
      if (step.accepts === 'any text') next.push(at)
      else if (step.accepts(character)) next.push(at + 1)
    }
    current = reachable(steps, next)
  }
  return current.has(steps.length)
}

/** All steps that `from` leads to without reading a character. */
function reachable(steps: readonly Step[], from: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>()
  const waiting = [...from]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (found.has(at)) continue
    found.add(at)
    const step = steps[at]
    if (!step) continue
    if ('goto' in step) waiting.push(...step.goto)
    else if (step.accepts === 'any text') waiting.push(at + 1)
  }
  return found
}

function invalid(pattern: string, what: string): SecretError {
  return new SecretError('InvalidSpec', `plugin parameters: the glob ${quoteName(pattern)} cannot be read: ${what}`)
}
