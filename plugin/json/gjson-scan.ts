import type { ByteText } from './byte-text.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * How gjson walks JSON: it looks for the characters that can start a value and passes over everything else.
 * Nothing here validates; of well-formed JSON the spans are exact, of other text they are what gjson makes of it.
 */

/** A piece of JSON text and the character that says what it is. */
export interface Span {
  readonly start: number
  /** Behind the last character. */
  readonly end: number
}

/** Behind the closing quote of the string whose opening quote is at `start`; undefined when it never closes. */
export function endOfString(json: ByteText, start: number): number | undefined {
  for (let index = start + 1; index < json.length; index++) {
    const code = json.charCodeAt(index)
    if (code === QUOTE) return index + 1
    if (code === BACKSLASH) index += 1
  }
  return undefined
}

const NESTING: ReadonlyMap<number, number> = new Map([
  [0x7b, 1],
  [0x5b, 1],
  [0x28, 1],
  [0x7d, -1],
  [0x5d, -1],
  [0x29, -1],
])

/** Behind the bracket that closes the one at `start`, or the end of the text. Round brackets count too: paths hold them. */
export function endOfBrackets(json: ByteText, start: number): number {
  let depth = 1
  for (let index = start + 1; index < json.length; index++) {
    const code = json.charCodeAt(index)
    if (code === QUOTE) {
      index = (endOfString(json, index) ?? json.length) - 1
      continue
    }
    if (code < 0x28 || (code > 0x29 && code < 0x5b)) continue
    depth += NESTING.get(code) ?? 0
    if (depth === 0) return index + 1
  }
  return json.length
}

/** Behind the run of lower-case letters that starts at `start`: true, false, null. */
export function endOfWord(json: ByteText, start: number): number {
  let index = start + 1
  while (index < json.length && json.charCodeAt(index) >= 0x61 && json.charCodeAt(index) <= 0x7a) index++
  return index
}

/** Behind a number: it lasts until white space, a comma or a closing bracket. */
export function endOfNumber(json: ByteText, start: number): number {
  for (let index = start + 1; index < json.length; index++) {
    const code = json.charCodeAt(index)
    if (code <= 0x20 || code === 0x2c || code === 0x5d || code === 0x7d) return index
  }
  return json.length
}

/** Without characters up to space at both ends. */
export function trimControls(text: ByteText): ByteText {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= 0x20) start++
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--
  return text.slice(start, end)
}
