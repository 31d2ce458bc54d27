/** The permutation of RFC 2268, section 2. */
const PI = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d0981' +
    '7d32bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430' +
    'a33cb6266fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa' +
    '72ac354d6a2a961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47a' +
    'fc02365b255597312d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33' +
    'ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
)
const ROTATIONS = [1, 2, 3, 5] as const
const BLOCK = 8

/** Decrypts RC2 in CBC mode (RFC 2268), padding left on; OpenSSL 3 no longer has it. All bits of the key are effective. */
export function decryptRc2(key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array {
  const words = expand(key)
  const decrypted = Buffer.alloc(encrypted.length)
  let previous = iv
  for (let start = 0; start < encrypted.length; start += BLOCK) {
    const block = encrypted.subarray(start, start + BLOCK)
    const plain = decryptBlock(words, block)
    plain.forEach((byte, index) => decrypted.writeUInt8(byte ^ (previous[index] ?? 0), start + index))
    previous = block
  }
  return decrypted
}

function expand(key: Uint8Array): Uint16Array {
  const bytes = new Uint8Array(128)
  bytes.set(key)
  const at = (index: number): number => bytes[index] ?? 0
  const pi = (index: number): number => PI[index & 0xff] ?? 0
  for (let index = key.length; index < 128; index++) bytes[index] = pi(at(index - 1) + at(index - key.length))
  bytes[128 - key.length] = pi(at(128 - key.length))
  for (let index = 127 - key.length; index >= 0; index--) bytes[index] = pi(at(index + 1) ^ at(index + key.length))
  return Uint16Array.from({ length: 64 }, (_, index) => at(2 * index) | (at(2 * index + 1) << 8))
}

function decryptBlock(key: Uint16Array, block: Uint8Array): Uint8Array {
  const words = Uint16Array.from({ length: 4 }, (_, index) => (block[2 * index] ?? 0) | ((block[2 * index + 1] ?? 0) << 8))
  const word = (index: number): number => words[index & 3] ?? 0
  for (let round = 63; round >= 0; round--) {
    const index = round & 3
    const rotation = ROTATIONS[index] ?? 0
    const rotated = (word(index) >> rotation) | (word(index) << (16 - rotation))
    const mixed = (word(index - 1) & word(index - 2)) + (~word(index - 1) & word(index - 3))
    words[index] = (rotated & 0xffff) - (key[round] ?? 0) - mixed
    if (round !== 44 && round !== 20) continue
    for (let mashed = 3; mashed >= 0; mashed--) words[mashed] = word(mashed) - (key[word(mashed - 1) & 63] ?? 0)
  }
  return Uint8Array.from({ length: BLOCK }, (_, index) => (word(index >> 1) >> (8 * (index & 1))) & 0xff)
}
