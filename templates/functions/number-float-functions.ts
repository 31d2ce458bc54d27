import { float64 } from '../go-number.ts'
import { types } from '../go-type.ts'
import type { TemplateValue } from '../value.ts'
import { castToFloat } from './cast.ts'
import {
  addDecimals,
  type Decimal,
  decimalOf,
  decimalToFloat,
  divideDecimals,
  multiplyDecimals,
  subtractDecimals,
} from './decimal.ts'
import { powerOfTen } from './power-of-ten.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'

const VALUE: Parameter = { name: 'value', type: types.any }
const A: Parameter = { name: 'a', type: types.any }
const OTHERS: Parameter = { name: 'others', type: types.any, rest: true }

/** Numbers with fractions. Sums, products and quotients are exact decimal arithmetic on the numbers as they are written. */
export const numberFloatFunctions: readonly TemplateFunction[] = [
  {
    name: 'addf',
    parameters: [{ name: 'values', type: types.any, rest: true }],
    returns: types.float64,
    doc: 'The sum of all.',
    source: 'sprig',
    example: { go: '{{addf 0.1 0.2}}', gives: '0.3' },
    safeMessage: true,
    run: (call) => float64(exactly(addDecimals, [float64(0), ...call.rest(0)], call)),
  },
  {
    name: 'add1f',
    parameters: [VALUE],
    returns: types.float64,
    doc: 'One more.',
    source: 'sprig',
    example: { go: '{{add1f 1.5}}', gives: '2.5' },
    safeMessage: true,
    run: (call) => float64(exactly(addDecimals, [call.value(0), float64(1)], call)),
  },
  {
    name: 'subf',
    parameters: [A, OTHERS],
    returns: types.float64,
    doc: 'The first without all others.',
    source: 'sprig',
    example: { go: '{{subf 7.5 2 3}}', gives: '2.5' },
    safeMessage: true,
    run: (call) => float64(exactly(subtractDecimals, call.rest(0), call)),
  },
  {
    name: 'mulf',
    parameters: [A, OTHERS],
    returns: types.float64,
    doc: 'The product of all.',
    source: 'sprig',
    example: { go: '{{mulf 1.1 1.1}}', gives: '1.21' },
    safeMessage: true,
    run: (call) => float64(exactly(multiplyDecimals, call.rest(0), call)),
  },
  {
    name: 'divf',
    parameters: [A, OTHERS],
    returns: types.float64,
    doc: 'The first divided by each of the others; each quotient is rounded at the 16th digit behind the point.',
    source: 'sprig',
    example: { go: '{{divf 10 4}}', gives: '2.5' },
    safeMessage: true,
    run: (call) => float64(exactly(divideDecimals, call.rest(0), call)),
  },
  {
    name: 'maxf',
    parameters: [A, OTHERS],
    returns: types.float64,
    doc: 'The largest.',
    source: 'sprig',
    example: { go: '{{maxf 1.5 2.5 2}}', gives: '2.5' },
    safeMessage: true,
    run: (call) => float64(extreme(call, Number.POSITIVE_INFINITY, Math.max)),
  },
  {
    name: 'minf',
    parameters: [A, OTHERS],
    returns: types.float64,
    doc: 'The smallest.',
    source: 'sprig',
    example: { go: '{{minf 1.5 0.5 2}}', gives: '0.5' },
    safeMessage: true,
    run: (call) => float64(extreme(call, Number.NEGATIVE_INFINITY, Math.min)),
  },
  {
    name: 'floor',
    parameters: [VALUE],
    returns: types.float64,
    doc: 'The next whole number down.',
    source: 'sprig',
    example: { go: '{{floor 1.9}}', gives: '1' },
    safeMessage: true,
    run: (call) => float64(Math.floor(castToFloat(call.value(0)))),
  },
  {
    name: 'ceil',
    parameters: [VALUE],
    returns: types.float64,
    doc: 'The next whole number up.',
    source: 'sprig',
    example: { go: '{{ceil 1.1}}', gives: '2' },
    safeMessage: true,
    run: (call) => float64(Math.ceil(castToFloat(call.value(0)))),
  },
  {
    name: 'round',
    parameters: [VALUE, { name: 'places', type: types.int }, { name: 'roundOn', type: types.float64, rest: true }],
    returns: types.float64,
    doc: 'To so many digits behind the point; up from the fraction `roundOn` on, which is 0.5 when left out. Negative numbers go down.',
    source: 'sprig',
    example: { go: '{{round 123.5555 3}}', gives: '123.556' },
    safeMessage: true,
    run: (call) => float64(round(castToFloat(call.value(0)), call.number(1), call.count > 2 ? call.float(2) : 0.5)),
  },
]

function exactly(operation: (a: Decimal, b: Decimal) => Decimal, values: readonly TemplateValue[], call: FunctionCall): number {
  const [first, ...others] = values
  let result = decimalOf(castToFloat(first))
  for (const value of others) {
    call.step(result.coefficient.toString(16).length)
    result = operation(result, decimalOf(castToFloat(value)))
  }
  return decimalToFloat(result)
}

/** Go's math.Max and math.Min: an infinity of that side beats even NaN. */
function extreme(call: FunctionCall, infinity: number, choose: (a: number, b: number) => number): number {
  return call
    .rest(0)
    .map(castToFloat)
    .reduce((best, value) => (best === infinity || value === infinity ? infinity : choose(best, value)))
}

/** sprig's own rule: it looks at the fraction with its sign, so that a negative one never reaches `roundOn`. */
function round(value: number, places: number, roundOn: number): number {
  const power = powerOfTen(places)
  const shifted = power * value
  return (shifted % 1 >= roundOn ? Math.ceil(shifted) : Math.floor(shifted)) / power
}
