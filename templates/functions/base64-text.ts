import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'

const WHOLE = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export function encodeBase64(text: ByteText): ByteText {
  return Buffer.from(text, 'latin1').toString('base64')
}

/**
 * Line breaks are passed over. Throws FunctionError that names the first bad byte, or where the group starts that is not complete (Go,
 * base64.StdEncoding).
 */
export function decodeBase64(text: ByteText): ByteText {
  const joined = text.replaceAll(/[\r\n]/g, '')
  if (!WHOLE.test(joined)) throw new FunctionError(`illegal base64 data at input byte ${firstBadByte(text)}`, true)
  return Buffer.from(joined, 'base64').toString('latin1')
}

function firstBadByte(text: ByteText): number {
  let inGroup = 0
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '\r' || character === '\n') continue
    if (/[A-Za-z0-9+/]/.test(character)) inGroup = (inGroup + 1) % 4
    else if (character === '=' && inGroup >= 2) return badPadding(text, index + 1, inGroup)
    else return index
  }
  return text.length - inGroup
}

/** Of two characters' padding the second `=` is missing, or something follows. */
function badPadding(text: ByteText, from: number, inGroup: number): number {
  let next = behindLineBreaks(text, from)
  if (inGroup === 2) {
    if (next === text.length) return next
    if (text.charAt(next) !== '=') return next - 1
    next = behindLineBreaks(text, next + 1)
  }
  return next
}

function behindLineBreaks(text: ByteText, from: number): number {
  let index = from
  while (/[\r\n]/.test(text.charAt(index))) index++
  return index
}
