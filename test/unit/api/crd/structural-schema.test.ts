import '../../../../plugin/api/jitless.ts'
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as z from 'zod'
import { inV1beta1, structuralSchema } from '../../../../plugin/api/crd/structural-schema.ts'
import { EXACTLY_ONE, inCrd, type StructuralSchema } from '../../../../plugin/api/crd-facts.ts'
import { documented } from '../../../../plugin/api/documented.ts'

const WORDS: readonly (readonly [string, z.ZodType, StructuralSchema])[] = [
  ['a string', z.string(), { type: 'string' }],
  [
    'a string with bounds and a pattern with a slash',
    z
      .string()
      .min(1)
      .max(5)
      .regex(/^a\/b$/),
    { type: 'string', minLength: 1, maxLength: 5, pattern: '^a/b$' },
  ],
  ['an enum with a default', z.enum(['A', 'B']).default('B'), { type: 'string', default: 'B', enum: ['A', 'B'] }],
  ['a whole number', z.int(), { type: 'integer' }],
  ['a whole number with bounds', z.int().min(0).max(9), { type: 'integer', minimum: 0, maximum: 9 }],
  ['a number of 32 bits', z.int32(), { type: 'integer', format: 'int32' }],
  ['a boolean that may be null', z.boolean().nullable(), { type: 'boolean', nullable: true }],
  ['a list', z.array(z.string()).min(1).max(3), { type: 'array', minItems: 1, maxItems: 3, items: { type: 'string' } }],
  ['a map', z.record(z.string(), z.string()), { type: 'object', additionalProperties: { type: 'string' } }],
  ['a map of anything', z.record(z.string(), z.unknown()), { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }],
  ['anything', z.unknown(), { 'x-kubernetes-preserve-unknown-fields': true }],
  [
    'a whole number or a string',
    z.union([z.int(), z.string()]),
    { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
  ],
  ['an object without fields', z.object({}), { type: 'object' }],
  [
    'an object with fields that must and may be there',
    z.object({ a: z.string(), b: z.string().optional(), c: z.string().default('') }),
    {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'string' }, b: { type: 'string' }, c: { type: 'string', default: '' } },
    },
  ],
  ['an object with any further fields', z.looseObject({}), { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }],
]

describe('structuralSchema', () => {
  for (const [name, schema, words] of WORDS) {
    test(`has words for ${name}`, () => {
      assert.deepEqual(structuralSchema(schema), words)
    })
  }

  test('has none for what a CRD cannot say', () => {
    for (const schema of [z.number(), z.date(), z.union([z.string(), z.boolean()]), z.tuple([z.string()])])
      assert.throws(() => structuralSchema(schema), TypeError)
  })

  test("takes the description of the field before that of its type, and keeps the type's without one", () => {
    const type = z.string().describe('A name.')
    assert.equal(structuralSchema(documented(type.optional(), 'Name of the store.')).description, 'Name of the store.')
    assert.equal(structuralSchema(type.optional()).description, 'A name.')
  })

  test('says what the facts for CRDs say: beside the schema, or instead of it', () => {
    const one = inCrd(z.object({ a: z.string().optional() }), { beside: EXACTLY_ONE })
    assert.deepEqual(structuralSchema(one), {
      type: 'object',
      properties: { a: { type: 'string' } },
      minProperties: 1,
      maxProperties: 1,
    })
    const lax = inCrd(z.enum(['In']).describe('How.'), { instead: { type: 'string' } })
    assert.deepEqual(structuralSchema(lax), { description: 'How.', type: 'string' })
    assert.deepEqual(structuralSchema(z.object({ a: inCrd(z.string(), { optional: true }) })).required, undefined)
  })

  test('leaves out of v1beta1 what is in v1 only', () => {
    const schema = z.object({ a: z.string().optional(), b: documented(z.string().optional(), 'New.', { v1Only: true }) })
    assert.deepEqual(structuralSchema(schema, inV1beta1), { type: 'object', properties: { a: { type: 'string' } } })
  })
})
