import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { convertKeys, reverseKeys } from '../../../plugin/expansion/convert.ts'
import { validateKeys } from '../../../plugin/expansion/validate-keys.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'

const keys = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { maxLength: 6 })
const valuesOf = (names: readonly string[]) => new Map(names.map((name, index) => [name, index]))

test('every converted key is one that validateKeys lets pass', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
      fc.constantFrom('', 'Default', 'Unicode'),
      (key, strategy) => {
        const converted = convertKeys(strategy, valuesOf([key]))
        assert.equal(validateKeys(converted, '').size, 1)
      },
    ),
  )
})

test('Unicode is undone by ReverseUnicode when no key held an escape before', () => {
  fc.assert(
    fc.property(keys, (names) => {
      fc.pre(names.every((name) => !name.includes('_') && name.isWellFormed()))
      assert.deepEqual(reverseKeys('ReverseUnicode', convertKeys('Unicode', valuesOf(names))), valuesOf(names))
    }),
  )
})

test('no value is lost: a collision is an error that names the key and a remedy', () => {
  fc.assert(
    fc.property(keys, (names) => {
      try {
        assert.equal(convertKeys('Default', valuesOf(names)).size, names.length)
      } catch (thrown) {
        assert.ok(thrown instanceof SecretError)
        assert.match(thrown.message, /^secret name collision during conversion: /)
        assert.match(thrown.remedy ?? '', /Unicode/)
      }
    }),
  )
})

test('a key that means something to JavaScript as a strategy or a name changes nothing', () => {
  assert.deepEqual([...convertKeys('toString', new Map([['__proto__/a', 1]]))], [['__proto__/a', 1]])
  assert.deepEqual([...convertKeys('Default', new Map([['__proto__', 1]]))], [['__proto__', 1]])
})
