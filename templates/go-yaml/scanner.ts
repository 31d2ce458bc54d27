import { isBlankOrEnd, isBreakOrEnd } from './characters.ts'
import { Cursor, type Mark } from './cursor.ts'
import { isAtDocumentMarker } from './fold-lines.ts'
import { scanBlockScalar } from './scan-block-scalar.ts'
import { scanDirective } from './scan-directive.ts'
import { scanPlainScalar } from './scan-plain-scalar.ts'
import { scanName, scanTag } from './scan-properties.ts'
import { scanQuotedScalar } from './scan-quoted-scalar.ts'
import type { Marker, Token } from './token.ts'

/** A token that may turn out to be a key, when a colon follows on its line. */
interface PossibleKey {
  readonly mark: Mark
  /** How many tokens came before it. */
  readonly number: number
  /** It stands where a block map must have a key. */
  readonly required: boolean
}

/** In characters: further behind it a colon makes no key of a token (YAML 1.1, 7.4). */
const LONGEST_KEY = 1024

const FLOW_MARKERS: ReadonlyMap<string, 'flow list' | 'flow map' | 'flow list end' | 'flow map end'> = new Map([
  ['[', 'flow list'],
  ['{', 'flow map'],
  [']', 'flow list end'],
  ['}', 'flow map end'],
] as const)

const NEVER_STARTS_PLAIN = new Set('-?:,[]{}#&*!|>\'"%@`')

/**
 * Splits a text into tokens, as libyaml does: with the same limits, in the same order and with the same complaints. Keys are known only
 * when their colon comes, so tokens wait in a queue and a key's marker is put in front of them afterwards.
 */
export class Scanner {
  readonly #cursor: Cursor
  readonly #queue: Token[] = []
  #delivered = 0
  /** Of the block collection that is open; -1 at the top. */
  #indent = -1
  readonly #indents: number[] = []
  /** One place a level of flow collections, and one for the block around them. */
  readonly #possibleKeys: (PossibleKey | undefined)[] = [undefined]
  /** The numbers of the tokens that the queue keeps back. */
  readonly #keptBack = new Map<number, number>()
  /** One a level of flow collections: the number of the last possible key in it, or else its own. */
  readonly #flowNumbers: number[] = []
  #keyIsAllowed = true
  #ended = false

  constructor(text: string) {
    this.#cursor = new Cursor(text)
  }

  /** The next token, which stays where it is. Throws YamlError. */
  peek(): Token {
    while (!this.#headIsReady()) this.#fetch()
    return this.#queue[0] ?? { kind: 'stream end', line: this.#cursor.line }
  }

  next(): Token {
    const token = this.peek()
    if (this.#queue.shift()) this.#delivered += 1
    return token
  }

  #headIsReady(): boolean {
    if (this.#queue.length === 0) return this.#ended
    const level = this.#keptBack.get(this.#delivered)
    return level === undefined || !this.#isStillPossible(this.#possibleKeys[level])
  }

  #isInFlow(): boolean {
    return this.#flowNumbers.length > 0
  }

  #fetch(): void {
    const cursor = this.#cursor
    this.#skipToToken()
    this.#closeBlocks(cursor.column)
    const character = cursor.peek()
    if (character === '') return this.#fetchEnd()
    if (cursor.column === 0 && character === '%') return this.#fetchDirective()
    if (isAtDocumentMarker(cursor)) return this.#fetchDocumentMarker(character === '-' ? 'document start' : 'document end')
    const flow = FLOW_MARKERS.get(character)
    if (flow === 'flow list' || flow === 'flow map') return this.#fetchFlowStart(flow)
    if (flow) return this.#fetchFlowEnd(flow)
    if (character === ',') return this.#fetchFlowEntry()
    if (character === '-' && isBlankOrEnd(cursor.peek(1))) return this.#fetchBlockEntry()
    const isIndicator = this.#isInFlow() || isBlankOrEnd(cursor.peek(1))
    if (character === '?' && isIndicator) return this.#fetchKey()
    if (character === ':' && isIndicator) return this.#fetchValue()
    return this.#fetchContent(character)
  }

