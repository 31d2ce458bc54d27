import { type ByteText, runesOf } from '../byte-text.ts'

/** A password as JKS takes it: two bytes a Java `char`, the high one first, without an end mark. */
export function jksPassword(text: ByteText): Uint8Array {
  const characters = Array.from(runesOf(text), ({ codePoint }) => String.fromCodePoint(codePoint)).join('')
  return Buffer.from(characters, 'utf16le').swap16()
}
