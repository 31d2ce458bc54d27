import type { RandomSource } from '../engine.ts'

const BYTES = 8
const ALL = 1n << 64n

/** A number from 0 up to `limit - 1`, each as likely as any other. `limit` is from 1 to 2^63. */
export function uniformBelow(limit: bigint, random: RandomSource): bigint {
  const fair = ALL - (ALL % limit)
  for (;;) {
    const bytes = random.bytes(BYTES)
    const drawn = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    if (drawn < fair) return drawn % limit
  }
}
