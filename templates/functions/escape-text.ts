import { type ByteText, runesOf } from '../byte-text.ts'
import { isPrintable } from '../go-format/quote.ts'

const HTML: ReadonlyMap<string, string> = new Map([
  ['\0', '\xef\xbf\xbd'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
])

/** For HTML (Go text/template, HTMLEscape). */
export function htmlEscaped(text: ByteText): ByteText {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is one of them
  return text.replaceAll(/[\0"'&<>]/g, (character) => HTML.get(character) ?? character)
}

const SCRIPT: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['"', '\\"'],
])

/** For a JavaScript string (Go text/template, JSEscape). Bytes that are no characters stay. */
export function jsEscaped(text: ByteText): ByteText {
  const parts: ByteText[] = []
  for (const { bytes, codePoint } of runesOf(text)) {
    const isSpecial = codePoint < 0x20 || '<>&='.includes(bytes)
    const isHidden = codePoint > 0x7f && !isPrintable(codePoint)
    if (isSpecial || isHidden) parts.push(`\\u${codePoint.toString(16).toUpperCase().padStart(4, '0')}`)
    else parts.push(SCRIPT.get(bytes) ?? bytes)
  }
  return parts.join('')
}

/** For the query of a URL: everything but letters, digits and `-_.~` (Go, url.QueryEscape). */
export function queryEscaped(text: ByteText): ByteText {
  return text.replaceAll(/[^A-Za-z0-9\-_.~]/g, (byte) =>
    byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
