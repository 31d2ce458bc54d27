import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { quoteName } from '../../../plugin/model/quote-name.ts'

test('a plain name stands in quotes', () => {
  assert.equal(quoteName('my-app/db'), '"my-app/db"')
})

test('a name cannot end its quotes or write to the terminal', () => {
  assert.equal(quoteName('a"b\u001b[31m\n\u202ec'), '"a\\"b\\u001b[31m\\u000a\\u202ec"')
})

test('a quoted name is one bounded line of printable characters, whatever the name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const quoted = quoteName(name)
      assert.doesNotMatch(quoted, /[\p{Cc}\p{Zl}\p{Zp}]/u)
      assert.ok(quoted.length <= 200 * 8 + 3)
    }),
  )
})
