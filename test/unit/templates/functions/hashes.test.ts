import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { byteTextOf } from '../../../../templates/byte-text.ts'
import { hashFunctions } from '../../../../templates/functions/hash-functions.ts'
import { printed } from './call-one.ts'

describe('digests are those of the bytes', () => {
  const cases: readonly (readonly [name: string, text: string, expected: string])[] = [
    ['sha1sum', 'é', 'bf15be717ac1b080b4f1c456692825891ff5073d'],
    ['sha256sum', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['sha256sum', 'Hello world!', 'c0535e4be2b79ffd93291305436bf889314e4a3faec05ecffcbb7df31ad9e51a'],
    [
      'sha512sum',
      'Hello world!',
      'f6cde2a0f819314cdde55fc227d8d7dae3d28cc556222a0a8ad66d91ccad4aad6094f517a2182360c9aacf6a3dc323162cb6fd8cdffedb0fe038f55e85ffb5b6',
    ],
    ['adler32sum', '', '1'],
    ['adler32sum', 'é', '36766061'],
    ['adler32sum', 'Hello world!', '487130206'],
  ]
  for (const [name, text, expected] of cases) {
    test(`${name} ${JSON.stringify(text)}`, () => {
      assert.equal(printed(hashFunctions, name, [byteTextOf(text)]), expected)
    })
  }
})

test('a checksum of a megabyte does not overflow', () => {
  assert.equal(printed(hashFunctions, 'adler32sum', ['\xff'.repeat(1_000_000)]), '943972798')
})
