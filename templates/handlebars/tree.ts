import type { ByteText } from '../byte-text.ts'
import type { TemplateFunction } from '../functions/template-function.ts'
import type { TemplateValue } from '../value.ts'

/** 1-based. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A name as written: `a.b`, `../a`, `@index`, `this`. */
export interface Path {
  readonly kind: 'path'
  /** `@`: of the loop, not of the data. */
  readonly isData: boolean
  /** How many `../`. */
  readonly up: number
  /** `this.a` and `./a` never mean a block parameter or a function. */
  readonly isScoped: boolean
  readonly parts: readonly ByteText[]
  readonly place: Place
}

export interface Literal {
  readonly kind: 'literal'
  readonly value: TemplateValue
}

export interface Call {
  readonly kind: 'call'
  readonly fn: TemplateFunction
  /** In the order of the function's parameters. */
  readonly args: readonly Expression[]
  readonly place: Place
}

/** `lookup object key`: the one function that belongs to the language. */
export interface Lookup {
  readonly kind: 'lookup'
  readonly object: Expression
  readonly key: Expression
  readonly place: Place
}

export type Expression = Path | Literal | Call | Lookup

export type BlockKind = 'if' | 'unless' | 'each' | 'with' | 'raw' | 'section'

export interface Block {
  readonly kind: 'block'
  readonly block: BlockKind
  /** The condition or the value; of `raw` nothing. */
  readonly subject: Expression
  /** `includeZero=true` of if and unless. */
  readonly includeZero: boolean
  readonly body: readonly Node[]
  /** Absent without `else`. */
  readonly otherwise: readonly Node[] | undefined
  /** `as |item key|`. */
  readonly params: readonly ByteText[]
  readonly place: Place
}

export interface Text {
  readonly kind: 'text'
  readonly text: ByteText
}

export interface Output {
  readonly kind: 'output'
  readonly expression: Expression
  readonly place: Place
}

export type Node = Text | Output | Block
