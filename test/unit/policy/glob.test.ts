import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { fitsGlob } from '../../../plugin/policy/glob.ts'
import { runs } from '../../support/property-runs.ts'

describe('a pattern fits the whole text', () => {
  for (const [pattern, text, fits] of [
    ['payments', 'payments', true],
    ['payments', 'payments-2', false],
    ['payments', 'Payments', false],
    ['pay*', 'payments', true],
    ['pay*', 'pay', true],
    ['team/*', 'team/a', true],
    ['team/*', 'team/a/b', false],
    ['team/*', 'team/', true],
    ['team/**', 'team/a/b', true],
    ['team/**', 'team', false],
    ['**/db', 'a/b/db', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a?c', 'a😀c', true],
    ['*', '', true],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    [String.raw`a\*`, 'a*', true],
    [String.raw`a\*`, 'ab', false],
    [String.raw`a\\*`, String.raw`a\b`, true],
    [String.raw`a\b`, 'ab', true],
    ['a\\', 'a\\', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxbyy', false],
  ] as const) {
    test(`${pattern} and ${JSON.stringify(text)}: ${fits ? 'yes' : 'no'}`, () => {
      assert.equal(fitsGlob(pattern, text), fits)
    })
  }
})

test('it means what the same regular expression means', () => {
  const piece = fc.constantFrom('a', 'b', '/', '*', '**', '?', '.')
  const pattern = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 10 })
  fc.assert(
    fc.property(pattern, text, (glob, value) => {
      const source = glob.replaceAll(/\*\*+|[*?.]/g, (sign) =>
        sign.length > 1 ? '.*' : sign === '*' ? '[^/]*' : sign === '?' ? '[^/]' : '\\.',
      )
      assert.equal(fitsGlob(glob, value), new RegExp(`^${source}$`).test(value))
    }),
    { numRuns: runs(2_000) },
  )
})

test('hostile patterns take linear time', () => {
  assert.equal(fitsGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(5_000)), false)
})
