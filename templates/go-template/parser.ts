import type { ByteText } from '../byte-text.ts'
import { goQuote } from '../go-format/quote.ts'
import { type Delimiters, tokensOf } from './lexer.ts'
import type { Branch, Jump, Node, Pipe, Template, TemplateSet } from './node.ts'
import { PipeParser } from './pipe-parser.ts'
import type { Token } from './token.ts'
import { TokenStream } from './token-stream.ts'
import { unquote } from './unquote.ts'

export interface ParseOptions {
  readonly name: ByteText
  readonly delimiters: Delimiters
  hasFunction(name: string): boolean
}

/** Reads a template (templates.md, 3 and Appendix B). Throws ParseFailure. */
export function parse(text: ByteText, options: ParseOptions): TemplateSet {
  const templates = new Map<ByteText, readonly Node[]>()
  const stream = new TokenStream(tokensOf(text, options.delimiters))
  const root = new Parser(stream, options, templates).root()
  addTemplate(templates, stream, options.name, root)
  return { text, name: options.name, templates }
}

/** Blocks inside each other that are not a mistake. Every level takes a part of the call stack. */
const DEEPEST = 400

/** `{{end}}` or `{{else}}`, which close a list of nodes. */
interface Closing {
  readonly kind: 'end' | 'else'
  readonly position: number
}

/** One template: the whole text, or what a define or block has inside. */
class Parser {
  readonly #stream: TokenStream
  readonly #options: ParseOptions
  readonly #templates: Map<ByteText, readonly Node[]>
  readonly #pipes: PipeParser
  readonly #level: number
  #ranges = 0
  #depth = 0

  constructor(stream: TokenStream, options: ParseOptions, templates: Map<ByteText, readonly Node[]>, level = 0) {
    this.#stream = stream
    this.#options = options
    this.#templates = templates
    this.#pipes = new PipeParser(stream, (name) => options.hasFunction(name))
    this.#level = level
  }

  root(): readonly Node[] {
    const nodes: Node[] = []
    while (this.#stream.peek().kind !== 'end of file') {
      if (this.#definition()) continue
      const node = this.#textOrAction()
      if (isClosing(node)) this.#stream.fail(`unexpected {{${node.kind}}}`)
      nodes.push(node)
    }
    return nodes
  }

  #definition(): boolean {
    const before = this.#stream.position
    if (this.#stream.next().kind !== 'left delimiter' || !isKeyword(this.#stream.nextNonSpace(), 'define')) {
      this.#stream.position = before
      return false
    }
    const name = this.#unquoted(this.#stream.expect(['string', 'raw string'], 'define clause'))
    this.#stream.expect(['right delimiter'], 'define clause')
    this.#inner(name, 'define clause', undefined)
    return true
  }

  /** The body of a define or block: a template of its own. That an `else` ends it is reported where a block starts, as Go does. */
  #inner(name: ByteText, context: string, reportedAt: Token | undefined): void {
    const level = this.#level + this.#depth + 1
    if (level > DEEPEST) this.#stream.fail(`blocks are nested deeper than ${DEEPEST} levels`)
    const inner = new Parser(this.#stream, this.#options, this.#templates, level)
    this.#stream.actionLine = 0
    const { nodes, closing } = inner.#list()
    if (closing.kind !== 'end') this.#stream.fail(`unexpected {{${closing.kind}}} in ${context}`, reportedAt)
    addTemplate(this.#templates, this.#stream, name, nodes)
  }

  #list(): { readonly nodes: readonly Node[]; readonly closing: Closing } {
    const nodes: Node[] = []
    while (this.#stream.peekNonSpace().kind !== 'end of file') {
      const node = this.#textOrAction()
      if (isClosing(node)) return { nodes, closing: node }
      nodes.push(node)
    }
    return this.#stream.fail('unexpected EOF')
  }

