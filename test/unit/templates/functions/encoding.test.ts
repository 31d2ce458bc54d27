import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { byteText, byteTextOf } from '../../../../templates/byte-text.ts'
import { encodingFunctions } from '../../../../templates/functions/encoding-functions.ts'
import { printed, valueOf } from './call-one.ts'

/** Expectations come from Go's encoding/base64, encoding/base32 and encoding/hex. */
describe('the error says where, and stands for the value', () => {
  const cases: readonly (readonly [name: string, text: string, expected: string])[] = [
    ['b64dec', 'aGVs\nbG8=', 'hello'],
    ['b64dec', 'aGVsbG9=', 'hello'],
    ['b64dec', 'aGVsbG8', 'illegal base64 data at input byte 4'],
    ['b64dec', 'YWI', 'illegal base64 data at input byte 0'],
    ['b64dec', 'not base64!', 'illegal base64 data at input byte 3'],
    ['b64dec', '====', 'illegal base64 data at input byte 0'],
    ['b64dec', 'YQ==YQ==', 'illegal base64 data at input byte 4'],
    ['b32dec', 'NBSWY3DP', 'hello'],
    ['b32dec', 'ME======', 'a'],
    ['b32dec', 'ME==\n====', 'a'],
    ['b32dec', 'nbswy3dp', 'illegal base32 data at input byte 0'],
    ['b32dec', 'NBSWY3D', 'illegal base32 data at input byte 0'],
    ['b32dec', 'ME=====', 'illegal base32 data at input byte 7'],
    ['b32dec', 'MEA=====', 'illegal base32 data at input byte 3'],
    ['b32dec', 'ME===A==', 'illegal base32 data at input byte 4'],
    ['hexdec', '4F4b', 'OK'],
    ['hexdec', '6865A', 'encoding/hex: odd length hex string'],
    ['hexdec', 'zz1', "encoding/hex: invalid byte: U+007A 'z'"],
    ['hexdec', '\x01', 'encoding/hex: invalid byte: U+0001'],
    ['hexdec', 'é', "encoding/hex: invalid byte: U+00C3 'Ã'"],
  ]
  for (const [name, text, expected] of cases) {
    test(`${name} ${JSON.stringify(text)}`, () => {
      assert.equal(printed(encodingFunctions, name, [byteTextOf(text)]), expected)
    })
  }
})

for (const [encode, decode] of [
  ['b64enc', 'b64dec'],
  ['b32enc', 'b32dec'],
] as const) {
  test(`${decode} gives back any bytes that ${encode} got`, () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = byteText(bytes)
        assert.equal(valueOf(encodingFunctions, decode, [valueOf(encodingFunctions, encode, [text])]), text)
      }),
    )
  })
}
