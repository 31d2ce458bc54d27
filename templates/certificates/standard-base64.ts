import type { ByteText } from '../byte-text.ts'

/** Go's base64.StdEncoding: line breaks are passed over, padding is required. Undefined for anything else. */
export function standardBase64(text: ByteText): Uint8Array | undefined {
  const joined = text.replaceAll(/[\r\n]/g, '')
  if (joined.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(joined)) return undefined
  return Buffer.from(joined, 'base64')
}
