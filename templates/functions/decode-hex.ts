import { type ByteText, byteTextOf } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { isPrintable } from '../go-format/quote.ts'

/** Throws FunctionError for an odd length or a byte that is no digit; the latter holds the byte (Go, encoding/hex). */
export function decodeHex(text: ByteText): ByteText {
  const bad = text.search(/[^0-9A-Fa-f]/)
  if (bad >= 0) throw new FunctionError(`encoding/hex: invalid byte: ${described(text.charCodeAt(bad))}`)
  if (text.length % 2 === 1) throw new FunctionError('encoding/hex: odd length hex string', true)
  return Buffer.from(text, 'hex').toString('latin1')
}

/** `U+007A 'z'` (Go, fmt's `%#U`). */
function described(codePoint: number): ByteText {
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
  return isPrintable(codePoint) ? `${number} '${byteTextOf(String.fromCodePoint(codePoint))}'` : number
}
