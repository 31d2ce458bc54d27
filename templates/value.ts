import type { ByteText } from './byte-text.ts'
import { FunctionError } from './function-error.ts'
import { GoComplex, GoFloat, GoInt } from './go-number.ts'
import { type GoType, isIntKind, types } from './go-type.ts'

/**
 * A value inside a template, as Go knows it. `undefined` is nil, a string is Go's string with one character a byte, numbers carry their
 * type. No value is an ordinary JavaScript object with the template's own names in it, so that no name reaches a prototype.
 */
export type TemplateValue = undefined | boolean | ByteText | GoInt | GoFloat | GoComplex | GoList | GoMap | GoObject

/** A slice: a reference. Functions make new ones and never change one that they got, but for {@link GoList.sortTexts}. */
export class GoList {
  readonly type: GoType
  #items: readonly TemplateValue[]
  /** The nil slice: prints and counts as an empty one, but is `null` in JSON. */
  readonly isNil: boolean

  constructor(type: GoType, items: readonly TemplateValue[] | undefined) {
    this.type = type
    this.#items = items ?? []
    this.isNil = items === undefined
  }

  get items(): readonly TemplateValue[] {
    return this.#items
  }

  /** Sorts this list of texts itself by their bytes: sprig's sortAlpha does that to a list that it gets. */
  sortTexts(): void {
    this.#items = this.#items.toSorted((a, b) => {
      if (typeof a !== 'string' || typeof b !== 'string' || a === b) return 0
      return a < b ? -1 : 1
    })
  }

  get element(): GoType {
    return this.type.element ?? types.any
  }
}

/** A map: a reference that `set`, `unset` and `merge` change in place. */
export class GoMap {
  readonly type: GoType
  readonly isNil: boolean
  readonly #entries: Map<ByteText, TemplateValue>

  /** Of a map with keys that are not strings, the keys of `entries` are their texts (`-7`, `true`, `1.5`). */
  constructor(type: GoType, entries: Iterable<readonly [ByteText, TemplateValue]> | undefined) {
    this.type = type
    this.isNil = entries === undefined
    this.#entries = new Map(entries)
  }

  get element(): GoType {
    return this.type.element ?? types.any
  }

  get size(): number {
    return this.#entries.size
  }

  has(key: ByteText): boolean {
    return this.#entries.has(key)
  }

  get(key: ByteText): TemplateValue {
    return this.#entries.get(key)
  }

  /** Throws FunctionError for the nil map. */
  set(key: ByteText, value: TemplateValue): void {
    if (this.isNil) throw new FunctionError('assignment to entry in nil map', true)
    this.#entries.set(key, value)
  }

  delete(key: ByteText): void {
    this.#entries.delete(key)
  }

