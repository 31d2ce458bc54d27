import { base32 } from './base32.ts'

export const ENCODINGS = ['base64', 'base64url', 'base32', 'hex', 'raw'] as const

/** Go's encodings of the same names: all padded, base64url too, which JavaScript's is not. */
export function encodePassword(text: string, encoding: (typeof ENCODINGS)[number]): string {
  const bytes = Buffer.from(text)
  switch (encoding) {
    case 'raw':
      return text
    case 'base64url':
      return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
    case 'base32':
      return base32(bytes)
    default:
      return bytes.toString(encoding)
  }
}
