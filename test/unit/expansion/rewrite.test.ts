import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { type RewriteOperation, rewrite } from '../../../plugin/expansion/rewrite.ts'
import { RewriteError } from '../../../plugin/expansion/rewrite-error.ts'
import { SecretValue } from '../../../plugin/model/secret-value.ts'
import { goKeyRenaming } from '../../../templates/scopes/go-key-renaming.ts'
import { roomyBudget, roomySurroundings } from '../templates/render-data.ts'

type Operation = Partial<RewriteOperation>

function rewritten(operations: readonly Operation[], values: Readonly<Record<string, string>>, budget = roomyBudget): unknown {
  const secrets = new Map(Object.entries(values).map(([key, value]) => [key, SecretValue.fromText(value)]))
  const tools = { keyRenaming: goKeyRenaming, budget, surroundings: roomySurroundings }
  const result = rewrite(operations, secrets, tools) ?? new Map<string, SecretValue>()
  return Object.fromEntries(Array.from(result, ([key, value]) => [key, new TextDecoder().decode(value.reveal())]))
}

function failure(operations: readonly Operation[], values: Readonly<Record<string, string>>, budget = roomyBudget): RewriteError {
  try {
    rewritten(operations, values, budget)
  } catch (thrown) {
    assert.ok(thrown instanceof RewriteError)
    return thrown
  }
  return assert.fail('it did not fail')
}

const transform = (template: string): Operation => ({ transform: { template } })
const merge = (options: Partial<NonNullable<RewriteOperation['merge']>>): Operation => ({
  merge: { into: '', priorityPolicy: 'Strict', conflictPolicy: 'Error', strategy: 'Extract', ...options },
})

describe('keys', () => {
  test('a name that a template does not know is what Go prints for nothing, as in External Secrets', () => {
    assert.deepEqual(rewritten([transform('{{ .value }}-{{ .nope }}')], { a: '1' }), { 'a-<no value>': '1' })
  })

  test('an expression that cannot be is an error even without keys, a template that fails is none', () => {
    assert.match(failure([{ regexp: { source: '[', target: '' } }], {}).message, /missing closing \]/)
    assert.deepEqual(rewritten([transform('{{ fail "x" }}')], {}), {})
  })

  test('what costs too much names its operation', () => {
    const { operation, shown } = failure(
      [{ regexp: { source: 'a', target: 'b' } }, transform('{{ repeat 1000000 .value }}')],
      { a: '1' },
      { ...roomyBudget, outputBytes: 1000 },
    )
    assert.equal(operation, 1)
    assert.match(shown, /more than 1000 bytes/)
  })

  test('all keys together have the time of one template', () => {
    let now = 0
    const budget = { ...roomyBudget, wallTimeMs: 10, now: () => now++ }
    const values = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key-${index}`, '']))
    assert.match(failure([transform('{{ .value }}')], values, budget).shown, /longer than 10 ms/)
  })

  test('an expression that matches nothing changes nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }), (values) => {
        assert.deepEqual(rewritten([{ regexp: { source: String.raw`[^\s\S]`, target: 'x' } }], values), values)
      }),
    )
  })
})

describe('merging', () => {
  test('what a JSON parser says of a value is not shown', () => {
    const { message, shown } = failure([merge({})], { a: '{"x":s3cret}' })
    assert.match(message, /invalid character 's' looking for beginning of value/)
    assert.equal(shown, 'merge failed with failed to unmarshal JSON: the value of "a" is not a JSON object')
  })

  test('only the first level is merged', () => {
    const values = { a: '{"x":{"p":1,"q":1}}', b: '{"x":{"p":2}}' }
    assert.deepEqual(rewritten([merge({ conflictPolicy: 'Ignore' })], values), { x: '{"p":2}' })
  })

  test('the last of the keys with priority wins over all', () => {
    const values = { a: '{"x":"a"}', b: '{"x":"b"}', c: '{"x":"c"}' }
    assert.deepEqual(rewritten([merge({ conflictPolicy: 'Ignore', priority: ['c', 'a'] })], values), { x: 'a' })
  })

  test('JSON keeps the values and its escapes', () => {
    const values = { a: String.raw`{"x":"<\\u003c>&\u2028"}` }
    const { out } = rewritten([merge({ strategy: 'JSON', into: 'out' })], values) as Record<string, string>
    assert.equal(out, String.raw`{"x":"<\\u003c>&\u2028"}`)
  })
})