  #textOrAction(): Node | Closing {
    const token = this.#stream.nextNonSpace()
    if (token.kind === 'text') return { kind: 'text', position: token.position, text: token.text }
    if (token.kind !== 'left delimiter') return this.#stream.unexpected(token, 'input')
    this.#stream.actionLine = token.line
    const node = this.#action()
    this.#stream.actionLine = 0
    return node
  }

  #action(): Node | Closing {
    const token = this.#stream.peekNonSpace()
    if (token.kind === 'keyword') {
      const node = this.#keyword(token)
      if (node) return node
    }
    return { kind: 'action', position: token.position, pipe: this.#pipes.pipe('command', 'right delimiter') }
  }

  #keyword(token: Token): Node | Closing | undefined {
    const before = this.#stream.position
    this.#stream.next()
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(token.text)
      case 'end':
        return { kind: 'end', position: this.#stream.expect(['right delimiter'], 'end').position }
      case 'else':
        return this.#else()
      case 'template':
        return this.#template()
      case 'block':
        return this.#block()
      case 'break':
      case 'continue':
        return this.#jump(token.text, token.position)
      default:
        this.#stream.position = before
        return undefined
    }
  }

  #branch(kind: Branch['kind']): Branch {
    const variables = this.#pipes.variables.length
    this.#depth += 1
    if (this.#level + this.#depth > DEEPEST) this.#stream.fail(`blocks are nested deeper than ${DEEPEST} levels`)
    const pipe = this.#pipes.pipe(kind, 'right delimiter')
    if (kind === 'range') this.#ranges += 1
    const { nodes: body, closing } = this.#list()
    if (kind === 'range') this.#ranges -= 1
    const otherwise = closing.kind === 'else' ? this.#otherwise(kind) : undefined
    this.#depth -= 1
    this.#pipes.variables.length = variables
    return { kind, position: pipe.position, pipe, body, otherwise }
  }

  /** What follows `else`: `else if` and `else with` are a block that shares the `end`. */
  #otherwise(kind: Branch['kind']): readonly Node[] {
    if (kind !== 'range' && isKeyword(this.#stream.peek(), kind)) {
      this.#stream.next()
      return [this.#branch(kind)]
    }
    const { nodes, closing } = this.#list()
    if (closing.kind !== 'end') this.#stream.fail(`expected end; found {{${closing.kind}}}`)
    return nodes
  }

  #else(): Closing {
    const next = this.#stream.peekNonSpace()
    if (isKeyword(next, 'if') || isKeyword(next, 'with')) return { kind: 'else', position: next.position }
    return { kind: 'else', position: this.#stream.expect(['right delimiter'], 'else').position }
  }

  #template(): Template {
    const token = this.#stream.nextNonSpace()
    const name = this.#templateName(token, 'template clause')
    const pipe = this.#stream.peekNonSpace().kind === 'right delimiter' ? this.#withoutPipe() : this.#clause('template clause')
    return { kind: 'template', position: token.position, name, pipe }
  }

  #block(): Template {
    const token = this.#stream.nextNonSpace()
    const name = this.#templateName(token, 'block clause')
    const pipe = this.#clause('block clause')
    this.#inner(name, 'block clause', this.#stream.latest)
    return { kind: 'template', position: token.position, name, pipe }
  }

  #clause(context: string): Pipe {
    return this.#pipes.pipe(context, 'right delimiter')
  }

  #withoutPipe(): undefined {
    this.#stream.nextNonSpace()
  }

  #templateName(token: Token, context: string): ByteText {
    if (token.kind !== 'string' && token.kind !== 'raw string') return this.#stream.unexpected(token, context)
    return this.#unquoted(token)
  }

  #unquoted(token: Token): ByteText {
    return unquote(token.text) ?? this.#stream.fail('invalid syntax')
  }

  #jump(kind: Jump['kind'], position: number): Jump {
    const token = this.#stream.nextNonSpace()
    if (token.kind !== 'right delimiter') this.#stream.unexpected(token, `{{${kind}}}`)
    if (this.#ranges === 0) this.#stream.fail(`{{${kind}}} outside {{range}}`)
    return { kind, position }
  }
}

/** Of two templates of one name one must be empty. */
function addTemplate(
  templates: Map<ByteText, readonly Node[]>,
  stream: TokenStream,
  name: ByteText,
  nodes: readonly Node[],
): void {
  const existing = templates.get(name)
  if (!existing || isBlank(existing)) templates.set(name, nodes)
  else if (!isBlank(nodes)) stream.fail(`template: multiple definition of template ${goQuote(name)}`)
}

function isBlank(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.kind === 'text' && Buffer.from(node.text, 'latin1').toString('utf8').trim() === '')
}

function isClosing(node: Node | Closing): node is Closing {
  return node.kind === 'end' || node.kind === 'else'
}

function isKeyword(token: Token, word: string): boolean {
  return token.kind === 'keyword' && token.text === word
}
