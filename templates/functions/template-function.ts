import type { ByteText } from '../byte-text.ts'
import type { RandomKind, RandomSource } from '../engine.ts'
import type { GoType } from '../go-type.ts'
import type { GoList, GoMap, GoObject, TemplateValue } from '../value.ts'

export interface Parameter {
  /** Also its name as a named argument. */
  readonly name: string
  readonly type: GoType
  /** The last parameter may take any number of arguments, none included (Go's `...`). */
  readonly rest?: true
}

/**
 * The arguments of one call and what it may use. The engine has checked number and types before, so that reading an argument as the type of
 * its parameter never fails; an argument of type `any` is read with {@link value}.
 */
export interface FunctionCall {
  /** How many arguments there are. */
  readonly count: number
  text(index: number): ByteText
  /** Of an integer parameter. */
  integer(index: number): bigint
  /** An integer as a number; one beyond 2^53 in size becomes that. For counts, widths and indexes. */
  number(index: number): number
  float(index: number): number
  boolean(index: number): boolean
  /** The nil list when nil was given. */
  list(index: number): GoList
  /** The nil map when nil was given. */
  map(index: number): GoMap
  object(index: number): GoObject
  value(index: number): TemplateValue
  /** All from `index` on. */
  rest(index: number): readonly TemplateValue[]

  /** Counts work: one, and one more for every 64 bytes. Once for every item that a function goes through. */
  step(bytes?: number): void
  /** Says how large a text or list will be before it is made; for results that may be much larger than the arguments. */
  reserve(bytes: number): void
  /** Between pieces of work that are few steps but may take long, such as searches of one pattern. */
  checkTime(): void
  /** Before a key is generated, or a password hashed to be slow: they have a budget of their own. `weight` is its time in about 100 ms. */
  heavy(weight?: number): void
  /** For functions with `random`; the stream of this place of the template. */
  readonly random: RandomSource
  /** Milliseconds since the epoch. */
  now(): number
  /** IANA name of Go's time.Local. */
  readonly localZone: string
}

/** One function of the catalogue. Pure, but for what `random` says. */
export interface TemplateFunction {
  readonly name: string
  /** Go's parameters: `types.any`, `types.string`, … (templates.md, Appendix A). */
  readonly parameters: readonly Parameter[]
  readonly returns: GoType
  /** One sentence for the docs. */
  readonly doc: string
  /** Whose behaviour it has: `sprig`, `Go text/template`, `External Secrets`; `argocd-external-secrets` where External Secrets knows no such function. */
  readonly source: string
  /** Rendered in tests with both engines, without data; `handlebars` where it is written in another way there. Random ones give a pattern. */
  readonly example: { readonly go: string; readonly handlebars?: string; readonly gives: string | RegExp }
  /** What {@link run} says when it fails cannot hold data (rule R18). */
  readonly safeMessage: boolean
  /**
   * `seeded`: draws from `call.random` only, so that a seeded render repeats it. `unstable`: its result expires or cannot be derived safely
   * (genCA, now, …): refused in a render in Argo CD (rule R13).
   */
  readonly random?: RandomKind
  /** In Handlebars its arguments may be names that do not exist. */
  readonly takesMissing?: true
  /** Arguments are evaluated up to the first that decides: the first empty one, or the first that is not. */
  readonly stopsAt?: 'empty' | 'full'
  /** sprig goes on where this fails: it gives the error's text for the value, or nil. Go templates do that, Handlebars fails. */
  readonly goOnError?: 'text' | 'nothing'
  /** Throws FunctionError; it becomes Go's `error calling NAME: MESSAGE`. */
  run(call: FunctionCall): TemplateValue
}

/** `replace(old string, new string, text string) string`, as the docs show it; `interface {}` is written `any`. */
export function signatureOf({ name, parameters, returns }: TemplateFunction): string {
  const written = parameters.map((parameter) => `${parameter.name} ${parameter.rest ? '...' : ''}${typeText(parameter.type)}`)
  return `${name}(${written.join(', ')}) ${typeText(returns)}`
}

function typeText(type: GoType): string {
  return type.name.replaceAll('interface {}', 'any')
}
