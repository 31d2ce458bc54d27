import { SecretValue } from '../../plugin/model/secret-value.ts'

/** Bytes as vector files write them: text when they are UTF-8, else `{"b64": …}`. */
export function bytesFrom(encoded: unknown): Uint8Array {
  if (typeof encoded === 'string') return Buffer.from(encoded, 'utf8')
  if (typeof encoded === 'object' && encoded !== null && 'b64' in encoded) return Buffer.from(String(encoded.b64), 'base64')
  throw new TypeError('neither a text nor {"b64": …}')
}

/** The other way, so that results compare with expectations. */
export function encodedBytes(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes)
  const text = buffer.toString('utf8')
  return Buffer.from(text, 'utf8').equals(buffer) ? text : { b64: buffer.toString('base64') }
}

export function secretMapFrom(encoded: unknown): ReadonlyMap<string, SecretValue> {
  if (typeof encoded !== 'object' || encoded === null) throw new TypeError('not a map')
  return new Map(Object.entries(encoded).map(([key, value]) => [key, new SecretValue(bytesFrom(value))]))
}

export function encodedMap(values: ReadonlyMap<string, SecretValue>): unknown {
  return Object.fromEntries(Array.from(values, ([key, value]) => [key, encodedBytes(value.reveal())]))
}
