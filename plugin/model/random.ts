import { randomBytes, randomFillSync } from 'node:crypto'

/** Randomness, as a port: tests and renders bring seeded ones (R13). */
export interface Random {
  /** `count` bytes. */
  bytes(count: number): Uint8Array
  /** Uniform in [0, 1); for jitter, never for secrets. */
  fraction(): number
}

/** Jitter is asked for more often than anything else is drawn: fractions come many at a time. */
const fractions = new Uint32Array(256)
let left = 0

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  fraction() {
    if (left === 0) left = randomFillSync(fractions).length
    return (fractions[--left] ?? 0) / 2 ** 32
  },
}
