import type { ByteText } from '../byte-text.ts'
import { runesOf } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { printValue } from '../go-format/print-value.ts'
import { goQuote } from '../go-format/quote.ts'
import { types } from '../go-type.ts'
import { abbreviate, abbreviateBoth } from './abbreviate.ts'
import { goText } from './go-text.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'
import { intNamed, TEXT, textNamed, toText } from './text-parameters.ts'
import { trimCharacters, trimSpace } from './trim-text.ts'
import { initialsOf, withoutSpace } from './words.ts'
import { wrapText } from './wrap-text.ts'

const VALUES: Parameter = { name: 'values', type: types.any, rest: true }

export const stringFunctions: readonly TemplateFunction[] = [
  toText('hello', [], { doc: 'A greeting.', example: { go: '{{hello}}', gives: 'Hello!' } }, () => 'Hello!'),
  toText(
    'trim',
    [TEXT],
    {
      doc: 'Without white space at both ends.',
      example: { go: '[{{trim "  a b\\n"}}]', handlebars: '[{{trim "  a b\n"}}]', gives: '[a b]' },
    },
    (call) => trimSpace(call.text(0)),
  ),
  ...['trimAll', 'trimall'].map((name) =>
    toText(
      name,
      [textNamed('characters'), TEXT],
      { doc: 'Without these characters at both ends.', example: { go: `{{${name} "$-" "-$5.00$"}}`, gives: '5.00' } },
      (call) => trimCharacters(call.text(1), call.text(0)),
    ),
  ),
  toText(
    'trimPrefix',
    [textNamed('prefix'), TEXT],
    { doc: 'Without the prefix, once.', example: { go: '{{trimPrefix "db-" "db-main"}}', gives: 'main' } },
    (call) => (call.text(1).startsWith(call.text(0)) ? call.text(1).slice(call.text(0).length) : call.text(1)),
  ),
  toText(
    'trimSuffix',
    [textNamed('suffix'), TEXT],
    { doc: 'Without the suffix, once.', example: { go: '{{trimSuffix ".local" "db.local"}}', gives: 'db' } },
    (call) =>
      call.text(1).endsWith(call.text(0)) ? call.text(1).slice(0, call.text(1).length - call.text(0).length) : call.text(1),
  ),
  toText('nospace', [TEXT], { doc: 'Without any white space.', example: { go: '{{nospace " a b "}}', gives: 'ab' } }, (call) =>
    withoutSpace(call.text(0)),
  ),
  toText(
    'initials',
    [TEXT],
    { doc: 'The first byte of every word.', example: { go: '{{initials "First Try"}}', gives: 'FT' } },
    (call) => initialsOf(call.text(0)),
  ),
  toText(
    'repeat',
    [intNamed('count'), TEXT],
    { doc: 'The text so many times.', example: { go: '{{repeat 3 "ab"}}', gives: 'ababab' } },
    (call) => repeat(call.text(1), call.number(0), call),
  ),
  toText(
    'replace',
    [textNamed('old'), textNamed('new'), TEXT],
    { doc: 'With every `old` replaced by `new`.', example: { go: '{{replace "-" "_" "a-b-c"}}', gives: 'a_b_c' } },
    (call) => replace(call),
  ),
  toText(
    'indent',
    [intNamed('spaces'), TEXT],
    {
      doc: 'With so many spaces before every line.',
      example: { go: '{{indent 2 "a\\nb"}}', handlebars: '{{indent 2 "a\nb"}}', gives: '  a\n  b' },
    },
    (call) => indent(call),
  ),
  toText(
    'nindent',
    [intNamed('spaces'), TEXT],
    {
      doc: 'As indent, after a line break.',
      example: { go: 'k: |{{nindent 2 "a\\nb"}}', handlebars: 'k: |{{nindent 2 "a\nb"}}', gives: 'k: |\n  a\n  b' },
    },
    (call) => `\n${indent(call)}`,
  ),
  toText(
    'wrap',
    [intNamed('width'), TEXT],
    {
      doc: 'In lines of so many bytes, broken at spaces.',
      example: { go: '{{wrap 5 "Hello World"}}', gives: 'Hello\nWorld' },
    },
    (call) => wrapText(call.text(1), { width: call.number(0), separator: '\n', longWords: 'stay' }),
  ),
  toText(
    'wrapWith',
    [intNamed('width'), textNamed('separator'), TEXT],
    {
      doc: 'In lines of so many bytes with the separator between; longer words are cut.',
      example: { go: '{{wrapWith 3 "-" "abcdefgh"}}', gives: 'abc-def-gh' },
    },
    (call) => wrapWith(call),
  ),
  toText(
    'abbrev',
    [intNamed('width'), TEXT],
    {
      doc: 'At most so many bytes, with `...` where it was cut.',
      example: { go: '{{abbrev 8 "hello world"}}', gives: 'hello...' },
    },
    (call) => abbreviate(call.text(1), call.number(0)),
  ),
  toText(
    'abbrevboth',
    [intNamed('left'), intNamed('right'), TEXT],
    {
      doc: 'Cut at both ends: from byte `left` on, at most `right` bytes with the `...`.',
      example: { go: '{{abbrevboth 5 10 "1234 5678 9123"}}', gives: '...5678...' },
    },
    (call) => abbreviateBoth(call.text(2), call.number(0), call.number(1)),
  ),
  toText(
    'trunc',
    [intNamed('count'), TEXT],
    {
      doc: 'The first `count` bytes, or the last if it is negative.',
      example: { go: '{{trunc 3 "abcdef"}} {{trunc -2 "abcdef"}}', gives: 'abc ef' },
    },
    (call) => truncate(call.text(1), call.number(0)),
  ),
  {
    name: 'substr',
    parameters: [intNamed('start'), intNamed('end'), TEXT],
    returns: types.string,
    doc: 'The bytes from `start` to before `end`; a negative `start` is the beginning, a negative `end` the end.',
    source: 'sprig',
    example: { go: '{{substr 1 3 "abcdef"}}', gives: 'bc' },
    safeMessage: false,
    run: (call) => substring(call.text(2), call.number(0), call.number(1)),
  },
  toText(
    'plural',
    [textNamed('one'), textNamed('many'), intNamed('count')],
    { doc: '`one` for 1, else `many`.', example: { go: '{{plural "key" "keys" 2}}', gives: 'keys' } },
    (call) => (call.integer(2) === 1n ? call.text(0) : call.text(1)),
  ),
  toText(
    'quote',
    [VALUES],
    {
      doc: 'In double quotes with escapes; nothing is left out.',
      example: { go: '{{quote "say \'a\'" 5}}', gives: '"say \'a\'" "5"' },
    },
    (call) =>
      join(
        call,
        present(call, (value) => goQuote(goText(value))),
      ),
  ),
  toText(
    'squote',
    [VALUES],
    { doc: 'In single quotes, nothing escaped.', example: { go: '{{squote "a" "b"}}', gives: "'a' 'b'" } },
    (call) =>
      join(
        call,
        present(call, (value) => `'${printValue(value)}'`),
      ),
  ),
  toText(
    'cat',
    [VALUES],
    { doc: 'All of them with a space between.', example: { go: '{{cat "a" 5 "b"}}', gives: 'a 5 b' } },
    (call) => join(call, present(call, printValue)),
  ),
  toText(
    'toString',
    [{ name: 'value', type: types.any }],
    { doc: 'A value as text.', example: { go: '{{toString 5}}', gives: '5' } },
    (call) => goText(call.value(0)),
  ),
  predicate('contains', 'part', 'Whether the text contains the part.', ['b', 'abc'], (part, text) => text.includes(part)),
  predicate('hasPrefix', 'prefix', 'Whether the text starts with the prefix.', ['a', 'abc'], (prefix, text) =>
    text.startsWith(prefix),
  ),
  predicate('hasSuffix', 'suffix', 'Whether the text ends with the suffix.', ['c', 'abc'], (suffix, text) =>
    text.endsWith(suffix),
  ),
]

