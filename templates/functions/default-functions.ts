import { FunctionError } from '../function-error.ts'
import { type GoType, types } from '../go-type.ts'
import { isEmpty } from '../value.ts'
import type { Parameter, TemplateFunction } from './template-function.ts'
import { textNamed } from './text-parameters.ts'

const VALUES: Parameter = { name: 'values', type: types.any, rest: true }

/** A function of sprig's about what is empty; its arguments may be missing. */
function ofEmptiness(
  name: string,
  parameters: readonly Parameter[],
  about: Pick<TemplateFunction, 'doc' | 'example'> & { readonly returns: GoType },
  run: TemplateFunction['run'],
): TemplateFunction {
  return { name, parameters, source: 'sprig', safeMessage: true, takesMissing: true, ...about, run }
}

export const defaultFunctions: readonly TemplateFunction[] = [
  ofEmptiness(
    'default',
    [
      { name: 'otherwise', type: types.any },
      { name: 'value', type: types.any, rest: true },
    ],
    {
      returns: types.any,
      doc: 'The value, or `otherwise` when it is missing, empty, 0 or false.',
      example: { go: '{{default "5432" ""}}', handlebars: '{{default "5432" port}}', gives: '5432' },
    },
    (call) => (call.count < 2 || isEmpty(call.value(1)) ? call.value(0) : call.value(1)),
  ),
  ofEmptiness(
    'empty',
    [{ name: 'value', type: types.any }],
    {
      returns: types.bool,
      doc: 'Whether the value is missing, empty, 0 or false.',
      example: { go: '{{empty ""}}', gives: 'true' },
    },
    (call) => isEmpty(call.value(0)),
  ),
  ofEmptiness(
    'coalesce',
    [VALUES],
    {
      returns: types.any,
      doc: 'The first value that is not missing, empty, 0 or false.',
      example: { go: '{{coalesce "" 0 "b" "c"}}', gives: 'b' },
    },
    (call) => call.rest(0).find((value) => !isEmpty(value)),
  ),
  ofEmptiness(
    'all',
    [VALUES],
    {
      returns: types.bool,
      doc: 'Whether no value is missing, empty, 0 or false.',
      example: { go: '{{all 1 "a" true}}', gives: 'true' },
    },
    (call) => !call.rest(0).some(isEmpty),
  ),
  ofEmptiness(
    'any',
    [VALUES],
    {
      returns: types.bool,
      doc: 'Whether some value is not missing, empty, 0 or false.',
      example: { go: '{{any "" 0 "a"}}', gives: 'true' },
    },
    (call) => !call.rest(0).every(isEmpty),
  ),
  {
    name: 'ternary',
    parameters: [
      { name: 'yes', type: types.any },
      { name: 'no', type: types.any },
      { name: 'condition', type: types.bool },
    ],
    returns: types.any,
    doc: 'The first value if the condition is true, else the second.',
    source: 'sprig',
    example: { go: '{{ternary "on" "off" (eq "a" "a")}}', gives: 'on' },
    safeMessage: true,
    run: (call) => (call.boolean(2) ? call.value(0) : call.value(1)),
  },
  {
    name: 'fail',
    parameters: [textNamed('message')],
    returns: types.string,
    doc: 'Ends the template with this message.',
    source: 'sprig',
    example: {
      go: '{{if eq 1 2}}{{fail "not equal"}}{{end}}ok',
      handlebars: '{{#if (eq 1 2)}}{{fail "not equal"}}{{/if}}ok',
      gives: 'ok',
    },
    safeMessage: false,
    run: (call) => {
      throw new FunctionError(call.text(0))
    },
  },
]
