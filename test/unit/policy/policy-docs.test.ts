import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as z from 'zod'
import { policySchema } from '../../../plugin/policy/policy-schema.ts'

/** One line of the reference: a field, what it may be, what it is without, what it means. */
function* lines(schema: z.core.$ZodType, path: string): Generator<string> {
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodObject) {
    for (const [name, field] of Object.entries(inner.shape)) yield* fieldLines(field, path === '' ? name : `${path}.${name}`)
  } else if (inner instanceof z.ZodArray) yield* lines(inner.element, `${path}[]`)
  else if (inner instanceof z.ZodUnion) for (const option of inner.options) yield* lines(option, path)
}

function* fieldLines(field: z.core.$ZodType, path: string): Generator<string> {
  const { description } = z.globalRegistry.get(field) ?? {}
  if (description !== undefined) yield `| \`${path}\` | ${typeName(field)} | ${withoutIt(field)} | ${description} |`
  yield* lines(field, path)
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodDefault ? schema.unwrap() : schema
}

function typeName(field: z.core.$ZodType): string {
  const inner = unwrapped(field)
  if (inner instanceof z.ZodArray)
    return unwrapped(inner.element) instanceof z.ZodUnion ? 'list' : `list of ${typeName(inner.element)}`
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => `\`${option}\``).join(', ')
  if (inner instanceof z.ZodRecord) return 'object'
  if (inner instanceof z.ZodObject) return 'object'
  return inner instanceof z.ZodBoolean ? 'boolean' : 'string'
}

function withoutIt(field: z.core.$ZodType): string {
  if (!(field instanceof z.ZodDefault)) return 'required'
  const value: unknown = field.def.defaultValue
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
  return isEmpty || unwrapped(field) instanceof z.ZodObject ? '' : `\`${JSON.stringify(value)}\``
}

test('the reference in docs/policy.md says what the schema says', () => {
  const docs = readFileSync('docs/policy.md', 'utf8')
  const reference = /<!-- reference -->\n(?<lines>[^]*?)\n<!-- end -->/.exec(docs)?.groups?.['lines']
  assert.equal(reference, ['| field | type | without it | meaning |', '|---|---|---|---|', ...lines(policySchema, '')].join('\n'))
})
