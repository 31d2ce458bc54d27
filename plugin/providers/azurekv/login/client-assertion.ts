import { constants, sign } from 'node:crypto'
import type { Clock } from '../../../model/clock.ts'
import type { Random } from '../../../model/random.ts'
import type { ClientCertificate } from './client-certificate.ts'

/** Seconds that an assertion is good for; it is used once, at once. */
const LIFETIME_SECONDS = 600

/** The JWT by which a certificate's owner logs in ("Microsoft identity platform application authentication certificate credentials"). */
export function clientAssertion(
  { certificate, key }: ClientCertificate,
  clientId: string,
  audience: string,
  ports: { readonly clock: Clock; readonly random: Random },
): string {
  const now = Math.floor(ports.clock.now() / 1000)
  const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
  const signedPart = [
    { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint },
    {
      aud: audience,
      iss: clientId,
      sub: clientId,
      jti: Buffer.from(ports.random.bytes(16)).toString('hex'),
      nbf: now,
      iat: now,
      exp: now + LIFETIME_SECONDS,
    },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  return `${signedPart}.${sign('sha256', Buffer.from(signedPart), { key, ...padding }).toString('base64url')}`
}
