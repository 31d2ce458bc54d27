/**
 * 10 to a whole power, to the bit as Go's math.Pow has it: by repeated squaring of the mantissa. JavaScript's own `**` differs from it in the
 * last bit for some powers.
 */
export function powerOfTen(exponent: number): number {
  let mantissa = 0.625
  let binaryExponent = 4
  let product = 1
  let productExponent = 0
  for (let rest = Math.abs(exponent); rest !== 0; rest = Math.floor(rest / 2)) {
    if (Math.abs(binaryExponent) > 4096) {
      productExponent += binaryExponent
      break
    }
    if (rest % 2 === 1) {
      product *= mantissa
      productExponent += binaryExponent
    }
    mantissa *= mantissa
    binaryExponent *= 2
    if (mantissa < 0.5) {
      mantissa *= 2
      binaryExponent -= 1
    }
  }
  return exponent < 0 ? scaleByTwo(1 / product, -productExponent) : scaleByTwo(product, productExponent)
}

/** In steps that are exact, but for the last. */
function scaleByTwo(value: number, exponent: number): number {
  const clamped = Math.max(-2200, Math.min(2200, exponent))
  const half = Math.trunc(clamped / 2)
  return value * 2 ** half * 2 ** (clamped - half)
}