function predicate(
  name: string,
  of: string,
  doc: string,
  [part, text]: readonly [part: string, text: string],
  holds: (part: ByteText, text: ByteText) => boolean,
): TemplateFunction {
  return {
    name,
    parameters: [textNamed(of), TEXT],
    returns: types.bool,
    doc,
    source: 'sprig',
    example: { go: `{{${name} "${part}" "${text}"}}`, gives: 'true' },
    safeMessage: true,
    run: (call) => holds(call.text(0), call.text(1)),
  }
}

type Value = ReturnType<FunctionCall['value']>

/** The texts of all arguments but nil. */
function present(call: FunctionCall, textOf: (value: Value) => ByteText): readonly ByteText[] {
  return call.rest(0).flatMap((value) => (value === undefined ? [] : [textOf(value)]))
}

function join(call: FunctionCall, parts: readonly ByteText[], separator: ByteText = ' '): ByteText {
  call.reserve(parts.reduce((sum, part) => sum + part.length + separator.length, 0))
  return parts.join(separator)
}

function repeat(text: ByteText, count: number, call: FunctionCall): ByteText {
  if (count < 0) throw new FunctionError('strings: negative Repeat count', true)
  call.reserve(text.length * count)
  return text === '' ? '' : text.repeat(count)
}

/** An empty `old` is found before and behind every character (Go, strings.ReplaceAll). */
function replace(call: FunctionCall): ByteText {
  const [old, replacement, text] = [call.text(0), call.text(1), call.text(2)]
  const parts = old === '' ? ['', ...Array.from(runesOf(text), ({ bytes }) => bytes), ''] : text.split(old)
  return join(call, parts, replacement)
}

function indent(call: FunctionCall): ByteText {
  const padding = repeat(' ', call.number(0), call)
  return padding + join(call, call.text(1).split('\n'), `\n${padding}`)
}

function wrapWith(call: FunctionCall): ByteText {
  const text = call.text(2)
  const width = Math.max(call.number(0), 1)
  call.reserve(text.length + Math.floor(text.length / width) * call.text(1).length)
  return wrapText(text, { width, separator: call.text(1) || '\n', longWords: 'cut' })
}

function truncate(text: ByteText, count: number): ByteText {
  if (count >= 0) return text.slice(0, count)
  return text.length > -count ? text.slice(count) : text
}

function substring(text: ByteText, start: number, end: number): ByteText {
  if (start < 0) return text.slice(0, checked(end, text.length))
  if (end < 0 || end > text.length) return text.slice(start <= text.length ? start : outOfRange(`${start}:${text.length}`))
  return start <= end ? text.slice(start, end) : outOfRange(`${start}:${end}`)
}

function checked(end: number, length: number): number {
  if (end < 0) return outOfRange(`:${end}`)
  return end <= length ? end : outOfRange(`:${end}] with length ${length}`, '')
}

/** Go's text; it can tell how long a value is. */
function outOfRange(range: string, close = ']'): never {
  throw new FunctionError(`runtime error: slice bounds out of range [${range}${close}`)
}
