import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { checksum } from '../../../../plugin/argocd/wire/checksum.ts'

test('the checksum of known bytes', () => {
  assert.equal(checksum(new Uint8Array()), '0000000000000000')
  // The words 1 and 2: sums 1 and 3, sums of sums 1 and 4.
  assert.equal(checksum(Uint8Array.of(1, 0, 0, 0, 2)), '0000000300000004')
})

test('a changed byte changes the checksum', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, at, flip) => {
        const changed = Uint8Array.from(bytes)
        const place = at % bytes.byteLength
        changed[place] = (changed[place] ?? 0) ^ flip
        assert.notEqual(checksum(changed), checksum(bytes))
      },
    ),
  )
})

test('two different words that change places change the checksum', () => {
  const word = fc.integer({ min: 0, max: 0xffffffff })
  fc.assert(
    fc.property(fc.array(word, { minLength: 2, maxLength: 50 }), fc.nat(), (words, at) => {
      const place = at % (words.length - 1)
      const [first = 0, second = 0] = words.slice(place)
      fc.pre(first !== second)
      const swapped = words.toSpliced(place, 2, second, first)
      assert.notEqual(
        checksum(new Uint8Array(Uint32Array.from(swapped).buffer)),
        checksum(new Uint8Array(Uint32Array.from(words).buffer)),
      )
    }),
  )
})

test('the checksum does not depend on where the bytes lie', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 7 }), (bytes, offset) => {
      const elsewhere = new Uint8Array(bytes.byteLength + offset)
      elsewhere.set(bytes, offset)
      assert.equal(checksum(elsewhere.subarray(offset)), checksum(bytes))
    }),
  )
})
