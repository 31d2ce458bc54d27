import { SecretError } from '../model/secret-error.ts'
import { isJsonObject, type JsonObject } from './json-value.ts'
import { parseJson } from './parse-json.ts'

/** The claims of a JSON web token, which is not verified. Numbers are float64. Throws SecretError InvalidSpec that quotes nothing. */
export function jwtClaims(token: string): JsonObject {
  const claims = parseJson(jwtPayload(token), 'float64')
  if (claims === null) return new Map()
  if (!isJsonObject(claims)) throw new SecretError('InvalidSpec', 'error un-marshaling claims: the payload is no JSON object')
  return claims
}

/** The bytes of a token's second part. Throws SecretError InvalidSpec with ESO's text, which holds an offset at most. */
export function jwtPayload(token: string): Uint8Array {
  const parts = token.split('.')
  const [, payload = ''] = parts
  if (parts.length !== 3) throw new SecretError('InvalidSpec', 'invalid token format')
  const bad = firstBadByte(payload)
  if (bad !== undefined) {
    throw new SecretError('InvalidSpec', `error decoding payload: illegal base64 data at input byte ${bad}`)
  }
  return Buffer.from(payload, 'base64url')
}

/** As Go's base64.RawURLEncoding reads: no padding, line breaks are passed over, one character alone is no byte. */
function firstBadByte(encoded: string): number | undefined {
  const bytes = Buffer.from(encoded)
  const bad = bytes.findIndex((byte) => !/[\w\-\r\n]/.test(String.fromCharCode(byte)))
  if (bad !== -1) return bad
  return encoded.replaceAll(/[\r\n]/g, '').length % 4 === 1 ? bytes.length - 1 : undefined
}

/** When a token expires, in seconds since the epoch as its claim `exp` has them. Throws SecretError InvalidSpec. */
export function jwtExpiration(token: string): number {
  const expiration = jwtClaims(token).get('exp')
  if (typeof expiration !== 'number') throw new SecretError('InvalidSpec', 'exp claim not found or wrong type')
  return expiration
}
