/** A kind of Go's reflect package, as `kindOf` prints it. */
export type GoKind =
  | 'bool'
  | GoIntKind
  | 'float32'
  | 'float64'
  | 'complex128'
  | 'string'
  | 'slice'
  | 'map'
  | 'struct'
  | 'ptr'
  | 'interface'

export type GoIntKind = 'int' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint' | 'uint8' | 'uint16' | 'uint32' | 'uint64'

/** A Go type. Types are equal when they are the same object: take them from {@link types}, {@link listOf}, {@link mapOf}, or define one once. */
export interface GoType {
  /** As Go prints it: `map[string]interface {}`. */
  readonly name: string
  readonly kind: GoKind
  /** Of a list or map. */
  readonly element?: GoType
  /** Of a map. */
  readonly key?: GoType
}

const known = new Map<string, GoType>()

function define(type: GoType): GoType {
  const existing = known.get(type.name)
  if (existing) return existing
  known.set(type.name, type)
  return type
}

function basic(kind: GoKind): GoType {
  return define({ name: kind, kind })
}

/** `[]element` */
export function listOf(element: GoType): GoType {
  return define({ name: `[]${element.name}`, kind: 'slice', element })
}

/** `map[key]element` */
export function mapOf(key: GoType, element: GoType): GoType {
  return define({ name: `map[${key.name}]${element.name}`, kind: 'map', key, element })
}

/** A type with a name of its own, such as `time.Time` (struct) or `*semver.Version` (ptr). */
export function namedType(name: string, kind: GoKind): GoType {
  return define({ name, kind })
}

const any: GoType = define({ name: 'interface {}', kind: 'interface' })
const string = basic('string')
const int = basic('int')
const uint8 = basic('uint8')

/** The types that functions and values have. */
export const types = {
  any,
  string,
  bool: basic('bool'),
  int,
  int8: basic('int8'),
  int16: basic('int16'),
  int32: basic('int32'),
  int64: basic('int64'),
  uint: basic('uint'),
  uint8,
  uint16: basic('uint16'),
  uint32: basic('uint32'),
  uint64: basic('uint64'),
  float32: basic('float32'),
  float64: basic('float64'),
  complex128: basic('complex128'),
  bytes: listOf(uint8),
  anyList: listOf(any),
  stringList: listOf(string),
  intList: listOf(int),
  anyMap: mapOf(string, any),
  stringMap: mapOf(string, string),
} as const

/** Whether the kind is a whole number, signed or not. */
export function isIntKind(kind: GoKind): kind is GoIntKind {
  return /^u?int/.test(kind) && kind !== 'interface'
}
