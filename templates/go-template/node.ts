import type { ByteText } from '../byte-text.ts'

interface Positioned {
  /** What an error is reported at: bytes from the start of the template. */
  readonly position: number
}

/** `.a.b`, of what is dot. */
export interface Field extends Positioned {
  readonly kind: 'field'
  readonly names: readonly ByteText[]
}

/** `$x`, `$x.a.b`; the name has its `$`. */
export interface Variable extends Positioned {
  readonly kind: 'variable'
  readonly name: ByteText
  readonly names: readonly ByteText[]
}

/** `(pipeline).a.b`, `function.a` */
export interface Chain extends Positioned {
  readonly kind: 'chain'
  readonly of: Pipe | Identifier
  readonly names: readonly ByteText[]
}

/** The name of a function. */
export interface Identifier extends Positioned {
  readonly kind: 'identifier'
  readonly name: string
}

export interface Dot extends Positioned {
  readonly kind: 'dot'
}

export interface Nil extends Positioned {
  readonly kind: 'nil'
}

export interface BoolLiteral extends Positioned {
  readonly kind: 'bool'
  readonly value: boolean
}

export interface StringLiteral extends Positioned {
  readonly kind: 'string'
  readonly value: ByteText
  /** As written, with its quotes. */
  readonly literal: ByteText
}

/** What of a number literal fits: `1.0` is an integer too, `'a'` is every kind of number. */
export interface NumberLiteral extends Positioned {
  readonly kind: 'number'
  readonly literal: ByteText
  readonly int?: bigint
  readonly uint?: bigint
  readonly float?: number
  readonly complex?: { readonly real: number; readonly imaginary: number }
}

export type Operand = Field | Variable | Chain | Identifier | Dot | Nil | BoolLiteral | StringLiteral | NumberLiteral | Pipe

export interface Command extends Positioned {
  readonly kind: 'command'
  readonly first: Operand
  /** What follows the first operand. */
  readonly args: readonly Operand[]
}

export interface Pipe extends Positioned {
  readonly kind: 'pipe'
  /** `$x :=`, `$i, $x :=`; with their `$`. */
  readonly variables: readonly ByteText[]
  /** `=` and not `:=`. */
  readonly isAssignment: boolean
  readonly commands: readonly Command[]
}

export interface Text extends Positioned {
  readonly kind: 'text'
  readonly text: ByteText
}

export interface Action extends Positioned {
  readonly kind: 'action'
  readonly pipe: Pipe
}

export interface Branch extends Positioned {
  readonly kind: 'if' | 'with' | 'range'
  readonly pipe: Pipe
  readonly body: readonly Node[]
  readonly otherwise: readonly Node[] | undefined
}

export interface Template extends Positioned {
  readonly kind: 'template'
  readonly name: ByteText
  readonly pipe: Pipe | undefined
}

export interface Jump extends Positioned {
  readonly kind: 'break' | 'continue'
}

export type Node = Text | Action | Branch | Template | Jump

/** What an error can be reported at. */
export type Place = Operand | Command | Template

/** A template and those that it defines, by name. */
export interface TemplateSet {
  /** The template's own text. */
  readonly text: ByteText
  readonly name: ByteText
  readonly templates: ReadonlyMap<ByteText, readonly Node[]>
}
