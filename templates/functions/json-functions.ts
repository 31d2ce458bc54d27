import { FunctionError, RefusedCall } from '../function-error.ts'
import { types } from '../go-type.ts'
import type { TemplateValue } from '../value.ts'
import { type JsonStyle, jsonText } from './json-text.ts'
import { mustTwin } from './must-twin.ts'
import { type NumberReader, readJson } from './read-json.ts'
import type { FunctionCall, TemplateFunction } from './template-function.ts'
import { TEXT } from './text-parameters.ts'

/** `swallow`: what cannot be written is an empty text. `panic`: it fails, as the must twin always does. */
type OnError = 'swallow' | 'panic'

function writers(
  name: string,
  about: Pick<TemplateFunction, 'doc' | 'example'>,
  style: JsonStyle,
  onError: OnError,
): readonly TemplateFunction[] {
  const write: TemplateFunction['run'] = (call) => jsonText(call.value(0), call, style)
  const plain: TemplateFunction = {
    name,
    parameters: [{ name: 'value', type: types.any }],
    returns: types.string,
    source: 'sprig',
    safeMessage: true,
    ...about,
    run: onError === 'panic' ? write : (call) => orNothing(() => write(call)),
  }
  return [plain, { ...mustTwin(plain), run: write }]
}

function orNothing(write: () => TemplateValue): TemplateValue {
  try {
    return write()
  } catch (thrown) {
    if (thrown instanceof FunctionError && !(thrown instanceof RefusedCall)) return ''
    throw thrown
  }
}

const fromJson: TemplateFunction = {
  name: 'fromJson',
  parameters: [TEXT],
  returns: types.any,
  doc: 'The value of a JSON text: an object, a list, a text, a number, a boolean or null.',
  source: 'sprig',
  example: {
    go: '{{(fromJson "{\\"port\\":5432}").port}}',
    handlebars: '{{lookup (fromJson "{\\"port\\":5432}") "port"}}',
    gives: '5432',
  },
  safeMessage: true,
  goOnError: 'nothing',
  run: (call) => readOrFail(call),
}

/** Reads the text of a call of fromJson, which overlooks numbers that are too large. Throws FunctionError that does not quote it. */
export function readOrFail(call: FunctionCall, numberOf?: NumberReader): TemplateValue {
  const { value, problem } = readJson(call.text(0), call, numberOf)
  if (value !== undefined || problem === undefined) return value
  throw new FunctionError('the text is not valid JSON', true)
}

/** Go's own text quotes what it read. */
function mustRead(call: FunctionCall): TemplateValue {
  const { value, problem } = readJson(call.text(0), call)
  if (problem === undefined) return value
  throw new FunctionError(problem)
}

export const jsonFunctions: readonly TemplateFunction[] = [
  fromJson,
  { ...mustTwin(fromJson), safeMessage: false, run: mustRead },
  ...writers(
    'toJson',
    {
      doc: 'As compact JSON with sorted keys; `<`, `>` and `&` are escaped as Go does it.',
      example: { go: '{{toJson (dict "b" (list 1 2) "a" "<")}}', gives: '{"a":"\\u003c","b":[1,2]}' },
    },
    { html: 'escaped', layout: 'compact' },
    'swallow',
  ),
  ...writers(
    'toPrettyJson',
    {
      doc: 'As JSON with sorted keys, indented by two spaces.',
      example: { go: '{{toPrettyJson (dict "a" 1)}}', gives: '{\n  "a": 1\n}' },
    },
    { html: 'escaped', layout: 'pretty' },
    'swallow',
  ),
  ...writers(
    'toRawJson',
    {
      doc: 'As compact JSON with sorted keys; `<`, `>` and `&` stay as they are.',
      example: { go: '{{toRawJson (dict "a" "<")}}', gives: '{"a":"<"}' },
    },
    { html: 'raw', layout: 'compact' },
    'panic',
  ),
]
