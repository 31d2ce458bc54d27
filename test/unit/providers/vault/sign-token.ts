import { generateKeyPairSync, sign } from 'node:crypto'
import type { Claims } from '../../../support/emulators/vault/logins/signed-token.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** PEM of the key that {@link signToken} signs by. */
export const signerKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** An ES256 token, good for an hour unless the claims say otherwise. */
export function signToken(claims: Claims): string {
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const text = `${encoded({ alg: 'ES256', typ: 'JWT' })}.${encoded({ exp: Math.floor(Date.now() / 1000) + 3600, ...claims })}`
  return `${text}.${sign('sha256', Buffer.from(text), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
