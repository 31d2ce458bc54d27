import { randomBytes } from 'node:crypto'

/** Randomness, as a port: tests and renders bring seeded ones (R13). */
export interface Random {
  /** `count` bytes. */
  bytes(count: number): Uint8Array
  /** Uniform in [0, 1); for jitter, never for secrets. */
  fraction(): number
}

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
}
