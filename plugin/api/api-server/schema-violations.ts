import type { FieldPath } from '../../model/field-path.ts'
import { quoteName } from '../../model/quote-name.ts'
import { celRuleHolds, type StructuralSchema } from '../crd-facts.ts'
import { isPlainObject, type PlainObject } from '../plain-object.ts'
import type { FieldProblem } from '../reading.ts'
import { found, typeName } from '../type-words.ts'
import { admitted } from './admitted.ts'
import { formats } from './formats.ts'

/** Everything for which an API server refuses `value`, which stands at `path` of its object and has this schema. */
export function schemaViolations(value: unknown, schema: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  return violations(admitted(value, schema), schema, path)
}

function violations(value: unknown, schema: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  if (!hasType(value, schema)) return [{ path, message: `${found(value)}; expected ${expectedType(schema)}` }]
  return [
    ...enumViolations(value, schema, path),
    ...(typeof value === 'string' ? textViolations(value, schema, path) : []),
    ...(typeof value === 'number' ? numberViolations(value, schema, path) : []),
    ...(Array.isArray(value) ? listViolations(value, schema, path) : []),
    ...(isPlainObject(value) ? objectViolations(value, schema, path) : []),
  ]
}

const TYPES: Readonly<Record<NonNullable<StructuralSchema['type']>, (value: unknown) => boolean>> = {
  object: isPlainObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
}

function hasType(value: unknown, { type, nullable, ...schema }: StructuralSchema): boolean {
  if (value === null && nullable) return true
  if (schema['x-kubernetes-int-or-string']) return typeof value === 'string' || Number.isInteger(value)
  return type === undefined || TYPES[type](value) || (type === 'string' && isList(value, schema))
}

/** An API server's own check of strings that have a format lets lists through. */
function isList(value: unknown, { format }: StructuralSchema): boolean {
  return format !== undefined && Array.isArray(value)
}

function expectedType({ type, ...schema }: StructuralSchema): string {
  return schema['x-kubernetes-int-or-string'] ? 'a whole number or a string' : typeName(type ?? 'object')
}

function enumViolations(value: unknown, { enum: members }: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  if (!members || members.includes(value)) return []
  const names = members.map((member) => (member === '' ? '""' : String(member))).join(', ')
  const is = typeof value === 'string' ? `is ${quoteName(value)}` : found(value)
  return [{ path, message: `${is}; expected ${members.length > 1 ? `one of ${names}` : names}` }]
}

/** Of patterns there are a dozen, and they are compiled once. */
const patterns = new Map<string, RegExp>()

function textViolations(text: string, schema: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  const { minLength = 0, maxLength, pattern, format } = schema
  const length = Array.from(text).length
  const is = format === undefined ? undefined : formats[format]
  return [
    ...(length < minLength ? [{ path, message: `is too short; expected at least ${minLength} characters` }] : []),
    ...(maxLength !== undefined && length > maxLength
      ? [{ path, message: `is too long; expected at most ${maxLength} characters` }]
      : []),
    ...(pattern !== undefined && length <= (maxLength ?? length) && !patternOf(pattern).test(text)
      ? [{ path, message: `does not match ${pattern}` }]
      : []),
    ...(is && !is.fits(text) ? [{ path, message: is.message }] : []),
  ]
}

function patternOf(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(source, 'u')
  patterns.set(source, known)
  return known
}

function numberViolations(value: number, schema: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  const is32 = schema.format === 'int32'
  const { minimum = is32 ? -(2 ** 31) : undefined, maximum = is32 ? 2 ** 31 - 1 : undefined } = schema
  return [
    ...(minimum !== undefined && value < minimum ? [{ path, message: `is too small; expected at least ${minimum}` }] : []),
    ...(maximum !== undefined && value > maximum ? [{ path, message: `is too large; expected at most ${maximum}` }] : []),
  ]
}

function listViolations(list: readonly unknown[], schema: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  const { minItems = 0, maxItems, items } = schema
  return [
    ...(list.length < minItems ? [{ path, message: `is too short; expected at least ${minItems} items` }] : []),
    ...(maxItems !== undefined && list.length > maxItems
      ? [{ path, message: `is too long; expected at most ${maxItems} items` }]
      : []),
    ...(items ? list.flatMap((item, index) => violations(item, items, [...path, index])) : []),
  ]
}

function objectViolations(object: PlainObject, schema: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  const { properties = {}, additionalProperties, required = [] } = schema
  const names = Object.keys(object)
  const missing = required.filter((name) => !Object.hasOwn(object, name))
  return [
    ...missing.map((name) => ({
      path: [...path, name],
      message: `is missing; expected ${expectedType(properties[name] ?? {})}`,
    })),
    ...countViolations(names, schema, path),
    ...names.flatMap((name) => {
      const field = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
      return field ? violations(object[name], field, [...path, name]) : []
    }),
    ...ruleViolations(object, schema, path),
  ]
}

function countViolations(names: readonly string[], schema: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY, properties = {} } = schema
  const listed = Object.keys(properties).slice(0, MOST_NAMED).join(', ')
  if (names.length < minProperties) return [{ path, message: `is empty; expected one of ${listed}` }]
  const given = names.slice(0, MOST_NAMED).join(' and ')
  return names.length > maxProperties ? [{ path, message: `has ${given}; expected only one` }] : []
}

/** A longer list helps nobody. */
const MOST_NAMED = 12

function ruleViolations(object: PlainObject, schema: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  const { properties = {}, 'x-kubernetes-validations': rules = [] } = schema
  const unreadable = Object.keys(object).filter((name) => properties[name]?.type === 'string' && Array.isArray(object[name]))
  return rules
    .filter((rule) => !celRuleHolds(rule, object) || unreadable.some((name) => rule.rule.includes(`self.${name})`)))
    .map(({ message }) => ({ path, message }))
}