  /** In Go's order of printing and ranging: strings by their bytes, numbers by their size. */
  keys(): readonly ByteText[] {
    const byNumber = this.type.key !== undefined && this.type.key.kind !== 'string' && this.type.key.kind !== 'bool'
    return [...this.#entries.keys()].sort(byNumber ? (a, b) => Number(a) - Number(b) : undefined)
  }

  /** In the order of {@link keys}. */
  entries(): readonly (readonly [ByteText, TemplateValue])[] {
    return this.keys().map((key) => [key, this.#entries.get(key)])
  }

  /** In the order in which the keys were set. */
  inserted(): readonly (readonly [ByteText, TemplateValue])[] {
    return [...this.#entries]
  }

  /** The key as a value of the map's key type. */
  keyValue(key: ByteText): TemplateValue {
    const type = this.type.key ?? types.string
    if (isIntKind(type.kind)) return new GoInt(type, BigInt(key))
    if (type.kind === 'bool') return key === 'true'
    return type.kind === 'float64' || type.kind === 'float32' ? new GoFloat(type, Number(key)) : key
  }
}

/** A method that templates may call on an object. */
export interface GoMethod {
  readonly parameters: readonly GoType[]
  /** What Go says of a method that no template can call: it gives several results. */
  readonly uncallable?: string
  run(args: readonly TemplateValue[]): TemplateValue
}

/** A struct, or a pointer to one: a time, a duration, a version, a certificate. Whoever makes one extends this class. */
export abstract class GoObject {
  abstract readonly type: GoType

  /** Exported fields in Go's order, for `.Name` and for printing. */
  fields(): ReadonlyMap<string, TemplateValue> {
    return new Map()
  }

  /** Exported methods, for `.Name args`. */
  methods(): ReadonlyMap<string, GoMethod> {
    return new Map()
  }

  /** What its String method gives: what printing shows. Undefined: it has none, its fields are printed. */
  text(): ByteText | undefined {
    return undefined
  }

  /** What JSON has in its place; its fields in an object, unless it says otherwise. */
  json(): TemplateValue {
    return new GoMap(types.anyMap, this.fields())
  }

  /** The number of a named integer such as a month or a duration: what it compares and counts as. Undefined for a struct. */
  underlying(): GoInt | undefined {
    return undefined
  }

  /** Go's `==` and reflect.DeepEqual with another object of the same type. */
  abstract equals(other: GoObject): boolean
}

/** Go's `%T`, as error texts have it. nil is `<nil>`. */
export function goTypeName(value: TemplateValue): string {
  return goTypeOf(value)?.name ?? '<nil>'
}

/** Of a pointer the type that it points to: what functions say that look through pointers. */
export function pointedTypeName(value: TemplateValue): string {
  return goTypeName(value).replace(/^\*/, '')
}

/** Undefined for nil, which has no type. */
export function goTypeOf(value: TemplateValue): GoType | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string') return types.string
  return typeof value === 'boolean' ? types.bool : value.type
}

/** `[]interface {}` */
export function listOfAny(items: readonly TemplateValue[]): GoList {
  return new GoList(types.anyList, items)
}

/** `[]string` */
export function listOfTexts(items: readonly ByteText[]): GoList {
  return new GoList(types.stringList, items)
}

/** `map[string]interface {}` */
export function mapOfAny(entries: Iterable<readonly [ByteText, TemplateValue]> = []): GoMap {
  return new GoMap(types.anyMap, entries)
}

export function isList(value: TemplateValue): value is GoList {
  return value instanceof GoList
}

export function isMap(value: TemplateValue): value is GoMap {
  return value instanceof GoMap
}

export function isObject(value: TemplateValue): value is GoObject {
  return value instanceof GoObject
}

/** A text as `[]byte`. */
export function listOfBytes(text: ByteText): GoList {
  return new GoList(
    types.bytes,
    Array.from(text, (byte) => new GoInt(types.uint8, BigInt(byte.charCodeAt(0)))),
  )
}

/** `[]byte` as a text; undefined for anything else. */
export function bytesOfList(value: TemplateValue): ByteText | undefined {
  if (!isList(value) || value.type !== types.bytes) return undefined
  return value.items.map((item) => String.fromCharCode(item instanceof GoInt ? Number(item.value) : 0)).join('')
}

/** What a parameter or a missing map entry of this type is when nothing is given. */
export function zeroOf(type: GoType): TemplateValue {
  if (type.kind === 'string') return ''
  if (type.kind === 'bool') return false
  if (isIntKind(type.kind)) return new GoInt(type, 0n)
  if (type.kind === 'float64' || type.kind === 'float32') return new GoFloat(type, 0)
  if (type.kind === 'slice') return new GoList(type, undefined)
  return type.kind === 'map' ? new GoMap(type, undefined) : undefined
}

/** nil, false, 0, an empty text, list or map: sprig's `empty`, and what is false to Go's if, and, or and not. A struct never is. */
export function isEmpty(value: TemplateValue): boolean {
  if (isList(value)) return value.items.length === 0
  if (isMap(value)) return value.size === 0
  if (value instanceof GoInt) return value.value === 0n
  if (value instanceof GoFloat) return value.value === 0
  if (value instanceof GoComplex) return value.real === 0 && value.imaginary === 0
  if (isObject(value)) return value.underlying()?.value === 0n
  return !value
}
