/** `line` has no line breaks and no control characters, `text` is UTF-8, `certificate` and `private key` are PEM, `bytes` is anything. */
export type ShapeValue = 'line' | 'text' | 'certificate' | 'private key' | 'bytes'

/** A fetched key that a shape uses. */
export interface ShapeInput {
  readonly key: string
  /** A few words for the docs. */
  readonly doc: string
  readonly holds: ShapeValue
  /** A required key that is missing is an error; an optional one that is missing or empty is left out. */
  readonly use: 'required' | 'optional'
}

/** For shapes that take whatever was fetched, instead of inputs by name. */
export interface AnyKeys {
  readonly holds: ShapeValue
  /** Keys that the format cannot have, and why; names only. */
  readonly refused?: (keys: readonly string[]) => KeyRefusal | undefined
}

export interface KeyRefusal {
  readonly key: string
  /** A predicate: `is no name of a variable`. */
  readonly why: string
}

export interface ShapeTemplate {
  /** Key of the Secret. */
  readonly key: string
  /** A Go template over the fetched keys. */
  readonly text: string
  /** The Secret has this key only if that input is there and not empty. */
  readonly onlyWith?: string
}

/** A named shape of a Secret: what `spec.target.template` would say, and the keys that it works on. */
export interface TemplateShape {
  /** What the annotation says. */
  readonly name: string
  /** One or a few sentences for the docs. */
  readonly doc: string
  readonly inputs: readonly ShapeInput[]
  /** Besides the inputs: groups of optional ones of which one must be there as a whole. */
  readonly oneOf?: readonly (readonly string[])[]
  readonly anyKeys?: AnyKeys
  /** Of the Secret; Opaque without it. */
  readonly type?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly data: readonly ShapeTemplate[]
  /** Why a render refuses it as long as no policy rule allows it (rule R9). */
  readonly onlyByPolicy?: string
  /** Rendered in a test and shown in the docs. */
  readonly example: ShapeExample
}

export interface ShapeExample {
  /** What the store holds: names and texts, binary values in Base64. */
  readonly values: Readonly<Record<string, string>>
  /** The data of the Secret; a pattern is for the Base64 of what is random. */
  readonly gives: Readonly<Record<string, string | RegExp>>
}

export function required(key: string, doc: string, holds: ShapeValue = 'line'): ShapeInput {
  return { key, doc, holds, use: 'required' }
}

export function optional(key: string, doc: string, holds: ShapeValue = 'line'): ShapeInput {
  return { key, doc, holds, use: 'optional' }
}
