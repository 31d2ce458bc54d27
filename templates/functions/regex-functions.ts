import { type ByteText, runesOf } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { goQuote } from '../go-format/quote.ts'
import { type GoType, types } from '../go-type.ts'
import { GoList } from '../value.ts'
import { RegexpSyntaxError } from './compiled-regexp.ts'
import { GoRegexp, quoteMeta } from './go-regexp.ts'
import { mustTwin } from './must-twin.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'

const PATTERN: Parameter = { name: 'pattern', type: types.string }
const TEXT: Parameter = { name: 'text', type: types.string }
const MOST: Parameter = { name: 'most', type: types.int }
const REPLACEMENT: Parameter = { name: 'replacement', type: types.string }

interface Regexp {
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly returns: GoType
  readonly doc: string
  readonly example: TemplateFunction['example']
  readonly run: (regexp: GoRegexp, call: FunctionCall) => ReturnType<TemplateFunction['run']>
}

/** A function of a pattern and its must twin; a bad pattern fails both, with other words (regexp.MustCompile panics). */
function withPattern({ run, ...about }: Regexp): readonly TemplateFunction[] {
  const plain: TemplateFunction = {
    ...about,
    source: 'sprig',
    safeMessage: false,
    run: (call) =>
      run(
        compile(call, (message) => `regexp: Compile(${quoted(call.text(0))}): ${message}`),
        call,
      ),
  }
  return [
    plain,
    {
      ...mustTwin(plain),
      run: (call) =>
        run(
          compile(call, (message) => message),
          call,
        ),
    },
  ]
}

function compile(call: FunctionCall, explain: (message: ByteText) => ByteText): GoRegexp {
  try {
    return new GoRegexp(call.text(0), call)
  } catch (thrown) {
    throw thrown instanceof RegexpSyntaxError ? new FunctionError(explain(thrown.message)) : thrown
  }
}

/** Go's panic shows the pattern between backquotes where it can (regexp.quote). */
function quoted(pattern: ByteText): ByteText {
  return canBackquote(pattern) ? `\`${pattern}\`` : goQuote(pattern)
}

/** One line of valid UTF-8 without controls, byte order marks and backquotes (strconv.CanBackquote). */
function canBackquote(text: ByteText): boolean {
  for (const { codePoint, size } of runesOf(text)) {
    if (size === 1 && codePoint === 0xfffd) return false
    if ((codePoint < 0x20 && codePoint !== 0x09) || codePoint === 0x60 || codePoint === 0x7f || codePoint === 0xfeff) return false
  }
  return true
}

/** A list of texts; nil where Go gives the nil slice. */
function texts(items: readonly ByteText[] | undefined): GoList {
  return new GoList(types.stringList, items)
}

const REGEX_MATCH: Regexp = {
  name: 'regexMatch',
  parameters: [PATTERN, TEXT],
  returns: types.bool,
  doc: 'Whether the pattern (RE2) matches somewhere in the text.',
  example: { go: '{{regexMatch "^[a-z]+$" "abc"}}', gives: 'true' },
  run: (regexp, call) => regexp.matches(call.text(1)),
}

/** The plain one takes a pattern that is none for one that does not match. */
function matchFunctions(): readonly TemplateFunction[] {
  const [plain, must] = withPattern(REGEX_MATCH)
  if (!plain || !must) return []
  const matches: TemplateFunction['run'] = (call) => {
    try {
      return must.run(call)
    } catch (thrown) {
      if (thrown instanceof FunctionError) return false
      throw thrown
    }
  }
  return [{ ...plain, run: matches }, must]
}

export const regexFunctions: readonly TemplateFunction[] = [
  ...matchFunctions(),
  ...withPattern({
    name: 'regexFind',
    parameters: [PATTERN, TEXT],
    returns: types.string,
    doc: 'The first match of the pattern, or an empty text.',
    example: { go: '{{regexFind "[0-9]+" "a12b3"}}', gives: '12' },
    run: (regexp, call) => regexp.find(call.text(1)),
  }),
  ...withPattern({
    name: 'regexFindAll',
    parameters: [PATTERN, TEXT, MOST],
    returns: types.stringList,
    doc: 'The matches of the pattern, at most so many, or all with -1.',
    example: { go: '{{join "," (regexFindAll "[0-9]" "a1b2c3" 2)}}', gives: '1,2' },
    run: (regexp, call) => texts(regexp.findAll(call.text(1), call.number(2))),
  }),
  ...withPattern({
    name: 'regexReplaceAll',
    parameters: [PATTERN, TEXT, REPLACEMENT],
    returns: types.string,
    doc: 'The text with every match replaced; `$1` and `${name}` in the replacement stand for groups, `$$` for a dollar sign.',
    example: { go: '{{regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W"}}', gives: '-W-xxW-' },
    run: (regexp, call) => regexp.replaceAll(call.text(1), call.text(2)),
  }),
  ...withPattern({
    name: 'regexReplaceAllLiteral',
    parameters: [PATTERN, TEXT, REPLACEMENT],
    returns: types.string,
    doc: 'The text with every match replaced by the replacement as it is.',
    example: { go: '{{regexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "${1}"}}', gives: '-${1}-${1}-' },
    run: (regexp, call) => regexp.replaceAllLiteral(call.text(1), call.text(2)),
  }),
  ...withPattern({
    name: 'regexSplit',
    parameters: [PATTERN, TEXT, MOST],
    returns: types.stringList,
    doc: 'The parts of the text between the matches, at most so many, or all with -1.',
    example: { go: '{{join "|" (regexSplit "[,;]" "a,b;c" -1)}}', gives: 'a|b|c' },
    run: (regexp, call) => texts(regexp.split(call.text(1), call.number(2))),
  }),
  {
    name: 'regexQuoteMeta',
    parameters: [TEXT],
    returns: types.string,
    doc: 'The pattern that matches this text and nothing else.',
    source: 'sprig',
    example: { go: '{{regexQuoteMeta "1.2"}}', gives: '1\\.2' },
    safeMessage: true,
    run: (call) => quoteMeta(call.text(0)),
  },
]
