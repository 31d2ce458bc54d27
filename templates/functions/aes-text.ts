import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { decodeBase64 } from './base64-text.ts'

const BLOCK_BYTES = 16
const KEY_BYTES = 32

/** AES-256-CBC in Base64, the initialisation vector (16 bytes) first; nothing stays nothing. */
export function encryptAes(password: ByteText, text: ByteText, vector: Uint8Array): ByteText {
  if (text === '') return ''
  const cipher = createCipheriv('aes-256-cbc', keyOf(password), vector)
  return Buffer.concat([vector, cipher.update(text, 'latin1'), cipher.final()]).toString('base64')
}

/**
 * What {@link encryptAes} was given. Only the last byte of the padding is looked at, as sprig does it. Throws FunctionError with Go's words
 * for what was not made by it; they may hold a byte of the result.
 */
export function decryptAes(password: ByteText, encrypted: ByteText): ByteText {
  if (encrypted === '') return ''
  const bytes = Buffer.from(decodeBase64(encrypted), 'latin1')
  checkLength(bytes.length, encrypted)
  const decipher = createDecipheriv('aes-256-cbc', keyOf(password), bytes.subarray(0, BLOCK_BYTES)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(bytes.subarray(BLOCK_BYTES)), decipher.final()])
  const end = padded.length - (padded.at(-1) ?? 0)
  if (end < 0) throw new FunctionError(`runtime error: slice bounds out of range [:${end}]`)
  return padded.toString('latin1', 0, end)
}

/** Go has reserved three bytes for every four characters before it knows how many there are. */
function checkLength(length: number, encrypted: ByteText): void {
  const capacity = Math.floor(encrypted.length / 4) * 3
  if (capacity < BLOCK_BYTES) {
    throw new FunctionError(`runtime error: slice bounds out of range [:${BLOCK_BYTES}] with capacity ${capacity}`, true)
  }
  if (length < BLOCK_BYTES) throw new FunctionError(`runtime error: slice bounds out of range [${BLOCK_BYTES}:${length}]`, true)
  if (length % BLOCK_BYTES !== 0) throw new FunctionError('crypto/cipher: input not full blocks', true)
  if (length === BLOCK_BYTES) throw new FunctionError('runtime error: index out of range [-1]', true)
}

/** Its first 32 bytes, with zeros for those that it has not. */
function keyOf(password: ByteText): Buffer {
  const key = Buffer.alloc(KEY_BYTES)
  key.write(password, 'latin1')
  return key
}
