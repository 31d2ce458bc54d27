import { type ByteText, bytesOf, byteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const GROUP = 8

/** RFC 4648, padded. */
export function encodeBase32(text: ByteText): ByteText {
  const parts: string[] = []
  let bits = 0
  let held = 0
  for (const byte of bytesOf(text)) {
    held = ((held << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) parts.push(ALPHABET.charAt((held >> (bits - 5)) & 31))
  }
  if (bits > 0) parts.push(ALPHABET.charAt((held << (5 - bits)) & 31))
  while (parts.length % GROUP !== 0) parts.push('=')
  return parts.join('')
}

/**
 * Capital letters and padding required, line breaks are passed over and not counted. What follows the padding's group is not looked at.
 * Throws FunctionError that names the bad byte (Go, base32.StdEncoding).
 */
export function decodeBase32(text: ByteText): ByteText {
  const joined = text.replaceAll(/[\r\n]/g, '')
  const digits: number[] = []
  for (let index = 0; index < joined.length; index++) {
    const inGroup = digits.length % GROUP
    if (joined.charAt(index) === '=' && inGroup >= 2 && joined.length - index <= GROUP) {
      checkPadding(joined, index, inGroup)
      return bytesOfDigits(digits)
    }
    const digit = ALPHABET.indexOf(joined.charAt(index))
    if (digit < 0) throw illegal(index)
    digits.push(digit)
  }
  const open = digits.length % GROUP
  if (open > 0) throw illegal(joined.length - open)
  return bytesOfDigits(digits)
}

/** Eight characters a group; 1, 3 and 6 digits in one are no whole bytes. */
function checkPadding(text: string, index: number, inGroup: number): void {
  const missing = GROUP - 1 - inGroup
  if (text.length - index - 1 < missing) throw illegal(text.length)
  const wrong = Array.from(text.slice(index + 1, index + 1 + missing)).findIndex((character) => character !== '=')
  if (wrong >= 0) throw illegal(index + wrong)
  if (inGroup === 3 || inGroup === 6) throw illegal(index)
}

function bytesOfDigits(digits: readonly number[]): ByteText {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const digit of digits) {
    held = ((held << 5) | digit) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >> bits) & 0xff)
  }
  return byteText(Uint8Array.from(bytes))
}

function illegal(index: number): FunctionError {
  return new FunctionError(`illegal base32 data at input byte ${index}`, true)
}
