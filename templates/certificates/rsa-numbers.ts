import { FunctionError } from '../function-error.ts'

/** The numbers of an RSA private key with two primes (RFC 8017, A.1.2). */
export interface RsaNumbers {
  readonly n: bigint
  readonly e: bigint
  readonly d: bigint
  readonly p: bigint
  readonly q: bigint
  readonly dp: bigint
  readonly dq: bigint
  readonly qInv: bigint
}

/** Some of the numbers can be worked out from the others. */
type RsaNumbersGiven = Omit<RsaNumbers, 'dp' | 'dq' | 'qInv'> & {
  readonly [name in 'dp' | 'dq' | 'qInv']: bigint | undefined
}

/** As OpenSSL has it; Go has no limit, but checking a key must end. */
const MAX_BITS = 16_384

/** All numbers of a key that is consistent. Throws FunctionError with the text of Go's crypto/rsa. */
export function completeRsaNumbers(given: RsaNumbersGiven): RsaNumbers {
  const { n, e, d, p, q } = given
  if (rsaBits(given) > MAX_BITS) throw new FunctionError(`crypto/rsa: keys of more than ${MAX_BITS} bits are not taken`, true)
  checkPublic(n, e)
  if (p <= 1n || q <= 1n) throw new FunctionError('crypto/rsa: invalid prime', true)
  if (p * q !== n) throw new FunctionError('crypto/rsa: p * q != n', true)
  const dp = given.dp ?? d % (p - 1n)
  const dq = given.dq ?? d % (q - 1n)
  const qInv = given.qInv ?? inverse(q % p, p)
  if ((e * dp) % (p - 1n) !== 1n || (e * dq) % (q - 1n) !== 1n) throw new FunctionError('crypto/rsa: invalid CRT exponent', true)
  if ((q * qInv) % p !== 1n) throw new FunctionError('crypto/rsa: invalid CRT coefficient', true)
  if (d % (p - 1n) !== dp) throw new FunctionError('crypto/rsa: d does not match dP', true)
  if (d % (q - 1n) !== dq) throw new FunctionError('crypto/rsa: d does not match dQ', true)
  return { n, e, d, p, q, dp, dq, qInv }
}

/** Of the modulus. */
export function rsaBits({ n }: { readonly n: bigint }): number {
  const hex = n.toString(16)
  return hex.length * 4 - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28
}

function checkPublic(n: bigint, e: bigint): void {
  if (n % 2n === 0n) throw new FunctionError('crypto/rsa: public modulus is even', true)
  if (e < 2n) throw new FunctionError('crypto/rsa: public exponent too small or negative', true)
  if (e % 2n === 0n) throw new FunctionError('crypto/rsa: public exponent is even', true)
  if (e >= 2n ** 31n) throw new FunctionError('crypto/rsa: public exponent too large', true)
}

/** Of `value` modulo `modulus`; 0 when there is none. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [previous, current] = [modulus, value]
  let [before, factor] = [0n, 1n]
  while (current !== 0n) {
    const quotient = previous / current
    ;[previous, current] = [current, previous - quotient * current]
    ;[before, factor] = [factor, before - quotient * factor]
  }
  return previous === 1n ? ((before % modulus) + modulus) % modulus : 0n
}
