import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parseGoDuration } from '../../../plugin/api/go-duration.ts'

const VALID: readonly (readonly [string, number])[] = [
  ['0', 0],
  ['+0', 0],
  ['0s', 0],
  ['1h', 3_600_000],
  ['1h0m0s', 3_600_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1_500],
  ['.5s', 500],
  ['1.s', 1_000],
  ['-10ms', -10],
  ['+10ms', 10],
  ['3us', 0.003],
  ['3µs', 0.003],
  ['3μs', 0.003],
  ['2000000ns', 2],
  ['1s1h', 3_601_000],
]

for (const [text, ms] of VALID) {
  test(`${text} is ${ms} milliseconds`, () => assert.equal(parseGoDuration(text), ms))
}

for (const text of [
  '',
  '-',
  '1',
  '60',
  '.s',
  's',
  '1d',
  '1 h',
  ' 1h',
  '1h ',
  '1H',
  '1h-1m',
  '1mns',
  '--1s',
  '1e3s',
  '0x1s',
  '١s',
  '2562048h',
]) {
  test(`${JSON.stringify(text)} is no duration`, () => assert.equal(parseGoDuration(text), undefined))
}

test('a sum of parts is the sum of their durations', () => {
  const part = fc.tuple(fc.nat(1_000), fc.constantFrom('ms', 's', 'm', 'h'))
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const texts = parts.map(([count, unit]) => `${count}${unit}`)
      const sum = texts.reduce((total, text) => total + (parseGoDuration(text) ?? Number.NaN), 0)
      assert.equal(parseGoDuration(texts.join('')), sum)
    }),
  )
})

test('a million digits are read in linear time', () => {
  assert.equal(parseGoDuration(`${'1'.repeat(1_000_000)}x`), undefined)
})
