import { encodeBase64, hashSync } from 'bcryptjs'
import { type ByteText, byteTextOf, textOf } from '../byte-text.ts'
import type { RandomSource } from '../engine.ts'
import { FunctionError } from '../function-error.ts'

/** Of Go's golang.org/x/crypto/bcrypt, DefaultCost. Templates cannot choose another. */
const COST = 10
const SALT_BYTES = 16
const LONGEST = 72

/**
 * `$2a$10$…`. Throws FunctionError for a password of more than 72 bytes, and for one that is not UTF-8, which bcryptjs cannot hash.
 * `beforeWork` is called before the slow part.
 */
export function bcrypt(password: ByteText, random: RandomSource, beforeWork: () => void): ByteText {
  if (password.length > LONGEST) throw failed(`bcrypt: password length exceeds ${LONGEST} bytes`)
  const text = textOf(password)
  if (byteTextOf(text) !== password) throw failed('the password is not UTF-8')
  beforeWork()
  const salt = encodeBase64(Array.from(random.bytes(SALT_BYTES)), SALT_BYTES)
  return hashSync(text, `$2a$${COST}$${salt}`)
}

function failed(why: string): FunctionError {
  return new FunctionError(`failed to encrypt string with bcrypt: ${why}`, true)
}
