import { SecretError } from '../model/secret-error.ts'

export type Base64Alphabet = 'standard' | 'url'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const PADDING = 0x3d
const INVALID = 0xff

const tables: Readonly<Record<Base64Alphabet, Uint8Array>> = { standard: table(`${LETTERS}+/`), url: table(`${LETTERS}-_`) }

function table(alphabet: string): Uint8Array {
  const values = new Uint8Array(256).fill(INVALID)
  for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value
  return values
}

/**
 * Decodes as Go's base64.StdEncoding and URLEncoding do: padding is required, CR and LF are passed over, bits left over are ignored.
 * Throws SecretError InvalidSpec with Go's text, whose number is the offset of the first bad byte, or of the group that is not complete.
 */
export function decodeBase64(encoded: Uint8Array, alphabet: Base64Alphabet): Uint8Array {
  const values = tables[alphabet]
  const decoded = new Uint8Array(Math.ceil(encoded.length / 4) * 3)
  let length = 0
  let bits = 0
  let inGroup = 0
  for (let index = 0; index < encoded.length; index++) {
    const byte = encoded[index] ?? 0
    const value = values[byte] ?? INVALID
    if (value !== INVALID) {
      bits = (bits << 6) | value
      inGroup += 1
      if (inGroup < 4) continue
      decoded[length++] = bits >> 16
      decoded[length++] = bits >> 8
      decoded[length++] = bits
      bits = 0
      inGroup = 0
    } else if (byte === PADDING) {
      checkPadding(encoded, index, inGroup)
      if (inGroup === 2) decoded[length++] = bits >> 4
      if (inGroup === 3) {
        decoded[length++] = bits >> 10
        decoded[length++] = bits >> 2
      }
      return decoded.subarray(0, length)
    } else if (!isLineBreak(byte)) {
      throw illegal(index)
    }
  }
  if (inGroup > 0) throw illegal(encoded.length - inGroup)
  return decoded.subarray(0, length)
}

/** The first `=` is at `index`: two characters before it want a second one, three none, and nothing may follow. */
function checkPadding(encoded: Uint8Array, index: number, inGroup: number): void {
  if (inGroup < 2) throw illegal(index)
  let next = behindLineBreaks(encoded, index + 1)
  if (inGroup === 2) {
    if (next === encoded.length) throw illegal(encoded.length)
    if (encoded[next] !== PADDING) throw illegal(next - 1)
    next = behindLineBreaks(encoded, next + 1)
  }
  if (next < encoded.length) throw illegal(next)
}

function behindLineBreaks(encoded: Uint8Array, start: number): number {
  let index = start
  while (index < encoded.length && isLineBreak(encoded[index] ?? 0)) index++
  return index
}

function isLineBreak(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d
}

function illegal(offset: number): SecretError {
  return new SecretError('InvalidSpec', `illegal base64 data at input byte ${offset}`)
}
