import { createHash } from 'node:crypto'
import type { Random } from '../../plugin/model/random.ts'

/** The same bytes for the same seed, for ever. */
export function seededRandom(seed: string): Random {
  let counter = 0

  function block(): Buffer {
    return createHash('sha256').update(`${seed}:${counter++}`).digest()
  }

  return {
    bytes(count) {
      const blocks = Array.from({ length: Math.ceil(count / 32) }, block)
      return new Uint8Array(Buffer.concat(blocks).subarray(0, count))
    },
    fraction: () => block().readUInt32BE() / 2 ** 32,
  }
}
