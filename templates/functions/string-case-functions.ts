import type { ByteText } from '../byte-text.ts'
import { capitalizeWords, connectWords } from './name-case.ts'
import { inCase } from './runes.ts'
import type { TemplateFunction } from './template-function.ts'
import { TEXT, toText } from './text-parameters.ts'
import { swapCase, titleWords, untitleWords } from './words.ts'

const BYTES_PER_CHARACTER = 16

function caseFunction(
  name: string,
  doc: string,
  [text, gives]: readonly [text: string, gives: string],
  run: (text: ByteText) => ByteText,
): TemplateFunction {
  return toText(name, [TEXT], { doc, example: { go: `{{${name} "${text}"}}`, gives } }, (call) => run(call.text(0)))
}

/** The function for names: each of their characters is held by itself, so no text may be long. */
function forNames(fn: TemplateFunction): TemplateFunction {
  return {
    ...fn,
    run: (call) => {
      call.reserve(call.text(0).length * BYTES_PER_CHARACTER)
      return fn.run(call)
    },
  }
}

export const stringCaseFunctions: readonly TemplateFunction[] = [
  caseFunction('upper', 'In upper case.', ['abc', 'ABC'], (text) => inCase(text, 'upper')),
  caseFunction('lower', 'In lower case.', ['ABC', 'abc'], (text) => inCase(text, 'lower')),
  caseFunction('title', 'Every word with a capital.', ['one two-three', 'One Two-Three'], titleWords),
  caseFunction('untitle', 'Every word with a small letter.', ['One TWO', 'one tWO'], untitleWords),
  caseFunction('swapcase', 'Capitals as small letters, small letters as capitals.', ['aB c', 'Ab C'], swapCase),
  forNames(
    caseFunction('snakecase', 'A name as `words_with_underscores`.', ['HTTPServer2', 'http_server2'], (text) =>
      connectWords(text, '_'),
    ),
  ),
  forNames(
    caseFunction('kebabcase', 'A name as `words-with-hyphens`.', ['HTTPServer2', 'http-server2'], (text) =>
      connectWords(text, '-'),
    ),
  ),
  forNames(caseFunction('camelcase', 'A name as `WordsWithCapitals`.', ['http_server', 'HttpServer'], capitalizeWords)),
]
