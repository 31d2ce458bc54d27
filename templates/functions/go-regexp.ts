import { MatcherInput } from 're2js'
import { type ByteText, bytesOf, runeAt } from '../byte-text.ts'
import { type CompiledRegexp, compileRegexp } from './compiled-regexp.ts'
import { GrowingText } from './growing-text.ts'
import { expandTemplate } from './regexp-expand.ts'
import type { FunctionCall } from './template-function.ts'

/** What a search costs is told before it is done. Every method throws BudgetExceeded. */
export type RegexpMeter = Pick<FunctionCall, 'step' | 'reserve' | 'checkTime'>

/** Where a match and each of its groups start and end, in bytes; -1 for a group that took no part. */
type Match = readonly number[]

const UNANCHORED = 0
const BYTES_PER_GROUP = 64
const BYTES_PER_INSTRUCTION = 16

/** A regular expression with the methods of Go's regexp.Regexp, over byte texts. Matching is linear in the text: RE2 does not backtrack. */
export class GoRegexp {
  readonly #compiled: CompiledRegexp
  readonly #pattern: ByteText
  readonly #meter: RegexpMeter

  /** Throws RegexpSyntaxError. */
  constructor(pattern: ByteText, meter: RegexpMeter) {
    this.#compiled = compileRegexp(pattern, (size) => meter.reserve(size * BYTES_PER_INSTRUCTION))
    this.#pattern = pattern
    this.#meter = meter
  }

  matches(text: ByteText): boolean {
    this.#meter.step(text.length * this.#compiled.size)
    return this.#compiled.program.matchUTF8(bytesOf(text))
  }

  /** The first match's text, or nothing. */
  find(text: ByteText): ByteText {
    const [match] = this.#search(text, 1)
    return match ? part(text, match, 0) : ''
  }

  /** Undefined where Go gives a nil list: without a match. */
  findAll(text: ByteText, most: number): readonly ByteText[] | undefined {
    const found = this.#search(text, most).map((match) => part(text, match, 0))
    return found.length > 0 ? found : undefined
  }

  /** `replacement` may name groups: `$1`, `${name}`, `$$`. */
  replaceAll(text: ByteText, replacement: ByteText): ByteText {
    return this.#replace(text, (match) => expandTemplate(replacement, (name) => this.#groupText(text, match, name)))
  }

  replaceAllLiteral(text: ByteText, replacement: ByteText): ByteText {
    return this.#replace(text, () => replacement)
  }

  /** At most `most` parts; less than 0: all; 0: undefined, Go's nil list. */
  split(text: ByteText, most: number): readonly ByteText[] | undefined {
    if (most === 0) return undefined
    if (this.#pattern !== '' && text === '') return ['']
    const parts: ByteText[] = []
    let start = 0
    let end = 0
    for (const [from = 0, to = 0] of this.#search(text, most)) {
      if (most > 0 && parts.length === most - 1) break
      end = from
      if (to !== 0) parts.push(text.slice(start, end))
      start = to
    }
    if (end !== text.length) parts.push(text.slice(start))
    return parts
  }

  #replace(text: ByteText, replacementOf: (match: Match) => ByteText): ByteText {
    const parts: ByteText[] = []
    const written = new GrowingText(this.#meter)
    let copied = 0
    for (const match of this.#search(text, -1)) {
      const [from = 0, to = 0] = match
      const replacement = replacementOf(match)
      parts.push(text.slice(copied, from), replacement)
      copied = to
      written.grow(replacement.length)
    }
    return parts.join('') + text.slice(copied)
  }

  /**
   * All matches from the left, at most `most` of them unless it is negative; an empty one right behind another does not count. Each
   * search may run to the end of the text, so the time is looked at between them.
   */
  #search(text: ByteText, most: number): readonly Match[] {
    this.#meter.step(text.length * this.#compiled.size)
    const input = MatcherInput.utf8(bytesOf(text))
    const found: Match[] = []
    let lastEnd = -1
    for (let from = 0; from <= text.length && found.length !== most; ) {
      this.#meter.checkTime()
      const match = this.#matchFrom(input, from)
      if (!match) break
      this.#meter.step(match.length * BYTES_PER_GROUP)
      const [start = 0, end = 0] = match
      const isEmpty = end === from
      if (!isEmpty || start !== lastEnd) found.push(match)
      from = isEmpty ? from + (from < text.length ? runeAt(text, from).size : 1) : end
      lastEnd = end
    }
    return found
  }

  #matchFrom(input: ReturnType<(typeof MatcherInput)['utf8']>, from: number): Match | undefined {
    const { program } = this.#compiled
    const groups = 1 + program.numberOfCapturingGroups()
    const [, match] = program.matchWithGroup(input, from, input.length(), UNANCHORED, groups)
    return match ?? undefined
  }

  /** Of several groups of one name the first that took part. */
  #groupText(text: ByteText, match: Match, name: ByteText): ByteText {
    if (/^(?:0|[1-9]\d{0,8})$/.test(name)) return part(text, match, Number(name))
    const group = this.#compiled.groups.get(name)?.find((number) => (match[2 * number] ?? -1) >= 0)
    return group === undefined ? '' : part(text, match, group)
  }
}

/** The text of a group that took part, else nothing. */
function part(text: ByteText, match: Match, group: number): ByteText {
  const start = match[2 * group] ?? -1
  return start < 0 ? '' : text.slice(start, match[2 * group + 1])
}

/** The pattern that matches the text and nothing else (Go, regexp.QuoteMeta). */
export function quoteMeta(text: ByteText): ByteText {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)
}
