import { FunctionError } from '../function-error.ts'
import { types } from '../go-type.ts'
import { isEmpty, type TemplateValue } from '../value.ts'
import { areEqual, isLess } from './compare-values.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'

const FIRST: Parameter = { name: 'value', type: types.any }
const OTHERS: Parameter = { name: 'others', type: types.any, rest: true }

export const logicFunctions: readonly TemplateFunction[] = [
  {
    name: 'and',
    parameters: [FIRST, OTHERS],
    returns: types.any,
    doc: 'The first value that is missing, empty, 0 or false, else the last.',
    source: 'Go text/template',
    example: {
      go: '{{if and "a" ""}}both{{else}}not both{{end}}',
      handlebars: '{{#if (and "a" missing)}}both{{else}}not both{{/if}}',
      gives: 'not both',
    },
    safeMessage: true,
    takesMissing: true,
    stopsAt: 'empty',
    run: (call) => firstOrLast(call, isEmpty),
  },
  {
    name: 'or',
    parameters: [FIRST, OTHERS],
    returns: types.any,
    doc: 'The first value that is not missing, empty, 0 or false, else the last.',
    source: 'Go text/template',
    example: { go: '{{or "" "b"}}', handlebars: '{{or missing "b"}}', gives: 'b' },
    safeMessage: true,
    takesMissing: true,
    stopsAt: 'full',
    run: (call) => firstOrLast(call, (value) => !isEmpty(value)),
  },
  {
    name: 'not',
    parameters: [{ name: 'value', type: types.any }],
    returns: types.bool,
    doc: 'Whether the value is missing, empty, 0 or false.',
    source: 'Go text/template',
    example: { go: '{{not "a"}}', gives: 'false' },
    safeMessage: true,
    takesMissing: true,
    run: (call) => isEmpty(call.value(0)),
  },
  {
    name: 'eq',
    parameters: [FIRST, OTHERS],
    returns: types.bool,
    doc: 'Whether the first value equals any of the others. Texts and numbers are never equal: comparing them is an error.',
    source: 'Go text/template',
    example: { go: '{{eq "b" "a" "b"}}', gives: 'true' },
    safeMessage: false,
    run: (call) => {
      if (call.count === 1) throw new FunctionError('missing argument for comparison', true)
      return call.rest(1).some((other) => areEqual(call.value(0), other))
    },
  },
  {
    name: 'ne',
    parameters: [FIRST, { name: 'other', type: types.any }],
    returns: types.bool,
    doc: 'Whether the two values differ.',
    source: 'Go text/template',
    example: { go: '{{ne "a" "b"}}', gives: 'true' },
    safeMessage: false,
    run: (call) => !areEqual(call.value(0), call.value(1)),
  },
  ordering('lt', 'Whether the first value is less than the second.', '{{lt 1 2}}', isLess),
  ordering(
    'le',
    'Whether the first value is less than the second, or equal to it.',
    '{{le 2 2}}',
    (left, right) => isLess(left, right) || areEqual(left, right),
  ),
  ordering(
    'gt',
    'Whether the first value is greater than the second.',
    '{{gt "b" "a"}}',
    (left, right) => !isLess(left, right) && !areEqual(left, right),
  ),
  ordering(
    'ge',
    'Whether the first value is greater than the second, or equal to it.',
    '{{ge 2 2}}',
    (left, right) => !isLess(left, right),
  ),
]

function ordering(
  name: string,
  doc: string,
  go: string,
  holds: (left: TemplateValue, right: TemplateValue) => boolean,
): TemplateFunction {
  return {
    name,
    parameters: [FIRST, { name: 'other', type: types.any }],
    returns: types.bool,
    doc,
    source: 'Go text/template',
    example: { go, gives: 'true' },
    safeMessage: true,
    run: (call) => holds(call.value(0), call.value(1)),
  }
}

function firstOrLast(call: FunctionCall, decides: (value: TemplateValue) => boolean): TemplateValue {
  const values = call.rest(0)
  const index = values.findIndex(decides)
  return values.at(index)
}
