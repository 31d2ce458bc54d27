import './jitless.ts'
import * as z from 'zod'
import type { FieldPath } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { nearestName } from './nearest-name.ts'
import { isPlainObject } from './plain-object.ts'
import type { FieldProblem } from './reading.ts'
import { found, typeName, typeOf } from './type-words.ts'

type Issue = z.core.$ZodIssue

/** Without problems there is a value. */
export interface Parsed {
  readonly value: unknown
  readonly problems: readonly FieldProblem[]
}

/** zod's own word on `value`, whose nulls have been taken out: the value, or everything that is wrong with it, one problem a field. */
export function parseBySchema(schema: z.core.$ZodType, value: unknown, path: FieldPath): Parsed {
  const result = safeParse(schema, value)
  if (!result) return { value: undefined, problems: [{ path, message: 'has more mistakes than can be counted' }] }
  if (result.success) return { value: result.data, problems: [] }
  const problems = new Map<string, FieldProblem>()
  for (const problem of result.error.issues.flatMap((issue) => problemsOf(issue, value, path))) {
    const field = JSON.stringify(problem.path)
    if (!problems.has(field)) problems.set(field, problem)
  }
  return { value: undefined, problems: [...problems.values()] }
}

/** zod hands all issues of a list to one call as its arguments: from about 100,000 on they do not fit the stack. */
function safeParse(schema: z.core.$ZodType, value: unknown): z.ZodSafeParseResult<unknown> | undefined {
  try {
    return z.safeParse(schema, value, { error: sentence, jitless: true })
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}

function problemsOf(issue: Issue, root: unknown, base: FieldPath): readonly FieldProblem[] {
  const steps = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  const path = [...base, ...steps]
  const there = valueAt(root, steps)
  if (issue.code === 'invalid_union') return unionProblems(issue, there, path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is an unknown field', remedy: 'remove it' }))
  }
  const remedy = remedyFor(issue, there)
  return [{ path, message: issue.message, ...(remedy !== undefined && { remedy }) }]
}

/** What the option that came nearest has to say; of options that want another type altogether, the types. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, there: unknown, path: FieldPath): readonly FieldProblem[] {
  const inside = issue.errors.filter((issues) =>
    issues.every((part) => part.path.length > 0 || part.code === 'unrecognized_keys'),
  )
  const nearest = inside.toSorted((a, b) => a.length - b.length)[0]
  if (nearest) return nearest.flatMap((part) => problemsOf(part, there, path))
  const expected = issue.errors.flat().flatMap((part) => (part.code === 'invalid_type' ? [typeName(part.expected)] : []))
  if (expected.length === 0) return [{ path, message: issue.errors.flat()[0]?.message ?? issue.message }]
  return [{ path, message: `${found(there)}; expected ${[...new Set(expected)].join(' or ')}` }]
}

function remedyFor(issue: Issue, there: unknown): string | undefined {
  if (issue.code === 'invalid_type' && issue.expected === 'string' && ['number', 'boolean'].includes(typeof there)) {
    return 'put it in quotes'
  }
  if (issue.code !== 'invalid_value' || typeof there !== 'string') return undefined
  const nearest = nearestName(there, issue.values.map(String))
  return nearest ? `write ${nearest}` : undefined
}

/** Our words for zod's issues, where the schema has none of its own. */
function sentence(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${found(issue.input)}; expected ${typeName(issue.expected)}`
    case 'invalid_value':
      return `is ${enumValue(issue.input)}; expected ${enumNames(issue.values)}`
    case 'too_small':
      return `is too ${smallWord(issue.origin)}; expected at least ${amount(issue.minimum, issue.origin)}`
    case 'too_big':
      return `is too ${bigWord(issue.origin)}; expected at most ${amount(issue.maximum, issue.origin)}`
    case 'invalid_format':
      return issue.format === 'regex' ? `does not match ${issue.pattern}` : `is not a valid ${issue.format}`
    case 'not_multiple_of':
      return `is not a multiple of ${issue.divisor}`
    case 'invalid_key':
      return 'is not a valid key'
    default:
      return 'is not valid'
  }
}

/** Kinds and policies are no secrets; whatever else stands in their place is only named by its type. */
function enumValue(value: unknown): string {
  if (value === undefined) return 'missing'
  return typeof value === 'string' ? quoteName(value) : typeOf(value)
}

function enumNames(values: readonly unknown[]): string {
  const names = values.map((value) => (value === '' ? '""' : String(value))).join(', ')
  return values.length > 1 ? `one of ${names}` : names
}

function smallWord(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'small' : 'short'
}

function bigWord(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'large' : 'long'
}

function amount(count: number | bigint, origin: string): string {
  const unit = origin === 'string' ? 'character' : origin === 'array' ? 'item' : undefined
  if (unit === undefined) return `${count}`
  return Number(count) === 1 ? `1 ${unit}` : `${count} ${unit}s`
}

function valueAt(root: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return typeof step === 'number' ? (value[step] as unknown) : undefined
    return isPlainObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
  }, root)
}
