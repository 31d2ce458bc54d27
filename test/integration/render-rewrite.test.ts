import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memoryProvider } from '../support/memory-provider.ts'
import { renderText, STORE } from '../support/render.ts'
import { externalSecret, problemsOf, secretsOf, stream } from '../support/render-cases.ts'

/** A remote object whose values are JSON themselves. */
const objects = (values: Readonly<Record<string, unknown>>) =>
  JSON.stringify(Object.fromEntries(Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)])))

const memory = () =>
  memoryProvider({
    db: '{"db/user":"ada","db/pass":"s3cret"}',
    settings: objects({ a: { host: 'one' }, b: { host: 'two' }, c: 's3cret' }),
  })

const withRewrite = (key: string, rewrite: string, more = '') =>
  stream(STORE, externalSecret({ spec: `  dataFrom: [{extract: {key: ${key}${more}}, rewrite: ${rewrite}}]` }))

async function keysOf(key: string, rewrite: string, more = ''): Promise<unknown> {
  const [secret] = await secretsOf(withRewrite(key, rewrite, more), memory())
  return secret?.values
}

describe('keys of dataFrom are rewritten', () => {
  test('by a regular expression, on the names that the provider gave', async () => {
    const values = await keysOf('db', '[{regexp: {source: "^db/(.*)$", target: "DB_${1}"}}]')
    assert.deepEqual(values, { DB_user: 'ada', DB_pass: 's3cret' })
  })

  test('by a template', async () => {
    const values = await keysOf('db', `[{transform: {template: '{{ .value | upper | replace "/" "_" }}'}}]`)
    assert.deepEqual(values, { DB_USER: 'ada', DB_PASS: 's3cret' })
  })

  test('by one after the other', async () => {
    const rewrite = `[{regexp: {source: "^db/", target: ""}}, {transform: {template: 'app-{{ .value }}'}}]`
    assert.deepEqual(await keysOf('db', rewrite), { 'app-user': 'ada', 'app-pass': 's3cret' })
  })

  test('a rewrite that changes nothing still disables the conversion of keys, which are then refused', async () => {
    const [problem] = await problemsOf(withRewrite('db', '[{regexp: {source: nothing, target: x}}]'), memory())
    assert.match(problem?.message ?? '', /key has invalid character \//)
  })

  test('a key that becomes empty is left out', async () => {
    assert.deepEqual(await keysOf('db', '[{regexp: {source: ".*user|db/", target: ""}}]'), { pass: 's3cret' })
  })

  test('of two keys with the same value that become one it is the value', async () => {
    const provider = memoryProvider({ db: '{"a":"ada","b":"ada"}' })
    const text = withRewrite('db', '[{regexp: {source: ".*", target: k}}]')
    const [secret] = await secretsOf(text, provider)
    assert.deepEqual(secret?.values, { k: 'ada' })
  })

  test('two keys with different values that become one are a Conflict, which names it and the operation', async () => {
    const rewrite = '[{regexp: {source: x, target: z}}, {regexp: {source: ".*", target: k}}]'
    const [problem, ...more] = await problemsOf(withRewrite('db', rewrite), memory())
    assert.deepEqual(more, [])
    assert.deepEqual([problem?.kind, problem?.place.field], ['Conflict', 'spec.dataFrom[0].rewrite[1]'])
    assert.match(problem?.message ?? '', /^several keys with different values become "k"/)
    assert.doesNotMatch(`${problem?.message} ${problem?.remedy}`, /s3cret|ada/)
  })

  test('keys that are left out are no conflict, nor are those that a later entry gives anew', async () => {
    const text = stream(
      STORE,
      externalSecret({
        spec: '  dataFrom: [{extract: {key: db}, rewrite: [{regexp: {source: ".*", target: ""}}]}, {extract: {key: db}}, {extract: {key: db}}]',
      }),
    )
    assert.deepEqual((await renderText(text, memory())).problems, [])
  })

  test('a character that no key may hold is for the rewrite to correct', async () => {
    const [problem] = await problemsOf(withRewrite('db', '[{regexp: {source: nothing, target: x}}]'), memory())
    assert.match(problem?.remedy ?? '', /^correct rewrite/)
  })

  test('values are decoded after the keys are rewritten', async () => {
    const provider = memoryProvider({ db: '{"a/b":"aGk="}' })
    const text = withRewrite('db', '[{regexp: {source: /, target: "."}}]', ', decodingStrategy: Base64')
    const [secret] = await secretsOf(text, provider)
    assert.deepEqual(secret?.values, { 'a.b': 'hi' })
  })
})

describe('values of dataFrom are merged', () => {
  test('into keys of their own, the ones with priority last', async () => {
    const provider = memoryProvider({ all: objects({ a: { host: 'one', port: 1 }, b: { host: 'two' } }) })
    const text = withRewrite('all', '[{merge: {conflictPolicy: Ignore, priority: [a]}}]')
    const [secret] = await secretsOf(text, provider)
    assert.deepEqual(secret?.values, { host: 'one', port: '1' })
  })

  test('into one JSON value beside them', async () => {
    const provider = memoryProvider({ all: objects({ a: { x: '<1>' }, b: { y: 2 } }) })
    const [secret] = await secretsOf(withRewrite('all', '[{merge: {strategy: JSON, into: all}}]'), provider)
    assert.equal(secret?.values?.['all'], '{"x":"<1>","y":2}')
    assert.deepEqual(Object.keys(secret?.values ?? {}).toSorted(), ['a', 'all', 'b'])
  })
})

describe('a rewrite that cannot be done is a problem at its place', () => {
  for (const [what, rewrite, message] of [
    [
      'no expression',
      '[{regexp: {source: "(", target: x}}]',
      /^regexp failed with failed to compile: error parsing regexp: missing closing \): `\(`/,
    ],
    [
      'no template',
      '[{transform: {template: "{{ nope }}"}}]',
      /failed to parse template: template: transform:1: function "nope" not defined/,
    ],
    [
      'a template that fails',
      `[{transform: {template: '{{ fail "no" }}'}}]`,
      /failed to execute template for key "a": template: transform:1:3: executing "transform"/,
    ],
    ['no JSON', '[{merge: {}}]', /^merge failed with failed to unmarshal JSON: the value of "c" is not a JSON object/],
  ] as const) {
    test(what, async () => {
      const [problem] = await problemsOf(withRewrite('settings', rewrite), memory())
      assert.equal(problem?.kind, 'InvalidSpec')
      assert.equal(problem?.place.object, 'ExternalSecret default/app')
      assert.equal(problem?.place.field, 'spec.dataFrom[0].rewrite[0]')
      assert.match(problem?.message ?? '', message)
      assert.doesNotMatch(`${problem?.message} ${problem?.remedy}`, /s3cret/)
    })
  }

  test('a key of priority that is not there', async () => {
    const provider = memoryProvider({ all: objects({ a: { x: 1 } }) })
    const [problem] = await problemsOf(withRewrite('all', '[{merge: {priority: [zz]}}]'), provider)
    assert.match(problem?.message ?? '', /^merge failed with key "zz" not found in input map/)
    assert.match(problem?.remedy ?? '', /IgnoreNotFound/)
  })

  test('fields that are in several values are named', async () => {
    const provider = memoryProvider({ all: objects({ a: { x: 's3cret', y: 1 }, b: { x: 2, y: 3 } }) })
    const [problem] = await problemsOf(withRewrite('all', '[{regexp: {source: q, target: q}}, {merge: {}}]'), provider)
    assert.equal(problem?.place.field, 'spec.dataFrom[0].rewrite[1]')
    assert.match(problem?.message ?? '', /merge failed with conflicts: x, y/)
    assert.match(problem?.remedy ?? '', /conflictPolicy: Ignore/)
  })
})
