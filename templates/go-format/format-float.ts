import type { ByteText } from '../byte-text.ts'
import type { GoFloat } from '../go-number.ts'
import { type Flags, pad, padWithSpaces } from './flags.ts'
import { layFloat } from './float-layout.ts'

interface Layout {
  readonly format: string
  readonly precision: number | undefined
}

const LAYOUTS: ReadonlyMap<string, Layout> = new Map([
  ['v', { format: 'g', precision: undefined }],
  ['g', { format: 'g', precision: undefined }],
  ['G', { format: 'G', precision: undefined }],
  ['b', { format: 'b', precision: undefined }],
  ['x', { format: 'x', precision: undefined }],
  ['X', { format: 'X', precision: undefined }],
  ['e', { format: 'e', precision: 6 }],
  ['E', { format: 'E', precision: 6 }],
  ['f', { format: 'f', precision: 6 }],
  ['F', { format: 'f', precision: 6 }],
])

/** A float for a verb; undefined when it has none such (Go, fmt.fmtFloat). */
export function formatFloat({ value, type }: GoFloat, verb: string, flags: Flags): ByteText | undefined {
  const layout = LAYOUTS.get(verb)
  if (!layout) return undefined
  const isNegative = value < 0 || Object.is(value, -0)
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  if (Number.isNaN(value)) return padWithSpaces(`${flags.plus ? '+' : flags.space ? ' ' : ''}NaN`, flags)
  if (!Number.isFinite(value)) return padWithSpaces(`${isNegative ? '-' : flags.space && !flags.plus ? ' ' : '+'}Inf`, flags)
  const precision = flags.precision ?? layout.precision
  const plain = layFloat(Math.abs(value), type.kind === 'float32' ? 32 : 64, layout.format, precision)
  const text = flags.sharp && verb !== 'b' ? withPoint(plain, layout.format, precision) : plain
  const isZeroPadded = flags.zero && !flags.minus && flags.width !== undefined
  if (sign !== '' && isZeroPadded) return sign + text.padStart(flags.width - sign.length, '0')
  return pad(sign + text, flags)
}

/** `#`: always with a point, and `%g` keeps its trailing zeros. */
function withPoint(text: string, format: string, precision: number | undefined): string {
  const isHex = format === 'x' || format === 'X'
  const [, body = '', tail = ''] = (isHex ? /^([^pP]*)(.*)$/ : /^([^eEpP]*)(.*)$/).exec(text) ?? []
  const keepsZeros = format === 'g' || format === 'G' || format === 'x'
  const wanted = keepsZeros ? (precision ?? 6) : 0
  const significant = body.replaceAll('.', '').replace(/^0+/, '')
  const isZeroAlone = body === '0'
  const missing = wanted - significant.length - (isZeroAlone ? 1 : 0)
  return `${body}${body.includes('.') ? '' : '.'}${'0'.repeat(Math.max(missing, 0))}${tail}`
}
