import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { gjsonEscapeDots, gjsonGet, gjsonGetBytes } from '../../../plugin/json/gjson.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'

interface Golden {
  readonly documents: Readonly<Record<string, string>>
  readonly cases: readonly (readonly [document: string, path: string, text?: string])[]
}

const golden: Golden = JSON.parse(readFileSync(new URL('./gjson.cases.json', import.meta.url), 'utf8'))

describe('a path gives what the Go library gives', () => {
  for (const [name, path, expected] of golden.cases) {
    test(`${name}: ${path}`, () => {
      assert.equal(gjsonGet(golden.documents[name] ?? '', path), expected)
    })
  }
})

test('the property of a name with dots is found when its dots are escaped, and not otherwise', () => {
  const json = '{"tls.crt":"cert","tls":{"crt":"other"}}'
  assert.equal(gjsonGet(json, gjsonEscapeDots('tls.crt')), 'cert')
  assert.equal(gjsonGet(json, 'tls.crt'), 'other')
})

test('bytes that are not UTF-8 come out as they went in', () => {
  const json = Buffer.concat([
    Buffer.from('{"a":"'),
    Buffer.from([0xff, 0x00, 0xfe, 0xc3]),
    Buffer.from('","b":{"c":"'),
    Buffer.from([0x80]),
    Buffer.from('"}}'),
  ])
  assert.deepEqual(gjsonGetBytes(json, 'a'), new Uint8Array([0xff, 0x00, 0xfe, 0xc3]))
  assert.deepEqual(gjsonGetBytes(json, 'b'), new Uint8Array([...Buffer.from('{"c":"'), 0x80, ...Buffer.from('"}')]))
})

test('names that mean something to JavaScript are ordinary names', () => {
  assert.equal(gjsonGet('{"a":1}', '__proto__'), undefined)
  assert.equal(gjsonGet('{"a":1}', 'constructor'), undefined)
  assert.equal(gjsonGet('{"__proto__":{"x":"own"}}', '__proto__.x'), 'own')
})

describe('a path that multiplies its input ends with an error that does not quote the secret', () => {
  const hostile: readonly (readonly [name: string, json: string, path: string])[] = [
    ['multipaths in a row', '["canary"]', Array(60).fill('[@this,@this]').join('|')],
    ['many modifiers on a long text', `["canary${'x'.repeat(1e6)}"]`, Array(5_000).fill('@this').join('|')],
    ['a deep path', '{"a":'.repeat(3_000), Array(3_000).fill('a').join('.')],
    ['digging through deep lists', `${'['.repeat(1e5)}"canary"${']'.repeat(1e5)}`, '@dig:a'],
    ['printing deep lists', `${'['.repeat(1e5)}"canary"${']'.repeat(1e5)}`, '@pretty'],
    ['flattening deep lists', `${'['.repeat(1e5)}"canary"${']'.repeat(1e5)}`, '@flatten:{"deep":true}'],
    ['wildcards on a long text', `["${'ab'.repeat(2e5)}"]`, `#(%"${'*a'.repeat(200)}c")`],
  ]
  for (const [name, json, path] of hostile) {
    test(name, () => {
      assert.throws(
        () => gjsonGet(json, path),
        (error) => error instanceof SecretError && error.kind === 'InvalidSpec' && !/canary|xxx/.test(error.message),
      )
    })
  }
})
