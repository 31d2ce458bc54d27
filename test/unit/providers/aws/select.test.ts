import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { aws } from '../../../../plugin/providers/aws/provider.ts'
import type { FetchedSecret } from '../../../../plugin/providers/secret-reader.ts'

const secret = (text: string): FetchedSecret => ({ value: SecretValue.fromText(text), version: '1' })
const ref = (property?: string): { key: string; part: 'value'; property?: string } => ({
  key: 'app/db',
  part: 'value',
  ...(property !== undefined && { property }),
})

function selected(text: string, property?: string): string {
  return new TextDecoder().decode(aws.select(secret(text), ref(property)).reveal())
}

function extracted(text: string, property?: string): Record<string, string> {
  const entries = [...aws.extract(secret(text), ref(property))]
  return Object.fromEntries(entries.map(([key, value]) => [key, new TextDecoder().decode(value.reveal())]))
}

describe('selecting from an AWS secret', () => {
  test('no property, or an empty one, is all of it', () => {
    assert.equal(selected('not json'), 'not json')
    assert.equal(selected('{"a":1}', ''), '{"a":1}')
  })

  test('a property with dots is a name first and a path second', () => {
    const json = '{"a.b":"name","a":{"b":"path","c":"only path"}}'
    assert.equal(selected(json, 'a.b'), 'name')
    assert.equal(selected(json, 'a.c'), 'only path')
  })

  test('objects stay raw JSON, null is nothing', () => {
    assert.equal(selected('{"a":{"n": 1.0}}', 'a'), '{"n": 1.0}')
    assert.equal(selected('{"a":null}', 'a'), '')
  })

  test('a missing property names the property and the key, and is no missing secret', () => {
    for (const text of ['{"other":"s3cret"}', 's3cret', '']) {
      assert.throws(
        () => aws.select(secret(text), ref('password')),
        (thrown) =>
          thrown instanceof SecretError &&
          thrown.kind === 'NotFound' &&
          thrown.message.includes('"password"') &&
          thrown.message.includes('"app/db"') &&
          !thrown.message.includes('s3cret'),
      )
    }
    assert.equal(aws.meansAbsent, undefined, 'the rule of the port holds: a property is never absent')
  })
})

describe('extracting from an AWS secret', () => {
  test('gives the members of the object, or of the one that the property selects', () => {
    assert.deepEqual(extracted('{"user":"u","n":1.0,"o":{"a": 1},"none":null}'), { user: 'u', n: '1.0', o: '{"a": 1}', none: '' })
    assert.deepEqual(extracted('{"db":{"user":"u"}}', 'db'), { user: 'u' })
  })

  test('of something else fails without quoting it', () => {
    assert.throws(
      () => aws.extract(secret('s3cret'), ref()),
      (thrown) => thrown instanceof SecretError && !thrown.message.includes('s3cret'),
    )
  })
})
