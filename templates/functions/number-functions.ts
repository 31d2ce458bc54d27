import { FunctionError } from '../function-error.ts'
import { printValue } from '../go-format/print-value.ts'
import { float64, GoInt, int, int64 } from '../go-number.ts'
import { types } from '../go-type.ts'
import { GoList } from '../value.ts'
import { castToFloat, castToInteger } from './cast.ts'
import { parseInteger } from './parse-integer.ts'
import { countFrom, type Range } from './range.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'
import { uniformBelow } from './uniform-below.ts'

const VALUE: Parameter = { name: 'value', type: types.any }
const A: Parameter = { name: 'a', type: types.any }
const B: Parameter = { name: 'b', type: types.any }
const OTHERS: Parameter = { name: 'others', type: types.any, rest: true }

/** Integers: conversion, arithmetic, counting. Numbers that come out of arithmetic are Go's int64, which wraps around. */
export const numberFunctions: readonly TemplateFunction[] = [
  {
    name: 'int',
    parameters: [VALUE],
    returns: types.int,
    doc: 'As an `int`: a fraction is dropped, `0x`, `0o`, `0b` and a leading 0 give the base of a text; what is no number is 0.',
    source: 'sprig',
    example: { go: '{{int "0x1F"}}', gives: '31' },
    safeMessage: true,
    run: (call) => int(castToInteger(call.value(0))),
  },
  {
    name: 'int64',
    parameters: [VALUE],
    returns: types.int64,
    doc: 'As an `int64`, by the rules of `int`.',
    source: 'sprig',
    example: { go: '{{int64 "12.9"}}', gives: '12' },
    safeMessage: true,
    run: (call) => int64(castToInteger(call.value(0))),
  },
  {
    name: 'atoi',
    parameters: [{ name: 'text', type: types.string }],
    returns: types.int,
    doc: 'The `int` that a decimal text is; 0 for what is none.',
    source: 'sprig',
    example: { go: '{{atoi "007"}}', gives: '7' },
    safeMessage: true,
    run: (call) => int(parseInteger(call.text(0), 10).value),
  },
  {
    name: 'toDecimal',
    parameters: [VALUE],
    returns: types.int64,
    doc: 'The number that an octal text is, such as a file mode; 0 for what is none.',
    source: 'sprig',
    example: { go: '{{toDecimal "0777"}}', gives: '511' },
    safeMessage: true,
    run: (call) => {
      const { value, problem } = parseInteger(printValue(call.value(0)), 8)
      return int64(problem ? 0n : value)
    },
  },
  {
    name: 'add',
    parameters: [{ name: 'values', type: types.any, rest: true }],
    returns: types.int64,
    doc: 'The sum of all; fractions are dropped first.',
    source: 'sprig',
    example: { go: '{{add 1 2 "3"}}', gives: '6' },
    safeMessage: true,
    run: (call) => int64(integers(call).reduce((sum, value) => sum + value, 0n)),
  },
  {
    name: 'add1',
    parameters: [VALUE],
    returns: types.int64,
    doc: 'One more.',
    source: 'sprig',
    example: { go: '{{add1 41}}', gives: '42' },
    safeMessage: true,
    run: (call) => int64(castToInteger(call.value(0)) + 1n),
  },
  {
    name: 'sub',
    parameters: [A, B],
    returns: types.int64,
    doc: '`a - b`.',
    source: 'sprig',
    example: { go: '{{sub 5 3}}', gives: '2' },
    safeMessage: true,
    run: (call) => int64(castToInteger(call.value(0)) - castToInteger(call.value(1))),
  },
  {
    name: 'mul',
    parameters: [A, OTHERS],
    returns: types.int64,
    doc: 'The product of all.',
    source: 'sprig',
    example: { go: '{{mul 2 3 7}}', gives: '42' },
    safeMessage: true,
    run: (call) => int64(integers(call).reduce((product, value) => BigInt.asIntN(64, product * value), 1n)),
  },
  {
    name: 'div',
    parameters: [A, B],
    returns: types.int64,
    doc: '`a / b`, toward zero.',
    source: 'sprig',
    example: { go: '{{div 7 2}}', gives: '3' },
    safeMessage: true,
    run: (call) => int64(castToInteger(call.value(0)) / divisor(call)),
  },
  {
    name: 'mod',
    parameters: [A, B],
    returns: types.int64,
    doc: 'What is left of `a / b`; its sign is that of `a`.',
    source: 'sprig',
    example: { go: '{{mod 7 3}}', gives: '1' },
    safeMessage: true,
    run: (call) => int64(castToInteger(call.value(0)) % divisor(call)),
  },
  ...['max', 'biggest'].map(
    (name): TemplateFunction => ({
      name,
      parameters: [A, OTHERS],
      returns: types.int64,
      doc: 'The largest; fractions are dropped first.',
      source: 'sprig',
      example: { go: `{{${name} 3 9 5}}`, gives: '9' },
      safeMessage: true,
      run: (call) => int64(integers(call).reduce((best, value) => (value > best ? value : best))),
    }),
  ),
  {
    name: 'min',
    parameters: [A, OTHERS],
    returns: types.int64,
    doc: 'The smallest; fractions are dropped first.',
    source: 'sprig',
    example: { go: '{{min 3 9 5}}', gives: '3' },
    safeMessage: true,
    run: (call) => int64(integers(call).reduce((best, value) => (value < best ? value : best))),
  },
  {
    name: 'until',
    parameters: [{ name: 'count', type: types.int }],
    returns: types.intList,
    doc: 'The numbers from 0 up to `count - 1`; down to `count + 1` for a negative one.',
    source: 'sprig',
    example: { go: '{{range until 3}}<{{.}}>{{end}}', handlebars: '{{#each (until 3)}}<{{this}}>{{/each}}', gives: '<0><1><2>' },
    safeMessage: true,
    run: (call) => intList(call, { start: 0n, stop: call.integer(0), step: call.integer(0) < 0n ? -1n : 1n }),
  },
  {
    name: 'untilStep',
    parameters: [
      { name: 'start', type: types.int },
      { name: 'stop', type: types.int },
      { name: 'step', type: types.int },
    ],
    returns: types.intList,
    doc: 'The numbers from `start` in steps, without `stop`; none when the step leads away from it.',
    source: 'sprig',
    example: {
      go: '{{range untilStep 0 10 4}}<{{.}}>{{end}}',
      handlebars: '{{#each (untilStep 0 10 4)}}<{{this}}>{{/each}}',
      gives: '<0><4><8>',
    },
    safeMessage: true,
    run: (call) => intList(call, { start: call.integer(0), stop: call.integer(1), step: call.integer(2) }),
  },
  {
    name: 'seq',
    parameters: [{ name: 'numbers', type: types.int, rest: true }],
    returns: types.string,
    doc: 'Counts as the shell command does: `seq end`, `seq start end` or `seq start step end`, with spaces between.',
    source: 'sprig',
    example: { go: '{{seq 1 2 7}}', gives: '1 3 5 7' },
    safeMessage: true,
    run: (call) => countFrom(sequence(integers(call)), call).join(' '),
  },
  {
    name: 'randInt',
    parameters: [
      { name: 'min', type: types.int },
      { name: 'max', type: types.int },
    ],
    returns: types.int,
    doc: 'A random number from `min` up to `max - 1`.',
    source: 'sprig',
    example: { go: '{{randInt 10 20}}', gives: /^1\d$/ },
    safeMessage: true,
    random: 'seeded',
    run: (call) => {
      const span = BigInt.asIntN(64, call.integer(1) - call.integer(0))
      if (span <= 0n) throw new FunctionError('invalid argument to Intn')
      return int(call.integer(0) + uniformBelow(span, call.random))
    },
  },
  {
    name: 'float64',
    parameters: [VALUE],
    returns: types.float64,
    doc: 'As a float; what is no number is 0.',
    source: 'sprig',
    example: { go: '{{float64 "1e3"}}', gives: '1000' },
    safeMessage: true,
    run: (call) => float64(castToFloat(call.value(0))),
  },
]

function integers(call: FunctionCall): readonly bigint[] {
  return call.rest(0).map(castToInteger)
}

function divisor(call: FunctionCall): bigint {
  const value = castToInteger(call.value(1))
  if (value === 0n) throw new FunctionError('runtime error: integer divide by zero')
  return value
}

function intList(call: FunctionCall, range: Range): GoList {
  return new GoList(
    types.intList,
    countFrom(range, call).map((value) => new GoInt(types.int, value)),
  )
}

const NOTHING: Range = { start: 0n, stop: 0n, step: 0n }

/** `end` itself belongs to the numbers. Four and more arguments give nothing. */
function sequence(numbers: readonly bigint[]): Range {
  const [first = 0n, second = 0n, third = 0n] = numbers
  if (numbers.length === 0 || numbers.length > 3) return NOTHING
  const start = numbers.length === 1 ? 1n : first
  const end = numbers.length === 1 ? first : numbers.length === 2 ? second : third
  const direction = end < start ? -1n : 1n
  return { start, stop: end + direction, step: numbers.length === 3 ? second : direction }
}
