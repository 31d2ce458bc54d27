import type { ByteText } from '../byte-text.ts'
import { runesOf } from '../byte-text.ts'
import { goQuote } from '../go-format/quote.ts'
import { ParseFailure } from './parse-failure.ts'
import type { Token, TokenKind } from './token.ts'

const LONGEST_SHOWN = 10

/** The tokens one after the other, with Go's messages for those that do not fit. Errors are reported at the line that was read last. */
export class TokenStream {
  readonly #tokens: readonly Token[]
  #next = 0
  #furthest = 0
  /** Of the action that is being read; 0 outside. */
  actionLine = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get position(): number {
    return this.#next
  }

  /** Goes back to a {@link position}. */
  set position(position: number) {
    this.#next = position
  }

  next(): Token {
    const token = this.peek()
    if (this.#next < this.#tokens.length - 1) this.#next += 1
    return token
  }

  peek(): Token {
    this.#furthest = Math.max(this.#furthest, this.#next)
    const token = this.#tokens[this.#next]
    if (!token) throw new ParseFailure('unexpected EOF', 0, 1)
    return token
  }

  nextNonSpace(): Token {
    let token = this.next()
    while (token.kind === 'space') token = this.next()
    return token
  }

  /** The next that is not a space; the spaces before it are gone. */
  peekNonSpace(): Token {
    while (this.peek().kind === 'space') this.next()
    return this.peek()
  }

  expect(kinds: readonly TokenKind[], context: string): Token {
    const token = this.nextNonSpace()
    return kinds.includes(token.kind) ? token : this.unexpected(token, context)
  }

  unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') this.fail(`unexpected ${tokenText(token)} in ${context}`)
    const isElsewhere = this.actionLine !== 0 && this.actionLine !== token.line
    const started = token.text.endsWith(' action') ? ' started at' : ' in action started at'
    throw new ParseFailure(token.text, token.position, token.line, isElsewhere ? { started, line: this.actionLine } : undefined)
  }

  /** The token that errors are reported at. */
  get latest(): Token | undefined {
    return this.#tokens[this.#furthest]
  }

  fail(message: string, token = this.latest): never {
    throw new ParseFailure(message, token?.position ?? 0, token?.line ?? 1)
  }
}

/** Go's spelling: keywords in `<>`, everything else quoted and cut. */
function tokenText({ kind, text }: Token): ByteText {
  if (kind === 'end of file') return 'EOF'
  if (kind === 'keyword' || kind === 'dot') return `<${text}>`
  if (text.length <= LONGEST_SHOWN) return goQuote(text)
  const shown = Array.from(runesOf(text), ({ bytes }) => bytes).slice(0, LONGEST_SHOWN)
  return `${goQuote(shown.join(''))}...`
}
