import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { jsonToSecretMap } from '../../../plugin/json/secret-map.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'

function extract(json: string | Uint8Array): Readonly<Record<string, string>> {
  const bytes = typeof json === 'string' ? Buffer.from(json) : json
  return Object.fromEntries(
    [...jsonToSecretMap(bytes)].map(([key, value]) => [key, Buffer.from(value.reveal()).toString('latin1')]),
  )
}

test('strings lose their quotes and escapes', () => {
  assert.deepEqual(extract(String.raw`{"a":"x\n\"y\"","b":"","\u0063":"A"}`), { a: 'x\n"y"', b: '', c: 'A' })
})

test('numbers, booleans, lists and objects keep their spelling and their white space', () => {
  assert.deepEqual(extract('{"i":12345678901234567890,"f":1.0,"e":1e5,"t":true,"l":[1,  2] ,"o": { "x" : null } }'), {
    i: '12345678901234567890',
    f: '1.0',
    e: '1e5',
    t: 'true',
    l: '[1,  2]',
    o: '{ "x" : null }',
  })
})

test('null is an empty value, the document null has no keys', () => {
  assert.deepEqual(extract('{"a":null}'), { a: '' })
  assert.deepEqual(extract(' null\n'), {})
  assert.deepEqual(extract('{}'), {})
})

test('the last of equal keys wins, however they are written', () => {
  assert.deepEqual(extract(String.raw`{"a":"1","\u0061":"2"}`), { a: '2' })
})

test('bytes that are not UTF-8 stay in raw JSON and become U+FFFD, one a byte, in strings', () => {
  const json = Buffer.concat([
    Buffer.from('{"raw":["'),
    Buffer.from([0xe2, 0x82]),
    Buffer.from('"],"text":"'),
    Buffer.from([0xe2, 0x82]),
    Buffer.from('"}'),
  ])
  const values = jsonToSecretMap(json)
  assert.deepEqual(values.get('raw')?.reveal(), new Uint8Array([...Buffer.from('["'), 0xe2, 0x82, ...Buffer.from('"]')]))
  assert.equal(Buffer.from(values.get('text')?.reveal() ?? []).toString(), '\uFFFD\uFFFD')
})

test('half a surrogate pair becomes U+FFFD', () => {
  assert.equal(
    Buffer.from(jsonToSecretMap(Buffer.from(String.raw`{"a":"\ud800x"}`)).get('a')?.reveal() ?? []).toString(),
    '\uFFFDx',
  )
})

test('a key that means something to JavaScript is an ordinary key', () => {
  const values = jsonToSecretMap(Buffer.from('{"__proto__":"p","constructor":"c"}'))
  assert.deepEqual([...values.keys()], ['__proto__', 'constructor'])
})

describe('anything but an object is refused without quoting it', () => {
  for (const json of ['[1]', '7', '"canary"', 'canary', '', '{"a":"canary"', '{"a":1}canary', '{"a":1,}', '\uFEFF{}', 'true']) {
    test(JSON.stringify(json).replace('canary', '…'), () => {
      assert.throws(
        () => jsonToSecretMap(Buffer.from(json)),
        (error) =>
          error instanceof SecretError &&
          error.kind === 'InvalidSpec' &&
          error.message === 'value is not a JSON object' &&
          !error.cause,
      )
    })
  }
})
