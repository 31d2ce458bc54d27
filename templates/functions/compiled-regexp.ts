import { RE2JS, RE2JSSyntaxException } from 're2js'
import { type ByteText, byteTextOf, textOf } from '../byte-text.ts'
import { canonicalClasses } from './regexp-classes.ts'
import { programSizeOf } from './regexp-cost.ts'
import { distinctGroups } from './regexp-groups.ts'

/** A pattern that Go refuses; the message is Go's and quotes the pattern. */
export class RegexpSyntaxError extends Error {
  override readonly name = 'RegexpSyntaxError'
}

export interface CompiledRegexp {
  /** At most how many instructions the program has. */
  readonly size: number
  readonly program: ReturnType<RE2JS['re2']>
  /** The groups of each name, from the left. */
  readonly groups: ReadonlyMap<string, readonly number[]>
}

const MOST_KEPT = 64
const LONGEST_KEPT = 256
const kept = new Map<ByteText, CompiledRegexp>()

/** Short patterns are kept compiled, the last ones used. `charge` is told the size before anything is compiled. Throws RegexpSyntaxError. */
export function compileRegexp(pattern: ByteText, charge: (size: number) => void): CompiledRegexp {
  const known = kept.get(pattern)
  const size = known?.size ?? programSizeOf(pattern)
  charge(size)
  const compiled = known ?? compile(pattern, size)
  if (pattern.length > LONGEST_KEPT) return compiled
  kept.delete(pattern)
  kept.set(pattern, compiled)
  const [oldest] = kept.keys()
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  return compiled
}

function compile(pattern: ByteText, size: number): CompiledRegexp {
  const text = textOf(pattern)
  if (byteTextOf(text) !== pattern) throw new RegexpSyntaxError(`error parsing regexp: invalid UTF-8: \`${pattern}\``)
  const { text: distinct, originals } = distinctGroups(text)
  const program = programOf(distinct)
  return { size, program, groups: groupsByName(program.namedGroups, originals) }
}

function programOf(pattern: string): ReturnType<RE2JS['re2']> {
  const { text, original } = canonicalClasses(pattern)
  try {
    return RE2JS.compile(text).re2()
  } catch (thrown) {
    if (thrown instanceof RE2JSSyntaxException) throw new RegexpSyntaxError(byteTextOf(original(goMessage(thrown.message))))
    if (!(thrown instanceof RangeError)) throw thrown
    throw new RegexpSyntaxError(byteTextOf(`error parsing regexp: expression nests too deeply: \`${pattern}\``))
  }
}

function goMessage(message: string): string {
  return message.endsWith(': trailing backslash at end of expression') ? `${message}: \`\`` : message
}

function groupsByName(
  numbers: Readonly<Record<string, number>>,
  originals: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>()
  for (const [name, number] of Object.entries(numbers).sort(([, a], [, b]) => a - b)) {
    const original = originals.get(name) ?? name
    groups.set(original, [...(groups.get(original) ?? []), number])
  }
  return groups
}
