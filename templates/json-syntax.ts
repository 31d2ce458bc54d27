import { type ByteText, byteTextOf } from './byte-text.ts'
import { goQuote } from './go-format/quote.ts'

/**
 * What Go's encoding/json says of a text that is not one JSON document (templates.md Appendix G); undefined for one that is. It names the
 * first byte that cannot stand where it does, so it quotes the text.
 */
export function jsonSyntaxError(text: ByteText): string | undefined {
  try {
    new SyntaxCheck(text).document()
    return undefined
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.message
    throw thrown
  }
}

class Refused extends Error {}

const DEEPEST = 10_000
const SPACE = new Set([' ', '\t', '\r', '\n'])
const LITERALS: ReadonlyMap<string, string> = new Map([
  ['t', 'true'],
  ['f', 'false'],
  ['n', 'null'],
])

/** Containers are kept on a stack of their own, so that no depth of the text is a depth of calls. */
class SyntaxCheck {
  readonly #text: ByteText
  readonly #open: ('{' | '[')[] = []
  #at = 0

  constructor(text: ByteText) {
    this.#text = text
  }

  document(): void {
    this.#value()
    while (this.#open.length > 0) {
      if (this.#open.at(-1) === '{') this.#behindMember()
      else this.#behindItem()
    }
    this.#skipSpace()
    if (this.#at < this.#text.length) throw this.#refused('after top-level value')
  }

  /** A scalar, or the beginning of a container up to its first member's value. */
  #value(): void {
    for (;;) {
      this.#skipSpace()
      const character = this.#next()
      if (character === '{') {
        this.#push('{')
        if (this.#closesAtOnce('}')) return
        this.#key()
      } else if (character === '[') {
        this.#push('[')
        if (this.#closesAtOnce(']')) return
      } else {
        return this.#scalar(character)
      }
    }
  }

  #push(container: '{' | '['): void {
    this.#open.push(container)
    if (this.#open.length > DEEPEST) throw new Refused('exceeded max depth')
  }

  #closesAtOnce(end: '}' | ']'): boolean {
    this.#skipSpace()
    if (this.#peek() !== end) return false
    this.#at += 1
    this.#open.pop()
    return true
  }

  #key(): void {
    this.#skipSpace()
    const context = 'looking for beginning of object key string'
    if (this.#next() !== '"') throw this.#refused(context, this.#at - 1)
    this.#string()
    this.#skipSpace()
    if (this.#next() !== ':') throw this.#refused('after object key', this.#at - 1)
  }

  #behindMember(): void {
    this.#skipSpace()
    const character = this.#next()
    if (character === '}') {
      this.#open.pop()
    } else if (character === ',') {
      this.#key()
      this.#value()
    } else {
      throw this.#refused('after object key:value pair', this.#at - 1)
    }
  }

  #behindItem(): void {
    this.#skipSpace()
    const character = this.#next()
    if (character === ']') this.#open.pop()
    else if (character === ',') this.#value()
    else throw this.#refused('after array element', this.#at - 1)
  }

  #scalar(first: string): void {
    if (first === '"') return this.#string()
    const literal = LITERALS.get(first)
    if (literal !== undefined) return this.#literal(literal)
    if (first !== '-' && !isDigit(first)) throw this.#refused('looking for beginning of value', this.#at - 1)
    this.#number(first)
  }

  #literal(literal: string): void {
    for (const expected of literal.slice(1)) {
      const context = `in literal ${literal} (expecting '${expected}')`
      if (this.#within(context) !== expected) throw this.#refused(context, this.#at - 1)
    }
  }

  #number(first: string): void {
    const digit = first === '-' ? this.#digit('in numeric literal') : first
    if (digit !== '0') this.#digits()
    if (this.#peek() === '.') {
      this.#at += 1
      this.#digit('after decimal point in numeric literal')
      this.#digits()
    }
    if (this.#peek() !== 'e' && this.#peek() !== 'E') return
    this.#at += 1
    if (this.#peek() === '+' || this.#peek() === '-') this.#at += 1
    this.#digit('in exponent of numeric literal')
    this.#digits()
  }

  #digit(context: string): string {
    const character = this.#within(context)
    if (!isDigit(character)) throw this.#refused(context, this.#at - 1)
    return character
  }

  #digits(): void {
    while (isDigit(this.#peek())) this.#at += 1
  }

  #string(): void {
    for (;;) {
      const character = this.#next()
      if (character === '"') return
      if (character < ' ') throw this.#refused('in string literal', this.#at - 1)
      if (character === '\\') this.#escape()
    }
  }

  #escape(): void {
    const character = this.#within('in string escape code')
    if ('"\\/bfnrt'.includes(character)) return
    if (character !== 'u') throw this.#refused('in string escape code', this.#at - 1)
    const context = String.raw`in \u hexadecimal character escape`
    for (let digit = 0; digit < 4; digit++) {
      if (!/[\da-fA-F]/.test(this.#within(context))) throw this.#refused(context, this.#at - 1)
    }
  }

  #peek(): string {
    return this.#text.charAt(this.#at)
  }

  #skipSpace(): void {
    while (SPACE.has(this.#peek())) this.#at += 1
  }

  /** The next byte, where the text may not end. */
  #next(): string {
    if (this.#at === this.#text.length) throw new Refused('unexpected end of JSON input')
    this.#at += 1
    return this.#text.charAt(this.#at - 1)
  }

  /** The same inside a word or number, where Go takes the end of the text for a space. */
  #within(context: string): string {
    if (this.#at === this.#text.length) throw new Refused(`invalid character ' ' ${context}`)
    this.#at += 1
    return this.#text.charAt(this.#at - 1)
  }

  #refused(context: string, at = this.#at): Refused {
    return new Refused(`invalid character ${quotedByte(this.#text.charAt(at))} ${context}`)
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9'
}

/** Go shows the byte as if it were a character. */
function quotedByte(byte: string): string {
  if (byte === "'") return String.raw`'\''`
  if (byte === '"') return `'"'`
  return `'${goQuote(byteTextOf(byte)).slice(1, -1)}'`
}
