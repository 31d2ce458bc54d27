import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { password } from '../../../../plugin/generators/password/password.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { generatorContext, textOf } from '../../../support/generator-context.ts'
import { runs } from '../../../support/property-runs.ts'

const SIGNAL = new AbortController().signal

async function made(spec: object, key = 'password', seed?: string): Promise<string> {
  const { values } = await password.generate(password.spec.parse(spec), generatorContext(seed), SIGNAL)
  return textOf(values, key)
}

async function refusal(spec: object): Promise<SecretError> {
  try {
    await made(spec)
  } catch (thrown) {
    if (thrown instanceof SecretError) return thrown
    throw thrown
  }
  throw new Error('nothing was refused')
}

const countOf = (text: string, pattern: RegExp): number => Array.from(text).filter((character) => pattern.test(character)).length
const isDistinct = (text: string): boolean => new Set(text).size === Array.from(text).length

describe('a password', () => {
  test('has 24 different characters by default, 6 of them digits and 6 symbols', async () => {
    const text = await made({})
    assert.equal(text.length, 24)
    assert.equal(countOf(text, /[0-9]/), 6)
    assert.equal(countOf(text, /[a-zA-Z]/), 12)
    assert.ok(isDistinct(text))
  })

  test('follows its rules, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          length: fc.integer({ min: 1, max: 60 }),
          digits: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
          symbols: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
          symbolCharacters: fc.option(fc.constantFrom('-_', '!', 'äöü€', '-0a', '!!!'), { nil: undefined }),
          noUpper: fc.boolean(),
          allowRepeat: fc.boolean(),
        }),
        fc.string(),
        async (spec, seed) => {
          const { length, noUpper, allowRepeat, symbolCharacters = '' } = spec
          const digits = spec.digits ?? Math.floor(length / 4)
          const symbols = spec.symbols ?? Math.floor(length / 4)
          const text = await made(spec, 'password', seed).catch((thrown: unknown) => thrown)
          if (text instanceof SecretError) {
            assert.equal(text.kind, 'InvalidSpec')
            const letters = length - digits - symbols
            assert.ok(letters < 0 || (!allowRepeat && (digits > 8 || symbols > 0 || letters > 26)), text.message)
            return
          }
          assert.ok(typeof text === 'string')
          assert.equal(Array.from(text).length, length)
          if (!/[0a]/.test(symbolCharacters)) {
            assert.equal(countOf(text, /[0-9]/), digits)
            assert.equal(countOf(text, /[a-zA-Z]/), length - digits - symbols)
          }
          if (noUpper) assert.equal(countOf(text, /[A-Z]/), 0)
          if (!allowRepeat) assert.ok(isDistinct(text))
        },
      ),
      { numRuns: runs(300) },
    )
  })

  test('has only the symbols that are asked for', async () => {
    assert.match(
      await made({ length: 8, digits: 0, symbols: 2, symbolCharacters: '-_' }),
      /^[a-zA-Z]*[-_][a-zA-Z]*[-_][a-zA-Z]*$/,
    )
  })

  test('takes every character about as often as every other, at every place', async () => {
    const counts = new Map<string, number>()
    for (let round = 0; round < 400; round++) {
      const text = await made({ length: 10, digits: 10, symbols: 0, allowRepeat: true }, 'password', `round ${round}`)
      for (const [place, digit] of Array.from(text).entries())
        counts.set(`${place} ${digit}`, (counts.get(`${place} ${digit}`) ?? 0) + 1)
    }
    assert.equal(counts.size, 100)
    const [least, most] = [Math.min(...counts.values()), Math.max(...counts.values())]
    assert.ok(least > 18 && most < 65, `${least} to ${most} of 40`)
  })

  test('of length 0 has the default length', async () => assert.equal((await made({ length: 0 })).length, 24))

  test('is another one for each key, and the same for the same key whatever others there are', async () => {
    const [one, two] = [await made({ secretKeys: ['a', 'b'] }, 'a'), await made({ secretKeys: ['a', 'b'] }, 'b')]
    assert.notEqual(one, two)
    assert.equal(await made({ secretKeys: ['c', 'a'] }, 'a'), one)
  })

  test('has nothing of the one before when its rules change', async () => {
    const [short, long] = [await made({ length: 24 }), await made({ length: 32, digits: 6, symbols: 6 })]
    assert.ok(!long.startsWith(short.slice(0, 4)))
    assert.equal(await made({ length: 24, digits: 6, symbols: 6, encoding: 'raw' }), short)
  })

  for (const [encoding, back] of [
    ['base64', 'base64'],
    ['base64url', 'base64url'],
    ['hex', 'hex'],
  ] as const) {
    test(`is written as ${encoding}`, async () => {
      const raw = await made({ length: 25, symbolCharacters: '~?>äö€ß' })
      const text = await made({ length: 25, symbolCharacters: '~?>äö€ß', encoding })
      assert.equal(Buffer.from(text, back).toString(), raw)
      if (encoding !== 'hex') assert.equal(text.length % 4, 0, 'it is padded')
      if (encoding === 'base64url') assert.doesNotMatch(text, /[+/]/)
    })
  }

  test('is written as base32, as Python does it', async () => {
    const raw = await made({ length: 7, digits: 7, symbols: 0 }, 'password', 'b')
    const text = await made({ length: 7, digits: 7, symbols: 0, encoding: 'base32' }, 'password', 'b')
    assert.match(text, /^[A-Z2-7]{12}={4}$/)
    assert.equal(Buffer.from(bitsOf(text)).toString(), raw)
  })
})

function bitsOf(base32: string): readonly number[] {
  const bits = Array.from(base32.replaceAll('=', ''))
    .map((character) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character).toString(2).padStart(5, '0'))
    .join('')
  return bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []
}

describe('refused is', () => {
  for (const [what, spec, field, message] of [
    ['a length below digits and symbols', { length: 4, digits: 3, symbols: 2 }, 'length', /fewer than 3 digits and 2 symbols/],
    ['more digits than there are', { length: 20, digits: 11, symbols: 0 }, 'digits', /11 digits, and there are 10/],
    ['more symbols than there are', { length: 9, symbols: 3, symbolCharacters: '-_-' }, 'symbols', /3 symbols, and there are 2/],
    ['more letters than there are', { length: 60, digits: 0, symbols: 0 }, 'length', /60 letters, and there are 52/],
    [
      'more small letters than there are',
      { length: 27, digits: 0, symbols: 0, noUpper: true },
      'length',
      /27 letters, and there are 26/,
    ],
    ['a negative number of digits', { digits: -1 }, 'digits', /less than 0/],
    ['a negative number of symbols', { symbols: -1 }, 'symbols', /less than 0/],
    ['what fills no Secret', { length: 1_000_000, allowRepeat: true }, 'length', /more than 65536/],
    ['an empty key', { secretKeys: ['a', ''] }, 'secretKeys[1]', /empty/],
    ['a key twice', { secretKeys: ['a', 'b', 'a'] }, 'secretKeys[2]', /"a" is there twice/],
  ] as const) {
    test(what, async () => {
      const error = await refusal(spec)
      assert.equal(error.kind, 'InvalidSpec')
      assert.equal(error.place.field, `spec.${field}`)
      assert.match(error.message, message)
      assert.ok(error.remedy)
    })
  }

  test('nothing of these where characters may repeat', async () => {
    assert.equal((await made({ length: 200, digits: 50, symbols: 50, symbolCharacters: '-', allowRepeat: true })).length, 200)
  })
})
