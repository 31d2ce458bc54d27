import { types } from '../go-type.ts'
import { goTypeName } from '../value.ts'
import { deepEqual } from './deep-equal.ts'
import { goKindOf } from './go-kind.ts'
import type { Parameter, TemplateFunction } from './template-function.ts'

const VALUE: Parameter = { name: 'value', type: types.any }

/** A function of a value's type that never fails; nil has one too. */
function ofType(
  name: string,
  parameters: readonly Parameter[],
  about: Pick<TemplateFunction, 'returns' | 'doc' | 'example'>,
  run: TemplateFunction['run'],
): TemplateFunction {
  return { name, parameters, source: 'sprig', safeMessage: true, takesMissing: true, ...about, run }
}

export const reflectFunctions: readonly TemplateFunction[] = [
  ofType(
    'typeOf',
    [VALUE],
    {
      returns: types.string,
      doc: "The value's type as Go names it: `int`, `float64`, `map[string]interface {}`.",
      example: { go: '{{typeOf 1.5}}', gives: 'float64' },
    },
    (call) => goTypeName(call.value(0)),
  ),
  ofType(
    'typeIs',
    [{ name: 'type', type: types.string }, VALUE],
    {
      returns: types.bool,
      doc: 'Whether the value has this type.',
      example: { go: '{{typeIs "string" "a"}}', gives: 'true' },
    },
    (call) => call.text(0) === goTypeName(call.value(1)),
  ),
  ofType(
    'typeIsLike',
    [{ name: 'type', type: types.string }, VALUE],
    {
      returns: types.bool,
      doc: 'Whether the value has this type, or points to one of it.',
      example: { go: '{{typeIsLike "string" "a"}}', gives: 'true' },
    },
    (call) => [call.text(0), `*${call.text(0)}`].includes(goTypeName(call.value(1))),
  ),
  ofType(
    'kindOf',
    [VALUE],
    {
      returns: types.string,
      doc: "The value's kind as Go names it: `int`, `string`, `slice`, `map`, `struct`; `invalid` for nothing.",
      example: { go: '{{kindOf (list 1)}}', gives: 'slice' },
    },
    (call) => goKindOf(call.value(0)),
  ),
  ofType(
    'kindIs',
    [{ name: 'kind', type: types.string }, VALUE],
    {
      returns: types.bool,
      doc: 'Whether the value is of this kind.',
      example: { go: '{{kindIs "map" (dict)}}', gives: 'true' },
    },
    (call) => call.text(0) === goKindOf(call.value(1)),
  ),
  ofType(
    'deepEqual',
    [
      { name: 'left', type: types.any },
      { name: 'right', type: types.any },
    ],
    {
      returns: types.bool,
      doc: 'Whether the two values have the same type and the same content all the way down: 1 and 1.0 differ.',
      example: { go: '{{deepEqual (list 1 2) (list 1 2)}}', gives: 'true' },
    },
    (call) => deepEqual(call.value(0), call.value(1), call),
  ),
]
