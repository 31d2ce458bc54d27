import { type ByteText, runesOf } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'

/** A password in the two forms that PKCS#12 needs. */
export interface Pkcs12Password {
  /** Two bytes a character and two zero bytes (RFC 7292, B.1); for the old key derivation and the MAC. */
  readonly bmp: Uint8Array
  /** UTF-8; for PBKDF2. */
  readonly utf8: Uint8Array
}

/** Some programs take the empty password for no bytes at all, without the two zeros. */
export const NO_BYTES: Pkcs12Password = { bmp: new Uint8Array(), utf8: new Uint8Array() }

/** Throws FunctionError for characters beyond the Basic Multilingual Plane. */
export function pkcs12Password(text: ByteText): Pkcs12Password {
  const characters = Array.from(runesOf(text), ({ codePoint }) => String.fromCodePoint(codePoint)).join('')
  return { bmp: Buffer.concat([bmpBytes(characters), Uint8Array.of(0, 0)]), utf8: Buffer.from(characters, 'utf8') }
}

/** Two bytes a character. Throws FunctionError for characters beyond the Basic Multilingual Plane. */
export function bmpBytes(text: string): Uint8Array {
  if (/[\ud800-\udfff]/.test(text)) {
    throw new FunctionError('pkcs12: string contains characters that cannot be encoded in UCS-2', true)
  }
  return Buffer.from(text, 'utf16le').swap16()
}
