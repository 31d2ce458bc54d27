/** A finite positive number as `0.DIGITS * 10^point`. */
export interface Digits {
  readonly digits: string
  readonly point: number
}

/** The fewest digits that read back as the same number (Go, strconv.FormatFloat with precision -1). */
export function shortestDigits(value: number, size: 32 | 64): Digits {
  if (value === 0) return { digits: '0', point: 1 }
  return digitsOf(size === 64 ? value.toExponential() : shortestOfFloat32(value))
}

function shortestOfFloat32(value: number): string {
  for (let precision = 0; precision < 9; precision++) {
    const text = value.toExponential(precision)
    if (Math.fround(Number(text)) === value) return text
  }
  return value.toExponential(9)
}

function digitsOf(exponential: string): Digits {
  const [mantissa = '', exponent = '0'] = exponential.split('e')
  const digits = mantissa.replace('.', '').replace(/(?!^)0+$/, '')
  return { digits, point: Number(exponent) + 1 }
}
