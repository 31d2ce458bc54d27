import { isBlank, isBlankOrEnd, isBreak } from './characters.ts'
import { resolvePlain } from './resolve.ts'

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal'

/** go-yaml, base60float: other parsers of YAML 1.1 take it for a number. */
const SEXAGESIMAL = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/

const STARTS_NO_PLAIN = new Set('#,[]{}&*!|>\'"%@`')

/** How a text is written as a value; as a key it stays on its line. */
export function textStyle(text: string, role: 'key' | 'value'): ScalarStyle {
  const about = analyse(text)
  const wanted = text.includes('\n') ? 'literal' : isText(text) ? 'plain' : 'double'
  const style = role === 'key' && about.hasBreaks ? 'double' : wanted
  if (style === 'literal') return about.literalIsAllowed && role === 'value' ? 'literal' : 'double'
  if (style !== 'plain' || (about.plainIsAllowed && !(text === '' && role === 'key'))) return style
  return about.singleIsAllowed ? 'single' : 'double'
}

/** Whether a text holds a line break of any kind, which no simple key may. */
export function hasBreaks(text: string): boolean {
  return /[\n\r\u0085\u2028\u2029]/.test(text)
}

function isText(text: string): boolean {
  return resolvePlain(text).type === 'str' && !SEXAGESIMAL.test(text)
}

interface Analysis {
  readonly hasBreaks: boolean
  readonly plainIsAllowed: boolean
  readonly singleIsAllowed: boolean
  readonly literalIsAllowed: boolean
}

/** libyaml's look at a text, for block context. */
function analyse(text: string): Analysis {
  const characters = Array.from(text)
  const startsOrEndsOpen = isOpen(characters[0]) || isOpen(characters.at(-1))
  const spaceThenBreak = followed(characters, ' ', isBreak)
  const breakThenSpace = characters.some((character, index) => isBreak(character) && characters[index + 1] === ' ')
  const special = spaceThenBreak || characters.some((character) => !isPrintable(character))
  const breaks = hasBreaks(text)
  return {
    hasBreaks: breaks,
    plainIsAllowed: !(startsOrEndsOpen || breakThenSpace || special || breaks || hasIndicator(characters)),
    singleIsAllowed: !(breakThenSpace || special),
    literalIsAllowed: text !== '' && characters.at(-1) !== ' ' && !special,
  }
}

function isOpen(character: string | undefined): boolean {
  return character !== undefined && (character === ' ' || isBreak(character))
}

function followed(characters: readonly string[], first: string, isSecond: (character: string) => boolean): boolean {
  return characters.some((character, index) => character === first && isSecond(characters[index + 1] ?? ''))
}

/** Something that would mean more than itself in a plain scalar of block context. */
function hasIndicator(characters: readonly string[]): boolean {
  const start = characters.slice(0, 3).join('')
  if (start === '---' || start === '...') return true
  return characters.some((character, index) => {
    const next = characters[index + 1]
    const endsWord = next === undefined || isBlank(next)
    if (index === 0) return STARTS_NO_PLAIN.has(character) || (endsWord && '-?:'.includes(character))
    if (character === ':') return endsWord
    return character === '#' && isBlankOrEnd(characters[index - 1] ?? '')
  })
}

/** To libyaml: line feed, space to tilde, and of the rest the basic plane without controls, surrogates and the byte order mark. */
export function isPrintable(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x0a || (code >= 0x20 && code <= 0x7e)) return true
  return code >= 0xa0 && code <= 0xfffd && code !== 0xfeff
}
