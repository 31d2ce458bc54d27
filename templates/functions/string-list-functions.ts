import { type ByteText, runesOf } from '../byte-text.ts'
import { types } from '../go-type.ts'
import { type GoList, GoMap, isList, listOfTexts, type TemplateValue } from '../value.ts'
import { goText, goTexts } from './go-text.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'
import { intNamed, TEXT, textNamed, toText } from './text-parameters.ts'

const BYTES_PER_PART = 16
const SEPARATOR = textNamed('separator')
const LIST: Parameter = { name: 'list', type: types.any }

export const stringListFunctions: readonly TemplateFunction[] = [
  {
    name: 'splitList',
    parameters: [SEPARATOR, TEXT],
    returns: types.stringList,
    doc: 'The parts of the text between the separators, as a list.',
    source: 'sprig',
    example: {
      go: '{{range splitList "," "a,b"}}<{{.}}>{{end}}',
      handlebars: '{{#each (splitList "," "a,b")}}<{{this}}>{{/each}}',
      gives: '<a><b>',
    },
    safeMessage: true,
    run: (call) => listOfTexts(split(call, call.text(0), call.text(1), -1)),
  },
  {
    name: 'split',
    parameters: [SEPARATOR, TEXT],
    returns: types.stringMap,
    doc: 'The parts of the text between the separators, as an object with the keys `_0`, `_1` and so on.',
    source: 'sprig',
    example: {
      go: '{{(split ":" "user:pass")._1}}',
      handlebars: '{{#with (split ":" "user:pass")}}{{_1}}{{/with}}',
      gives: 'pass',
    },
    safeMessage: true,
    run: (call) => numbered(split(call, call.text(0), call.text(1), -1)),
  },
  {
    name: 'splitn',
    parameters: [SEPARATOR, intNamed('most'), TEXT],
    returns: types.stringMap,
    doc: 'As split, but at most so many parts: the last one is the rest.',
    source: 'sprig',
    example: {
      go: '{{(splitn ":" 2 "user:pa:ss")._1}}',
      handlebars: '{{#with (splitn ":" 2 "user:pa:ss")}}{{_1}}{{/with}}',
      gives: 'pa:ss',
    },
    safeMessage: true,
    run: (call) => numbered(split(call, call.text(0), call.text(2), call.number(1))),
  },
  toText(
    'join',
    [SEPARATOR, LIST],
    {
      doc: 'The items of a list with the separator between.',
      example: { go: '{{join "," (splitList " " "a b")}}', gives: 'a,b' },
    },
    (call) => join(call, call.text(0), goTexts(call.value(1))),
  ),
  {
    name: 'toStrings',
    parameters: [LIST],
    returns: types.stringList,
    doc: 'The items of a list as texts, without what is nothing.',
    source: 'sprig',
    example: { go: '{{join "," (toStrings (list 1 true "a"))}}', gives: '1,true,a' },
    safeMessage: true,
    run: (call) => texts(call.value(0)),
  },
  {
    name: 'sortAlpha',
    parameters: [LIST],
    returns: types.stringList,
    doc: 'The items of a list as texts, sorted by their bytes. A list of texts is itself sorted.',
    source: 'sprig',
    example: { go: '{{join "," (sortAlpha (list "b" "C" 10 9))}}', gives: '10,9,C,b' },
    safeMessage: true,
    run: (call) => sorted(call.value(0)),
  },
]

/** No separator takes the characters apart (Go, strings.SplitN); less than 0 parts are all. */
function split(call: FunctionCall, separator: ByteText, text: ByteText, most: number): readonly ByteText[] {
  if (most === 0) return []
  const parts = separator === '' ? Array.from(runesOf(text), ({ bytes }) => bytes) : text.split(separator)
  call.reserve(text.length + parts.length * BYTES_PER_PART)
  if (most < 0 || parts.length <= most) return parts
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)]
}

function numbered(parts: readonly ByteText[]): GoMap {
  return new GoMap(
    types.stringMap,
    parts.map((part, index) => [`_${index}`, part]),
  )
}

function join(call: FunctionCall, separator: ByteText, parts: readonly ByteText[]): ByteText {
  call.reserve(parts.reduce((sum, part) => sum + part.length + separator.length, 0))
  return parts.join(separator)
}

/** A list of texts is given as it is. */
function texts(value: TemplateValue): GoList {
  return isList(value) && value.type === types.stringList ? value : listOfTexts(goTexts(value))
}

/** sprig sorts the list that it got when that is one of texts. */
function sorted(value: TemplateValue): GoList {
  if (!isList(value)) return listOfTexts([goText(value)])
  const list = texts(value)
  list.sortTexts()
  return list
}
