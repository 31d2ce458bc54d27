import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { gjsonEscapeDots, gjsonGet, gjsonGetBytes } from '../../plugin/json/gjson.ts'
import { SecretError } from '../../plugin/model/secret-error.ts'
import { runs } from '../support/property-runs.ts'

const SYNTAX = [
  'a b 0 1 # * ? . | \\ ( ) [ ] { } , : " ! ~ % = < .. é \u{1F600} !5 #(a==1)#',
  '@this @keys @flatten @join @pretty @dig:a @tostr @fromstr @group @reverse',
]
  .join(' ')
  .split(' ')
const piece = fc.constantFrom(...SYNTAX)
const path = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
const text = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: 'binary' }),
  fc.json().map((json) => json.slice(0, -1)),
)

/** A member's name that is no syntax of the path language. */
const plainName = fc.string({ minLength: 1 }).filter((name) => !/^[@!#[{\d]|[*?|\\"]/.test(name) && name.isWellFormed())

test('whatever the text and the path, there is a text, nothing, or an error that names the path only', () => {
  fc.assert(
    fc.property(text, path, (json, written) => {
      try {
        const found = gjsonGet(json, written)
        assert.ok(found === undefined || typeof found === 'string')
      } catch (thrown) {
        assert.ok(thrown instanceof SecretError)
        assert.match(thrown.message, /^the property path /)
      }
    }),
    { numRuns: runs(3_000) },
  )
})

test('bytes of any kind with any path never end in another error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), path, (bytes, written) => {
      try {
        gjsonGetBytes(bytes, written)
      } catch (thrown) {
        assert.ok(thrown instanceof SecretError)
      }
    }),
    { numRuns: runs(2_000) },
  )
})

test('a name with its dots escaped finds the string that was put under it', () => {
  fc.assert(
    fc.property(plainName, fc.string({ unit: 'grapheme' }), (name, value) => {
      assert.equal(gjsonGet(JSON.stringify({ other: 1, [name]: value }), gjsonEscapeDots(name)), value.toWellFormed())
    }),
    { numRuns: runs(1_000) },
  )
})

test('an index finds the item, # counts them, and @reverse twice is the list itself', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), fc.nat(), (list, seed) => {
      const json = JSON.stringify({ list })
      const index = seed % list.length
      assert.equal(gjsonGet(json, `list.${index}`), list[index]?.toWellFormed())
      assert.equal(gjsonGet(json, 'list.#'), String(list.length))
      assert.equal(gjsonGet(json, 'list.@reverse.@reverse'), JSON.stringify(list))
    }),
  )
})

test('@tostr and @fromstr undo each other, @pretty and @ugly change nothing but white space', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const wellFormed = json.toWellFormed()
      const value: unknown = JSON.parse(wellFormed)
      const same = (made: string | undefined) => assert.deepEqual(JSON.parse(made ?? ''), value)
      if (typeof value === 'object' && value !== null) {
        same(gjsonGet(wellFormed, '@tostr|@fromstr'))
        same(gjsonGet(wellFormed, '@pretty'))
        same(gjsonGet(wellFormed, '@pretty|@ugly'))
      }
    }),
  )
})
