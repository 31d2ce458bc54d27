import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import * as z from 'zod'
import { withoutNulls } from '../../../plugin/api/plain-object.ts'
import { readObject } from '../../../plugin/api/read-object.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'
import { runs } from '../../support/property-runs.ts'

/** One of each kind of schema that a provider's configuration is made of. */
const schema = z.object({
  text: z.string().min(2).max(4).optional(),
  pattern: z.string().regex(/^a+$/, { error: 'is not made of a' }).optional(),
  url: z.url().optional(),
  count: z.int().min(1).default(3),
  amount: z.number().optional(),
  flag: z.boolean().default(false),
  mode: z.enum(['on', 'off']).default('on'),
  fixed: z.literal('only').optional(),
  list: z
    .array(z.object({ name: z.string() }))
    .max(2)
    .optional(),
  map: z.record(z.string(), z.string()).optional(),
  keyed: z.record(z.string().regex(/^k/), z.object({ inner: z.string() })).optional(),
  either: z.union([z.int(), z.object({ a: z.string() }), z.object({ b: z.string(), c: z.string().optional() })]).optional(),
  tagged: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('x'), x: z.string() }),
      z.object({ type: z.literal('y'), y: z.string() }),
    ])
    .optional(),
  pair: z
    .object({ cert: z.string().optional(), key: z.string().optional() })
    .refine((value) => (value.cert === undefined) === (value.key === undefined), { error: 'needs both or none' })
    .optional(),
  trimmed: z
    .string()
    .transform((text) => text.trim())
    .optional(),
  later: z.lazy(() => z.object({ deep: z.string() })).optional(),
  nullable: z.string().nullable().optional(),
  open: z.looseObject({ known: z.string().optional() }).optional(),
  closed: z.strictObject({ known: z.string().optional() }).optional(),
  anything: z.unknown().optional(),
})

test('a derived reader agrees with zod on every kind of schema', () => {
  const names = Object.keys(schema.shape)
  const small = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('on', 'only', 'aa', 'aaaaa', '🙂🙂🙂🙂', 'https://a.example', 1, 0, true, null, {}, [], ' padded '),
    fc.dictionary(
      fc.constantFrom('name', 'a', 'b', 'c', 'type', 'x', 'y', 'cert', 'key', 'deep', 'known', 'k1', '__proto__', 'inner'),
      fc.jsonValue({ maxDepth: 1 }),
    ),
    fc.array(fc.record({ name: fc.string() }), { maxLength: 4 }),
    fc.constantFrom(
      { type: 'x', x: 'v' },
      { type: 'y', y: 'v', z: 1 },
      { cert: 'c', key: 'k' },
      { cert: 'c' },
      { b: 'v', c: 'w' },
      { k1: { inner: 'v' } },
      { q: { inner: 'v' } },
    ),
  )
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), small, { maxKeys: 3 }), (value) => {
      const reading = readObject(schema, value)
      if (reading.problems.some((problem) => problem.path.at(-1) === '__proto__')) return
      const parsed = schema.safeParse(withoutNulls(value))
      assert.equal(reading.problems.length === 0, parsed.success)
      if (parsed.success) assert.deepEqual(withoutNulls(reading.value), parsed.data)
    }),
    { numRuns: runs(3_000) },
  )
})

test('unknown fields are found below every kind of schema', () => {
  const { value, warnings } = readObject(schema, {
    list: [{ name: 'n', nmae: 1 }],
    keyed: { k1: { inner: 'v', other: 1 } },
    either: { b: 'v', odd: 1 },
    tagged: { type: 'y', y: 'v', x: 'w' },
    pair: { cert: 'c', key: 'k', chain: 1 },
    later: { deep: 'd', shallow: 1 },
    map: { free: 'x' },
    open: { free: 'x' },
    anything: { free: 'x' },
  })
  assert.ok(value)
  assert.deepEqual(
    warnings.map(({ path }) => fieldName(path)),
    ['list[0].nmae', 'keyed.k1.other', 'either.odd', 'tagged.x', 'pair.chain', 'later.shallow'],
  )
})

test('a schema speaks for itself where it has words, and zod never does', () => {
  const messages: readonly (readonly [unknown, string])[] = [
    [{ text: 'x' }, 'is too short; expected at least 2 characters'],
    [{ text: 'xxxxx' }, 'is too long; expected at most 4 characters'],
    [{ pattern: 'b' }, 'is not made of a'],
    [{ url: 'b' }, 'is not a valid url'],
    [{ count: 0 }, 'is too small; expected at least 1'],
    [{ count: 1.5 }, 'is a number; expected a whole number'],
    [{ list: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }, 'is too long; expected at most 2 items'],
    [{ pair: { cert: 'c' } }, 'needs both or none'],
    [{ keyed: { x: { inner: 'v' } } }, 'is not a valid key'],
    [{ either: 'text' }, 'is a string; expected a number or an object'],
    [{ either: { a: 1 } }, 'is a number; expected a string'],
    [{ tagged: { type: 'z' } }, 'is not valid'],
    [{ closed: { other: 1 } }, 'is an unknown field'],
    [{ fixed: 'other' }, 'is "other"; expected only'],
  ]
  for (const [value, message] of messages) {
    assert.deepEqual(
      readObject(schema, value).problems.map((problem) => problem.message),
      [message],
    )
  }
})

test('what several anchors share is read once, so that a bomb of aliases stays small', () => {
  let bomb: unknown = { none: null }
  for (let level = 0; level < 40; level++) bomb = [bomb, bomb]
  assert.equal(readObject(schema, { anything: bomb, text: 5 }).problems.length, 1)
})
