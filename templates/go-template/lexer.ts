import { type ByteText, runeAt } from '../byte-text.ts'
import { goQuote, isPrintable } from '../go-format/quote.ts'
import { scanNumber } from './scan-number.ts'
import { KEYWORDS, type Token, type TokenKind } from './token.ts'

/** What encloses an action. */
export interface Delimiters {
  readonly left: ByteText
  readonly right: ByteText
}

export const DEFAULT_DELIMITERS: Delimiters = { left: '{{', right: '}}' }

/** The tokens of a template, up to the first error (templates.md, 3.1 and Appendix B). */
export function tokensOf(input: ByteText, delimiters: Delimiters): readonly Token[] {
  return new Lexer(input, delimiters).run()
}

class Lexer {
  readonly #input: ByteText
  readonly #delimiters: Delimiters
  readonly #rightStart: number
  readonly #tokens: Token[] = []
  #position = 0
  #start = 0
  #line = 1
  /** Where the next one is that has not been counted. */
  #newline: number
  #parentheses = 0
  #isDone = false

  constructor(input: ByteText, delimiters: Delimiters) {
    this.#input = input
    this.#delimiters = delimiters
    this.#rightStart = delimiters.right.charCodeAt(0)
    this.#newline = nextNewline(input, 0)
  }

  run(): readonly Token[] {
    while (!this.#isDone) this.#text()
    return this.#tokens
  }

  #text(): void {
    const found = this.#input.indexOf(this.#delimiters.left, this.#position)
    this.#position = found < 0 ? this.#input.length : found
    if (found < 0) {
      if (this.#position > this.#start) this.#emit('text')
      this.#emit('end of file', 'EOF')
      this.#isDone = true
      return
    }
    const isTrimmed = this.#isTrimMarkerAt(found + this.#delimiters.left.length)
    if (isTrimmed) while (this.#position > this.#start && this.#isSpaceAt(this.#position - 1)) this.#position -= 1
    if (this.#position > this.#start) this.#emit('text')
    this.#position = found
    this.#ignore()
    this.#leftDelimiter(isTrimmed)
  }

  #leftDelimiter(isTrimmed: boolean): void {
    const inside = this.#position + this.#delimiters.left.length + (isTrimmed ? 2 : 0)
    if (this.#input.startsWith('/*', inside)) return this.#comment(inside)
    this.#position += this.#delimiters.left.length
    this.#emit('left delimiter')
    this.#position = inside
    this.#ignore()
    this.#parentheses = 0
    while (!this.#isDone && !this.#insideAction());
  }

  #comment(inside: number): void {
    this.#position = inside
    this.#ignore()
    const end = this.#input.indexOf('*/', inside + 2)
    if (end < 0) return this.#fail('unclosed comment')
    this.#position = end + 2
    const closing = this.#rightDelimiterAt(this.#position)
    if (!closing) return this.#fail('comment ends before closing delimiter')
    this.#position += this.#delimiters.right.length + (closing.isTrimmed ? 2 : 0)
    this.#skipTrimmed(closing)
  }

  /** Whether the action ended. */
  #insideAction(): boolean {
    const closing = this.#rightDelimiterAt(this.#position)
    if (closing) {
      if (this.#parentheses > 0) this.#fail('unclosed left paren')
      else this.#rightDelimiter(closing)
      return true
    }
    const code = this.#input.charCodeAt(this.#position)
    if (Number.isNaN(code)) this.#fail('unclosed action')
    else if (isSpace(code)) this.#spaces()
    else if (isAsciiAlphanumeric(code) && !isDigit(code)) this.#identifier()
    else this.#token(code)
    return false
  }

  #token(first: number): void {
    const character = String.fromCharCode(first)
    const next = this.#input.charAt(this.#position + 1)
    const single = SINGLE.get(character)
    if (single) return this.#parenthesis(single)
    if (character === ':') return next === '=' ? this.#emitNext(2, 'declare') : this.#fail('expected :=')
    if (character === '"') return this.#quoted('"', 'string', 'unterminated quoted string')
    if (character === "'") return this.#quoted("'", 'character constant', 'unterminated character constant')
    if (character === '`') return this.#raw()
    if (character === '$') return this.#fieldOrVariable('variable', 'variable')
    if (character === '.' && next !== '' && !isDigit(next.charCodeAt(0))) return this.#fieldOrVariable('field', 'dot')
    if (isDigit(first) || '.+-'.includes(character)) return this.#number()
    if (this.#isAlphanumericAt(this.#position)) return this.#identifier()
    const { codePoint } = runeAt(this.#input, this.#position)
    if (codePoint < 0x80 && isPrintable(codePoint)) return this.#emitNext(1, 'character')
    this.#fail(`unrecognized character in action: ${unicodeName(codePoint)}`)
  }

  #parenthesis(kind: TokenKind): void {
    if (kind === 'left paren') this.#parentheses += 1
    if (kind === 'right paren') this.#parentheses -= 1
    if (this.#parentheses < 0) this.#fail('unexpected right paren')
    else this.#emitNext(1, kind)
  }

  /** Spaces, but for the last when it belongs to a ` -}}` that follows. */
  #spaces(): void {
    const end = this.#behindSpaces()
    this.#position = this.#rightDelimiterAt(end - 1)?.isTrimmed ? end - 1 : end
    this.#emit('space')
  }

  #identifier(): void {
    this.#skipAlphanumeric()
    const word = this.#input.slice(this.#start, this.#position)
    if (!this.#isAtTerminator()) return this.#badCharacter()
    if (KEYWORDS.has(word)) this.#emit('keyword')
    else this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier')
  }

  /** A `.` or `$` with a name behind it, or alone. */
  #fieldOrVariable(named: TokenKind, alone: TokenKind): void {
    this.#position += 1
    if (this.#isAtTerminator()) return this.#emit(alone)
    this.#skipAlphanumeric()
    if (!this.#isAtTerminator()) return this.#badCharacter()
    this.#emit(named)
  }

  #quoted(quote: string, kind: TokenKind, unterminated: string): void {
    const end = quote.charCodeAt(0)
    for (let index = this.#position + 1; index < this.#input.length; index++) {
      const code = this.#input.charCodeAt(index)
      if (code === NEWLINE) break
      if (code === end) return this.#emitNext(index + 1 - this.#position, kind)
      if (code === BACKSLASH) {
        index += 1
        if (this.#input.charCodeAt(index) === NEWLINE) break
      }
    }
    this.#fail(unterminated)
  }

  #raw(): void {
    const end = this.#input.indexOf('`', this.#position + 1)
    if (end < 0) this.#fail('unterminated raw quoted string')
    else this.#emitNext(end + 1 - this.#position, 'raw string')
  }

  #number(): void {
    const { kind, end } = scanNumber(this.#input, this.#position, (index) => this.#isAlphanumericAt(index))
    this.#position = end
    if (kind === 'bad') this.#fail(`bad number syntax: ${goQuote(this.#input.slice(this.#start, end))}`)
    else this.#emit(kind)
  }

  #rightDelimiter(closing: Closing): void {
    if (closing.isTrimmed) {
      this.#position += 2
      this.#ignore()
    }
    this.#emitNext(this.#delimiters.right.length, 'right delimiter')
    this.#skipTrimmed(closing)
  }

  #skipTrimmed(closing: Closing): void {
    if (closing.isTrimmed) this.#position = this.#behindSpaces()
    this.#ignore()
  }

  #rightDelimiterAt(index: number): Closing | undefined {
    const code = this.#input.charCodeAt(index)
    if (isSpace(code) && this.#input.charCodeAt(index + 1) === HYPHEN) {
      if (this.#input.startsWith(this.#delimiters.right, index + 2)) return TRIMMED
    }
    return code === this.#rightStart && this.#input.startsWith(this.#delimiters.right, index) ? NOT_TRIMMED : undefined
  }

  #isTrimMarkerAt(index: number): boolean {
    return this.#input.charAt(index) === '-' && this.#isSpaceAt(index + 1)
  }

