const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const INFINITE = /^([+-]?)inf(?:inity)?$/i

/** The number that Go's strconv.ParseFloat reads; what it refuses is 0, as for callers that ignore its error. */
export function parseGoFloat(text: string): number {
  if (DECIMAL.test(text)) return Number(text)
  if (/^nan$/i.test(text)) return Number.NaN
  const infinite = INFINITE.exec(text)
  if (!infinite) return 0
  return infinite[1] === '-' ? -Infinity : Infinity
}

/** The shortest decimal that reads back as `value`, without an exponent (Go, strconv.FormatFloat(value, 'f', -1, 64)). */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e')
  return sign + withoutExponent(mantissa, Number(exponent))
}

function withoutExponent(mantissa: string, exponent: number): string {
  if (exponent === 0) return mantissa
  const [whole = '', fraction = ''] = mantissa.split('.')
  if (exponent < 0) return `0.${'0'.repeat(-exponent - whole.length)}${whole}${fraction}`
  return `${whole}${fraction}`.padEnd(whole.length + exponent, '0')
}
