/** What stands somewhere, by its type alone: never a value (R18). */
export function found(value: unknown): string {
  return value === undefined ? 'is missing' : `is ${typeOf(value)}`
}

export function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : typeof value === 'boolean' ? 'true or false' : `a ${typeof value}`
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  nonoptional: 'a value',
}

/** What is expected there; `expected` is a type of zod's or of a CustomResourceDefinition. */
export function typeName(expected: string): string {
  return TYPE_NAMES[expected] ?? expected
}