  #behindSpaces(): number {
    let end = this.#position
    while (this.#isSpaceAt(end)) end += 1
    return end
  }

  #isSpaceAt(index: number): boolean {
    return isSpace(this.#input.charCodeAt(index))
  }

  #isAtTerminator(): boolean {
    const code = this.#input.charCodeAt(this.#position)
    if (Number.isNaN(code) || isSpace(code) || TERMINATORS.has(code)) return true
    return code === this.#rightStart && this.#input.startsWith(this.#delimiters.right, this.#position)
  }

  #skipAlphanumeric(): void {
    while (isAsciiAlphanumeric(this.#input.charCodeAt(this.#position))) this.#position += 1
    while (this.#isAlphanumericAt(this.#position)) this.#position += runeAt(this.#input, this.#position).size
  }

  #isAlphanumericAt(index: number): boolean {
    if (index >= this.#input.length) return false
    const code = this.#input.charCodeAt(index)
    if (code < 0x80) return isAsciiAlphanumeric(code)
    return /[\p{L}\p{Nd}_]/u.test(String.fromCodePoint(runeAt(this.#input, index).codePoint))
  }

  #badCharacter(): void {
    this.#fail(`bad character ${unicodeName(runeAt(this.#input, this.#position).codePoint)}`)
  }

  #emitNext(length: number, kind: TokenKind): void {
    this.#position += length
    this.#emit(kind)
  }

  #emit(kind: TokenKind, text = this.#input.slice(this.#start, this.#position)): void {
    this.#tokens.push({ kind, position: this.#start, text, line: this.#line })
    this.#ignore()
  }

  #ignore(): void {
    while (this.#newline < this.#position) {
      this.#line += 1
      this.#newline = nextNewline(this.#input, this.#newline + 1)
    }
    this.#start = this.#position
  }

  #fail(message: string): void {
    this.#tokens.push({ kind: 'error', position: this.#start, text: message, line: this.#line })
    this.#isDone = true
  }
}

interface Closing {
  readonly isTrimmed: boolean
}

const TRIMMED: Closing = { isTrimmed: true }
const NOT_TRIMMED: Closing = { isTrimmed: false }

const SINGLE: ReadonlyMap<string, TokenKind> = new Map([
  ['=', 'assign'],
  ['|', 'pipe'],
  ['(', 'left paren'],
  [')', 'right paren'],
])

const NEWLINE = 0x0a
const HYPHEN = 0x2d
const BACKSLASH = 0x5c
/** What may follow a word, beside spaces and the end of the action. */
const TERMINATORS: ReadonlySet<number> = new Set(Array.from('.,|:()', (character) => character.charCodeAt(0)))

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isAsciiAlphanumeric(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || isDigit(code) || code === 0x5f
}

/** Behind the end when there is none. */
function nextNewline(input: string, from: number): number {
  const index = input.indexOf('\n', from)
  return index < 0 ? Number.POSITIVE_INFINITY : index
}

/** Go's `%#U`. */
function unicodeName(codePoint: number): string {
  const name = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
  return isPrintable(codePoint) ? `${name} '${Buffer.from(String.fromCodePoint(codePoint)).toString('latin1')}'` : name
}
