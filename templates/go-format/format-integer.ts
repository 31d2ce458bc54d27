import { type ByteText, byteTextOf } from '../byte-text.ts'
import type { GoInt } from '../go-number.ts'
import { type Flags, pad, padWithSpaces } from './flags.ts'
import { isPrintable, quotedWith } from './quote.ts'

const BASES: ReadonlyMap<string, number> = new Map([
  ['v', 10],
  ['d', 10],
  ['b', 2],
  ['o', 8],
  ['O', 8],
  ['x', 16],
  ['X', 16],
])

/** An integer for a verb; undefined when it has none such (Go, fmt.fmtInteger). */
export function formatInteger(int: GoInt, verb: string, flags: Flags): ByteText | undefined {
  const isUnsigned = int.type.kind.startsWith('u')
  if (verb === 'v' && flags.sharpV && isUnsigned) return integerText(int.value, 16, verb, { ...flags, sharp: true })
  const base = BASES.get(verb)
  if (base !== undefined) return integerText(int.value, base, verb, flags)
  if (verb === 'c') return pad(characterOf(int.value), flags)
  if (verb === 'q') return pad(quotedCharacter(int.value, flags), flags)
  return verb === 'U' ? unicodeText(int.value, flags) : undefined
}

export function integerText(value: bigint, base: number, verb: string, flags: Flags): ByteText {
  const isNegative = value < 0n
  const hasSign = isNegative || flags.plus || flags.space
  if (flags.precision === 0 && value === 0n) return ' '.repeat(flags.width ?? 0)
  const widthOfZeros = flags.zero && !flags.minus && flags.width !== undefined ? flags.width - (hasSign ? 1 : 0) : 0
  const digits = (isNegative ? -value : value).toString(base).padStart(flags.precision ?? widthOfZeros, '0')
  const shown = verb === 'X' ? digits.toUpperCase() : digits
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  return padWithSpaces(sign + prefixOf(shown, base, verb, flags) + shown, flags)
}

function prefixOf(digits: string, base: number, verb: string, { sharp }: Flags): string {
  const octal = sharp && base === 8 && !digits.startsWith('0') ? '0' : ''
  if (verb === 'O') return `0o${octal}`
  if (!sharp) return ''
  if (base === 2) return '0b'
  if (base === 16) return verb === 'X' ? '0X' : '0x'
  return octal
}

/** Beyond Unicode, and where surrogates are, the replacement character. */
function characterOf(value: bigint): ByteText {
  return byteTextOf(String.fromCodePoint(isCharacter(value) ? Number(value) : 0xfffd))
}

function isCharacter(value: bigint): boolean {
  return value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn)
}

function quotedCharacter(value: bigint, { plus }: Flags): ByteText {
  return quotedWith(characterOf(value), "'", (codePoint) => isPrintable(codePoint) && (!plus || codePoint < 0x80))
}

/** `U+0041`, with `#` also `U+0041 'A'`. Negative numbers are shown as 64 bits. */
function unicodeText(value: bigint, flags: Flags): ByteText {
  const digits = BigInt.asUintN(64, value)
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, flags.precision ?? 0), '0')
  const isShown = flags.sharp && isCharacter(value) && isPrintable(Number(value))
  return padWithSpaces(`U+${digits}${isShown ? ` '${characterOf(value)}'` : ''}`, flags)
}