  #fetchContent(character: string): void {
    const cursor = this.#cursor
    if (character === '*' || character === '&') return this.#fetchNode(() => scanName(cursor))
    if (character === '!') return this.#fetchNode(() => scanTag(cursor))
    if (character === "'" || character === '"') {
      return this.#fetchNode(() => ({ kind: 'scalar', value: scanQuotedScalar(cursor), plain: false }))
    }
    if ((character === '|' || character === '>') && !this.#isInFlow()) return this.#fetchBlockScalar(character)
    if (!this.#startsPlain(character)) throw cursor.error('found character that cannot start any token')
    this.#fetchPlainScalar()
  }

  #startsPlain(character: string): boolean {
    if (isBlankOrEnd(character)) return false
    const next = this.#cursor.peek(1)
    if (character === '-') return next !== ' ' && next !== '\t'
    if (character === '?' || character === ':') return !this.#isInFlow() && !isBlankOrEnd(next)
    return !NEVER_STARTS_PLAIN.has(character)
  }

  #skipToToken(): void {
    const cursor = this.#cursor
    for (;;) {
      while (cursor.peek() === ' ' || (cursor.peek() === '\t' && (this.#isInFlow() || !this.#keyIsAllowed))) cursor.skip()
      if (cursor.peek() === '#') while (!isBreakOrEnd(cursor.peek())) cursor.skip()
      if (cursor.readBreak() === '') return
      if (!this.#isInFlow()) this.#keyIsAllowed = true
    }
  }

  #fetchEnd(): void {
    this.#cursor.endLine()
    this.#closeBlocks(-1)
    this.#forgetKey()
    this.#keyIsAllowed = false
    this.#add({ kind: 'stream end', line: this.#cursor.line })
    this.#ended = true
  }

  #fetchDirective(): void {
    this.#closeBlocks(-1)
    this.#forgetKey()
    this.#keyIsAllowed = false
    const { line } = this.#cursor
    this.#add({ ...scanDirective(this.#cursor), line })
  }

  #fetchDocumentMarker(kind: 'document start' | 'document end'): void {
    this.#closeBlocks(-1)
    this.#forgetKey()
    this.#keyIsAllowed = false
    this.#addMarker(kind, 3)
  }

