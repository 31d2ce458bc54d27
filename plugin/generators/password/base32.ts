const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const GROUP_BITS = 5
const BLOCK_CHARACTERS = 8

/** RFC 4648, padded. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= GROUP_BITS; bits -= GROUP_BITS) text += ALPHABET.charAt((held >> (bits - GROUP_BITS)) & 31)
    held &= (1 << bits) - 1
  }
  if (bits > 0) text += ALPHABET.charAt((held << (GROUP_BITS - bits)) & 31)
  return text.padEnd(Math.ceil(text.length / BLOCK_CHARACTERS) * BLOCK_CHARACTERS, '=')
}
