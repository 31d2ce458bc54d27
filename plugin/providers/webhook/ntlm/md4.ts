const BLOCK_BYTES = 64
/** Of a block, in front of the length of the message. */
const PADDED_BYTES = 56

type Words = Uint32Array
type State = readonly [a: number, b: number, c: number, d: number]

/** A round: its function, its constant, the words in the order it takes them, and by how far each step turns (RFC 1320, 3.4). */
interface Round {
  readonly mix: (x: number, y: number, z: number) => number
  readonly constant: number
  readonly order: readonly number[]
  readonly turns: readonly [number, number, number, number]
}

const ROUNDS: readonly Round[] = [
  {
    mix: (x, y, z) => (x & y) | (~x & z),
    constant: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    turns: [3, 7, 11, 19],
  },
  {
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
    constant: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    turns: [3, 5, 9, 13],
  },
  {
    mix: (x, y, z) => x ^ y ^ z,
    constant: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    turns: [3, 9, 11, 15],
  },
]

const START: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]

/** The 16 bytes of the digest (RFC 1320). For the key of NTLM alone, which is defined by it: it is broken for everything else. */
export function md4(message: Uint8Array): Uint8Array {
  const padded = paddedMessage(message)
  let state = START
  for (let at = 0; at < padded.byteLength; at += BLOCK_BYTES) state = afterBlock(state, wordsAt(padded, at))
  const digest = Buffer.alloc(16)
  for (const [index, word] of state.entries()) digest.writeUInt32LE(word >>> 0, index * 4)
  return digest
}

/** A bit 1, zeros, and the length in bits as 64 bits. */
function paddedMessage(message: Uint8Array): Buffer {
  const zeros = (BLOCK_BYTES + PADDED_BYTES - ((message.byteLength + 1) % BLOCK_BYTES)) % BLOCK_BYTES
  const tail = Buffer.alloc(1 + zeros + 8)
  tail[0] = 0x80
  tail.writeBigUInt64LE(BigInt(message.byteLength) * 8n, 1 + zeros)
  return Buffer.concat([message, tail])
}

function wordsAt(padded: Buffer, at: number): Words {
  return Uint32Array.from({ length: BLOCK_BYTES / 4 }, (_, index) => padded.readUInt32LE(at + index * 4))
}

function afterBlock(start: State, words: Words): State {
  let [a, b, c, d] = start
  for (const { mix, constant, order, turns } of ROUNDS) {
    for (const [step, index] of order.entries()) {
      const sum = (a + mix(b, c, d) + (words[index] ?? 0) + constant) | 0
      ;[a, b, c, d] = [d, turned(sum, turns[step % 4] ?? 0), b, c]
    }
  }
  return [a + start[0], b + start[1], c + start[2], d + start[3]]
}

function turned(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