  #fetchFlowStart(kind: 'flow list' | 'flow map'): void {
    this.#rememberKey()
    this.#possibleKeys.push(undefined)
    this.#flowNumbers.push(this.#nextNumber())
    this.#keyIsAllowed = true
    this.#addMarker(kind, 1)
  }

  /** go-yaml keeps the marker of a flow collection back no longer once it is closed, unless a key stood in it. */
  #fetchFlowEnd(kind: 'flow list end' | 'flow map end'): void {
    this.#forgetKey()
    if (this.#isInFlow()) {
      this.#possibleKeys.pop()
      this.#keptBack.delete(this.#flowNumbers.pop() ?? -1)
    }
    this.#keyIsAllowed = false
    this.#addMarker(kind, 1)
  }

  #fetchFlowEntry(): void {
    this.#forgetKey()
    this.#keyIsAllowed = true
    this.#addMarker('flow entry', 1)
  }

  #fetchBlockEntry(): void {
    if (!this.#isInFlow()) {
      if (!this.#keyIsAllowed) throw this.#cursor.error('block sequence entries are not allowed in this context')
      this.#openBlock('block list', this.#cursor.mark)
    }
    this.#forgetKey()
    this.#keyIsAllowed = true
    this.#addMarker('block entry', 1)
  }

  #fetchKey(): void {
    if (!this.#isInFlow()) {
      if (!this.#keyIsAllowed) throw this.#cursor.error('mapping keys are not allowed in this context')
      this.#openBlock('block map', this.#cursor.mark)
    }
    this.#forgetKey()
    this.#keyIsAllowed = !this.#isInFlow()
    this.#addMarker('key', 1)
  }

  #fetchValue(): void {
    const level = this.#possibleKeys.length - 1
    const key = this.#possibleKeys[level]
    if (key && this.#isStillPossible(key)) {
      this.#insert({ kind: 'key', line: key.mark.line }, key.number)
      this.#openBlock('block map', key.mark, key.number)
      this.#dropKey(level)
      this.#keyIsAllowed = false
    } else {
      if (!this.#isInFlow()) {
        if (!this.#keyIsAllowed) throw this.#cursor.error('mapping values are not allowed in this context')
        this.#openBlock('block map', this.#cursor.mark)
      }
      this.#keyIsAllowed = !this.#isInFlow()
    }
    this.#addMarker('value', 1)
  }

  #fetchNode(scan: () => Unplaced): void {
    this.#rememberKey()
    this.#keyIsAllowed = false
    const { line } = this.#cursor
    this.#add({ ...scan(), line })
  }

  #fetchBlockScalar(character: '|' | '>'): void {
    this.#forgetKey()
    this.#keyIsAllowed = true
    const { line } = this.#cursor
    const value = scanBlockScalar(this.#cursor, character === '|' ? 'literal' : 'folded', this.#indent)
    this.#add({ kind: 'scalar', value, plain: false, line })
  }

  #fetchPlainScalar(): void {
    this.#rememberKey()
    this.#keyIsAllowed = false
    const { line } = this.#cursor
    const context = { parentIndent: this.#indent, isInFlow: this.#isInFlow() }
    const { value, endsLine } = scanPlainScalar(this.#cursor, context)
    this.#add({ kind: 'scalar', value, plain: true, line })
    if (endsLine) this.#keyIsAllowed = true
  }

  /** The number of the token that is added next. */
  #nextNumber(): number {
    return this.#delivered + this.#queue.length
  }

  #add(token: Token): void {
    this.#queue.push(token)
  }

  #addMarker(kind: Marker, characters: number): void {
    this.#add({ kind, line: this.#cursor.line })
    this.#cursor.skip(characters)
  }

  /** Puts a token in front of the one with that number; behind all others when that one has been delivered. */
  #insert(token: Token, number: number): void {
    const place = number - this.#delivered
    this.#queue.splice(place < 0 ? this.#queue.length : place, 0, token)
  }

  #openBlock(kind: 'block list' | 'block map', mark: Mark, number = this.#nextNumber()): void {
    if (this.#isInFlow() || this.#indent >= mark.column) return
    this.#indents.push(this.#indent)
    this.#indent = mark.column
    this.#insert({ kind, line: mark.line }, number)
  }

  #closeBlocks(column: number): void {
    if (this.#isInFlow()) return
    while (this.#indent > column) {
      this.#add({ kind: 'block end', line: this.#cursor.line })
      this.#indent = this.#indents.pop() ?? -1
    }
  }

  #rememberKey(): void {
    if (!this.#keyIsAllowed) return
    this.#forgetKey()
    const level = this.#possibleKeys.length - 1
    const { mark } = this.#cursor
    const required = !this.#isInFlow() && this.#indent === mark.column
    const number = this.#nextNumber()
    this.#possibleKeys[level] = { mark, number, required }
    this.#keptBack.set(number, level)
    if (this.#isInFlow()) this.#flowNumbers[level - 1] = number
  }

  #forgetKey(): void {
    const level = this.#possibleKeys.length - 1
    const key = this.#possibleKeys[level]
    if (key?.required) throw this.#cursor.error("could not find expected ':'")
    this.#dropKey(level)
  }

  #dropKey(level: number): void {
    const key = this.#possibleKeys[level]
    if (!key) return
    this.#possibleKeys[level] = undefined
    this.#keptBack.delete(key.number)
  }

  #isStillPossible(key: PossibleKey | undefined): boolean {
    if (!key) return false
    const { line, index } = this.#cursor
    if (key.mark.line >= line && key.mark.index + LONGEST_KEY >= index) return true
    if (key.required) throw this.#cursor.error("could not find expected ':'")
    this.#possibleKeys[this.#possibleKeys.indexOf(key)] = undefined
    return false
  }
}

type Unplaced = Token extends infer T ? (T extends Token ? Omit<T, 'line'> : never) : never
