import { type ByteText, runeAt } from '../byte-text.ts'

/** What a number looks like to the lexer; whether it is one is decided when it is read. */
export interface ScannedNumber {
  readonly kind: 'number' | 'complex' | 'bad'
  readonly end: number
}

const REAL =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?/y

/** From `start` on: a number, or a complex one such as `1+2i`. */
export function scanNumber(input: ByteText, start: number, isAlphanumericAt: (index: number) => boolean): ScannedNumber {
  const first = scanReal(input, start)
  if (isAlphanumericAt(first)) return { kind: 'bad', end: first + runeAt(input, first).size }
  if (!/[+-]/.test(input.charAt(first))) return { kind: 'number', end: first }
  const second = scanReal(input, first)
  if (isAlphanumericAt(second)) return { kind: 'bad', end: second + runeAt(input, second).size }
  return { kind: input.charAt(second - 1) === 'i' ? 'complex' : 'bad', end: second }
}

function scanReal(input: ByteText, start: number): number {
  REAL.lastIndex = start
  return start + (REAL.exec(input)?.[0].length ?? 0)
}
