import type { ByteText } from '../byte-text.ts'

export interface ParsedInteger {
  /** Of a text out of range the nearest number in range, of one that is no number 0. */
  readonly value: bigint
  readonly problem?: 'syntax' | 'range'
}

const LARGEST = 2n ** 63n - 1n
const PATTERNS = { 8: /^([+-]?)([0-7]+)$/, 10: /^([+-]?)([0-9]+)$/ } as const

/** A 64-bit integer of its octal or decimal text, without prefix (Go, strconv.ParseInt with that base). */
export function parseInteger(text: ByteText, base: 8 | 10): ParsedInteger {
  const [, sign, digits] = PATTERNS[base].exec(text) ?? []
  if (digits === undefined) return { value: 0n, problem: 'syntax' }
  const size = BigInt(base === 8 ? `0o${digits}` : digits)
  const value = sign === '-' ? -size : size
  if (value > LARGEST) return { value: LARGEST, problem: 'range' }
  return value < -LARGEST - 1n ? { value: -LARGEST - 1n, problem: 'range' } : { value }
}
