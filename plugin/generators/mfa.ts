import { createHmac } from 'node:crypto'
import * as z from 'zod'
import { inCrd } from '../api/crd-facts.ts'
import { secretKeySelector } from '../api/selectors.ts'
import { SecretError } from '../model/secret-error.ts'
import { secretText } from './credential-text.ts'
import { generatedValues } from './generated-values.ts'
import type { Generator } from './generator.ts'

/** A code of RFC 4226 has 31 bits: ten digits at most. */
const MOST_DIGITS = 10

const mfaSpec = z.object({
  secret: secretKeySelector.describe('Where the seed is, in base32 as the other party showed it beside its QR code.'),
  length: inCrd(z.int().min(1).max(MOST_DIGITS).default(6).describe('How many digits the code has.'), {
    instead: { type: 'integer' },
  }),
  timePeriod: inCrd(z.int().min(1).default(30).describe('How many seconds a code is good.'), { instead: { type: 'integer' } }),
  algorithm: z.string().optional().describe('Has no effect: it is always SHA1, as in the External Secrets Operator.'),
  when: inCrd(z.iso.datetime({ offset: true }).optional().describe('The time that the code is made for, instead of now.'), {
    instead: { type: 'string', format: 'date-time' },
  }),
})

/** A code of an authenticator app (RFC 6238): `token` and, in seconds, `timeLeft`. */
export const mfa: Generator<z.output<typeof mfaSpec>> = {
  kind: 'MFA',
  spec: mfaSpec,
  stability: 'ephemeral',
  keysOf: () => ['token', 'timeLeft'],
  async generate({ secret, length, timePeriod, algorithm, when }, context) {
    if (algorithm !== undefined && !/^sha-?1$/i.test(algorithm)) {
      context.logger.warn('algorithm has no effect: the code is made with SHA1', {
        namespace: context.namespace,
        field: 'spec.algorithm',
      })
    }
    const seed = seedOf(await secretText(secret, 'spec.secret', context))
    const seconds = Math.floor((when === undefined ? context.clock.now() : Date.parse(when)) / 1000)
    const period = Math.floor(seconds / timePeriod)
    const timeLeft = (period + 1) * timePeriod - seconds
    return { values: generatedValues({ token: codeOf(seed, period, length), timeLeft: String(timeLeft) }) }
  },
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 base32 as people copy it: with spaces, in lower case, with or without padding. */
function seedOf(text: string): Uint8Array {
  const letters = text.replaceAll(/\s/g, '').replace(/=+$/, '').toUpperCase()
  const bytes: number[] = []
  let [buffer, bits] = [0, 0]
  for (const letter of letters) {
    const value = ALPHABET.indexOf(letter)
    if (value < 0) throw notBase32()
    buffer = ((buffer << 5) | value) & 0xff_ff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((buffer >> bits) & 0xff)
  }
  if (bytes.length === 0) throw notBase32()
  return new Uint8Array(bytes)
}

function notBase32(): SecretError {
  return new SecretError('InvalidSpec', 'the seed is not base32', {
    place: { field: 'spec.secret' },
    remedy: 'store the text that the other party shows beside its QR code: letters and the digits 2 to 7',
  })
}

/** The HOTP value of RFC 4226 5.3 for a counter. */
function codeOf(seed: Uint8Array, counter: number, digits: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const digest = createHmac('sha1', seed).update(message).digest()
  const offset = (digest.at(-1) ?? 0) & 0x0f
  const number = digest.readUInt32BE(offset) & 0x7f_ff_ff_ff
  return String(number % 10 ** digits).padStart(digits, '0')
}
