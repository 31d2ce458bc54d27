import type { ByteText } from '../byte-text.ts'
import { goQuote } from '../go-format/quote.ts'
import type { Command, Operand, Pipe } from './node.ts'
import { placeText } from './node-text.ts'
import { numberLiteral } from './number-literal.ts'
import type { Token, TokenKind } from './token.ts'
import type { TokenStream } from './token-stream.ts'
import { unquote } from './unquote.ts'

/** Parentheses inside each other that are not a mistake. Every level takes a part of the call stack. */
const DEEPEST = 400

const OPERANDS: ReadonlySet<TokenKind> = new Set([
  'bool',
  'character constant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'raw string',
  'string',
  'variable',
  'left paren',
])

/** Reads pipelines, and knows which variables are declared. Throws ParseFailure. */
export class PipeParser {
  /** The innermost last. */
  readonly variables: ByteText[] = ['$']
  readonly #stream: TokenStream
  readonly #hasFunction: (name: string) => boolean
  #depth = 0

  constructor(stream: TokenStream, hasFunction: (name: string) => boolean) {
    this.#stream = stream
    this.#hasFunction = hasFunction
  }

  /** Up to and with `end`; `context` is what messages call it. */
  pipe(context: string, end: 'right delimiter' | 'right paren'): Pipe {
    const { position } = this.#stream.peekNonSpace()
    const declared = this.#declarations(context)
    const commands: Command[] = []
    for (;;) {
      const token = this.#stream.peekNonSpace()
      if (token.kind === end) break
      if (!OPERANDS.has(token.kind) && !isNil(token)) {
        this.#stream.next()
        this.#stream.unexpected(token, context)
      }
      commands.push(this.#command())
    }
    this.#stream.next()
    this.#check(commands, context)
    return { kind: 'pipe', position, ...declared, commands }
  }

  #check(commands: readonly Command[], context: string): void {
    if (commands.length === 0) this.#stream.fail(`missing value for ${context}`)
    const stage = commands.findIndex(({ first }, index) => index > 0 && /^(?:bool|dot|nil|number|string)$/.test(first.kind))
    if (stage > 0) this.#stream.fail(`non executable command in pipeline stage ${stage + 1}`)
  }

  /** `$x :=`, `$x =`; in range also `$i, $x :=`. */
  #declarations(context: string): Pick<Pipe, 'variables' | 'isAssignment'> {
    const variables: ByteText[] = []
    for (;;) {
      const before = this.#stream.position
      const variable = this.#stream.peekNonSpace()
      if (variable.kind !== 'variable') return { variables, isAssignment: false }
      this.#stream.next()
      const next = this.#stream.peekNonSpace()
      const isComma = next.kind === 'character' && next.text === ','
      if (!isComma && next.kind !== 'assign' && next.kind !== 'declare') {
        this.#stream.position = before
        return { variables, isAssignment: false }
      }
      this.#stream.next()
      variables.push(variable.text)
      this.variables.push(variable.text)
      if (!isComma) return { variables, isAssignment: next.kind === 'assign' }
      if (context !== 'range' || variables.length > 1) this.#stream.fail(`too many declarations in ${context}`)
      const following = this.#stream.peekNonSpace().kind
      if (following !== 'variable' && following !== 'right delimiter' && following !== 'right paren') {
        this.#stream.fail('range can only initialize variables')
      }
    }
  }

  #command(): Command {
    const { position } = this.#stream.peekNonSpace()
    const operands: Operand[] = []
    for (;;) {
      this.#stream.peekNonSpace()
      const operand = this.#operand()
      if (operand) operands.push(operand)
      const token = this.#stream.peek()
      if (token.kind === 'right delimiter' || token.kind === 'right paren') break
      this.#stream.next()
      if (token.kind === 'pipe') break
      if (token.kind !== 'space') this.#stream.unexpected(token, 'operand')
    }
    const [first, ...args] = operands
    return first ? { kind: 'command', position, first, args } : this.#stream.fail('empty command')
  }

  /** A term with the fields that follow it. */
  #operand(): Operand | undefined {
    const term = this.#term()
    if (!term) return undefined
    const { position } = this.#stream.peek()
    const names: ByteText[] = []
    while (this.#stream.peek().kind === 'field') names.push(this.#stream.next().text.slice(1))
    if (names.length === 0) return term
    if (term.kind === 'field' || term.kind === 'variable') return { ...term, position, names: [...term.names, ...names] }
    if (term.kind === 'pipe' || term.kind === 'identifier') return { kind: 'chain', position, of: term, names }
    return this.#stream.fail(`unexpected . after term ${goQuote(placeText(term))}`)
  }

  #term(): Operand | undefined {
    const token = this.#stream.peekNonSpace()
    const { position, text } = token
    if (!OPERANDS.has(token.kind) && !isNil(token)) return undefined
    this.#stream.next()
    switch (token.kind) {
      case 'identifier':
        if (!this.#hasFunction(text)) this.#stream.fail(`function ${goQuote(text)} not defined`)
        return { kind: 'identifier', position, name: text }
      case 'dot':
        return { kind: 'dot', position }
      case 'variable':
        if (!this.variables.includes(text)) this.#stream.fail(`undefined variable ${goQuote(text)}`)
        return { kind: 'variable', position, name: text, names: [] }
      case 'field':
        return { kind: 'field', position, names: [text.slice(1)] }
      case 'bool':
        return { kind: 'bool', position, value: text === 'true' }
      case 'left paren':
        return this.#parenthesized()
      case 'string':
      case 'raw string':
        return { kind: 'string', position, literal: text, value: unquote(text) ?? this.#stream.fail('invalid syntax') }
      case 'keyword':
        return { kind: 'nil', position }
      default:
        return this.#number(token)
    }
  }

  #parenthesized(): Pipe {
    if (this.#depth >= DEEPEST) this.#stream.fail('max expression depth exceeded')
    this.#depth += 1
    const pipe = this.pipe('parenthesized pipeline', 'right paren')
    this.#depth -= 1
    return pipe
  }

  #number(token: Token): Operand {
    const number = numberLiteral(token)
    return typeof number === 'string' ? this.#stream.fail(number) : number
  }
}

function isNil(token: Token): boolean {
  return token.kind === 'keyword' && token.text === 'nil'
}
