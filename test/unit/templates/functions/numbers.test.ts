import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { numberFloatFunctions } from '../../../../templates/functions/number-float-functions.ts'
import { numberFunctions } from '../../../../templates/functions/number-functions.ts'
import { float64, int, int64 } from '../../../../templates/go-number.ts'
import { BudgetExceeded } from '../../../../templates/meter.ts'
import { goTypeName, listOfAny, type TemplateValue } from '../../../../templates/value.ts'
import { printed, valueOf } from './call-one.ts'

const functions = [...numberFunctions, ...numberFloatFunctions]

function numbers(...values: readonly number[]): readonly TemplateValue[] {
  return values.map((value) => (Number.isInteger(value) ? int(value) : float64(value)))
}

/** Expectations come from Go (sprig with spf13/cast 1.10 and shopspring/decimal 1.4). */
describe('numbers are those of Go', () => {
  const cases: readonly (readonly [name: string, args: readonly TemplateValue[], expected: string])[] = [
    ['int', [float64(-3.99)], '-3'],
    ['int', [undefined], '0'],
    ['int', ['3.7'], '3'],
    ['int', ['0x1F'], '31'],
    ['int', ['010'], '8'],
    ['int', ['0o17'], '15'],
    ['int', ['0b11'], '3'],
    ['int', ['1_000'], '1000'],
    ['int', ['08'], '0'],
    ['int', [' 5 '], '0'],
    ['int', [float64(1e300)], '-9223372036854775808'],
    ['int64', ['9223372036854775807'], '9223372036854775807'],
    ['int64', ['9223372036854775808'], '0'],
    ['int64', [listOfAny(numbers(1))], '0'],
    ['int64', ['.5'], '0'],
    ['int64', ['-.5'], '0'],
    ['int64', ['-010'], '-8'],
    ['float64', ['1e3'], '1000'],
    ['float64', ['0x10'], '0'],
    ['float64', ['0x1.8p1'], '3'],
    ['float64', ['inf'], '+Inf'],
    ['float64', [' 1'], '0'],
    ['float64', [true], '1'],
    ['atoi', ['0x10'], '0'],
    ['atoi', ['+5'], '5'],
    ['atoi', ['99999999999999999999'], '9223372036854775807'],
    ['toDecimal', numbers(644), '420'],
    ['toDecimal', ['8'], '0'],
    ['toDecimal', ['-17'], '-15'],
    ['add', [], '0'],
    ['add', ['5', float64(2.9), true], '8'],
    ['add', [int(2n ** 63n - 1n), int(1)], '-9223372036854775808'],
    ['add1', ['9'], '10'],
    ['sub', ['9', float64(1.9)], '8'],
    ['div', numbers(-7, 2), '-3'],
    ['div', numbers(1, 0), '!runtime error: integer divide by zero'],
    ['mod', numbers(7, -3), '1'],
    ['mod', numbers(-7, 3), '-1'],
    ['mul', [int(4_611_686_018_427_387_904n), int(2)], '-9223372036854775808'],
    ['max', ['7', float64(6.9)], '7'],
    ['min', ['2', float64(1.9)], '1'],
    ['addf', numbers(0.1, 0.2), '0.3'],
    ['addf', [float64(Number.NaN)], '!Cannot create a Decimal from NaN'],
    ['subf', numbers(4.5, 1, 3), '0.5'],
    ['mulf', numbers(1.1, 1.1), '1.21'],
    ['divf', numbers(2, 3), '0.6666666666666667'],
    ['divf', numbers(-2, 3), '-0.6666666666666667'],
    ['divf', numbers(1, 0), '!decimal division by 0'],
    ['maxf', [float64(Number.NaN), float64(Number.POSITIVE_INFINITY)], '+Inf'],
    ['ceil', [float64(1e21)], '1e+21'],
    ['floor', [float64(-1.1)], '-2'],
    ['round', [float64(1.005), int(2)], '1'],
    ['round', [float64(-2.5), int(0)], '-3'],
    ['round', [float64(-1.5), int(0)], '-2'],
    ['round', [float64(123.456), int(-1)], '120'],
    ['round', [float64(123.3), int(0), float64(0.3)], '123'],
    ['until', numbers(-3), '[0 -1 -2]'],
    ['untilStep', numbers(3, 0, 0), '[]'],
    ['untilStep', numbers(3, 99, -1), '[]'],
    ['seq', [], ''],
    ['seq', numbers(0), '1 0'],
    ['seq', numbers(-5), '1 0 -1 -2 -3 -4 -5'],
    ['seq', numbers(7, -2, 1), '7 5 3 1'],
    ['seq', numbers(3, 3, 2), ''],
    ['seq', numbers(0, 1, 2, 3), ''],
    ['randInt', numbers(5, 5), '!invalid argument to Intn'],
  ]
  for (const [name, args, expected] of cases) {
    test(`${name} ${args.map((arg) => `${goTypeName(arg)} ${printedArgument(arg)}`).join(', ')}`, () => {
      assert.equal(printed(functions, name, args), expected)
    })
  }
})

function printedArgument(value: TemplateValue): string {
  return typeof value === 'object' && 'value' in value ? String(value.value) : JSON.stringify(value) || ''
}

test('arithmetic gives int64, which is another type than int', () => {
  assert.equal(goTypeName(valueOf(functions, 'add', numbers(1, 2))), 'int64')
  assert.equal(goTypeName(valueOf(functions, 'int', [int64(3)])), 'int')
})

test('what div and mod give makes up the dividend again', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), fc.integer({ min: 1 }), (dividend, divisor) => {
      const args = [int(dividend), int(divisor)]
      const [quotient, rest] = ['div', 'mod'].map((name) => BigInt(printed(functions, name, args)))
      assert.equal((quotient ?? 0n) * BigInt(divisor) + (rest ?? 0n), dividend)
    }),
  )
})

test('sums of cents are exact', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { maxLength: 20 }), (cents) => {
      const sum = printed(
        functions,
        'addf',
        cents.map((cent) => float64(cent / 100)),
      )
      assert.equal(Number(sum), cents.reduce((a, b) => a + b, 0) / 100)
    }),
  )
})

test('a list that is too long is not made', () => {
  assert.throws(() => valueOf(functions, 'until', numbers(10 ** 12)), BudgetExceeded)
  assert.throws(() => valueOf(functions, 'seq', numbers(1, 10 ** 12)), BudgetExceeded)
})

test('randInt stays within its bounds and draws from the stream of the render', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), (from, span) => {
      const args = [int(from), int(from + span)]
      const drawn = Number(printed(functions, 'randInt', args))
      assert.ok(drawn >= from && drawn < from + span)
      assert.equal(Number(printed(functions, 'randInt', args)), drawn)
    }),
  )
})
