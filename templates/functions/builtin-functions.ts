import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { format } from '../go-format/format.ts'
import { printOperands } from '../go-format/print-operands.ts'
import { printValue } from '../go-format/print-value.ts'
import { int } from '../go-number.ts'
import { types } from '../go-type.ts'
import { isList, isMap, pointedTypeName, type TemplateValue } from '../value.ts'
import { htmlEscaped, jsEscaped, queryEscaped } from './escape-text.ts'
import { itemAt } from './item-at.ts'
import type { Parameter, TemplateFunction } from './template-function.ts'

const VALUES: Parameter = { name: 'values', type: types.any, rest: true }

/** What Go's text/template has by itself, but for conditions and comparisons. */
export const builtinFunctions: readonly TemplateFunction[] = [
  {
    name: 'len',
    parameters: [{ name: 'value', type: types.any }],
    returns: types.int,
    doc: 'The bytes of a text, the items of a list, the members of an object.',
    source: 'Go text/template',
    example: { go: '{{len "abc"}}', gives: '3' },
    safeMessage: true,
    run: (call) => int(lengthOf(call.value(0))),
  },
  {
    name: 'index',
    parameters: [
      { name: 'container', type: types.any },
      { name: 'keys', type: types.any, rest: true },
    ],
    returns: types.any,
    doc: 'The item of a list, the byte of a text or the member of a map under the key, and so on with further keys. A key that a map does not have gives nothing.',
    source: 'Go text/template',
    example: { go: '{{index (splitList "," "a,b") 1}}', gives: 'b' },
    safeMessage: false,
    run: (call) => itemAt(call.value(0), call.rest(1)),
  },
  {
    name: 'call',
    parameters: [
      { name: 'function', type: types.any },
      { name: 'arguments', type: types.any, rest: true },
    ],
    returns: types.any,
    doc: 'Calls a function value. There is none in a template, so that it always fails, as it does in External Secrets Operator.',
    source: 'Go text/template',
    example: { go: '{{if false}}{{call nil}}{{end}}', handlebars: '{{#if false}}{{call null}}{{/if}}', gives: '' },
    // The evaluator of Go templates says what is called, as Go does.
    safeMessage: false,
    run: () => {
      throw new FunctionError('there is no function value', true)
    },
  },
  ofValues('print', 'The values as text, with a space between two that are no texts.', '{{print 1 2 "a"}}', '1 2a', (values) =>
    printOperands(values),
  ),
  ofValues(
    'println',
    'The values as text with spaces between, and a line break.',
    '[{{println 1 "a"}}]',
    '[1 a\n]',
    (values) => `${values.map(printValue).join(' ')}\n`,
  ),
  {
    name: 'printf',
    parameters: [{ name: 'format', type: types.string }, VALUES],
    returns: types.string,
    doc: "The values in the places of a format, with Go's verbs: `%s`, `%d`, `%q`, `%v`, `%05.2f` and the others.",
    source: 'Go text/template',
    example: { go: '{{printf "%s:%05d" "a" 42}}', gives: 'a:00042' },
    safeMessage: true,
    run: (call) => format(call.text(0), call.rest(1), (bytes) => call.reserve(bytes)),
  },
  ofValues('html', 'Escaped for HTML.', '{{html "<b>"}}', '&lt;b&gt;', (values) => htmlEscaped(escaperText(values))),
  ofValues('js', 'Escaped for a JavaScript string.', `{{js "it's"}}`, "it\\'s", (values) => jsEscaped(escaperText(values))),
  ofValues(
    'urlquery',
    'Escaped for the query of a URL; a space becomes `+`.',
    '{{urlquery "a b&c/d"}}',
    'a+b%26c%2Fd',
    (values) => queryEscaped(escaperText(values)),
  ),
]

function ofValues(
  name: string,
  doc: string,
  go: string,
  gives: string,
  textOf: (values: readonly TemplateValue[]) => ByteText,
): TemplateFunction {
  return {
    name,
    parameters: [VALUES],
    returns: types.string,
    doc,
    source: 'Go text/template',
    example: { go, gives },
    safeMessage: true,
    run: (call) => textOf(call.rest(0)),
  }
}

/** What the escapers escape: unlike print they show nil as `<no value>`. */
function escaperText(values: readonly TemplateValue[]): ByteText {
  return printOperands(values.map((value) => value ?? '<no value>'))
}

function lengthOf(value: TemplateValue): number {
  if (typeof value === 'string') return value.length
  if (isList(value)) return value.items.length
  if (isMap(value)) return value.size
  if (value === undefined) throw new FunctionError('len of nil pointer', true)
  throw new FunctionError(`len of type ${pointedTypeName(value)}`, true)
}
