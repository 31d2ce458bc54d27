import {
  constants,
  createPrivateKey,
  createSign,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from 'node:crypto'

/** A decoded JSON Web Token whose signature is still to be checked. */
export interface DecodedJwt {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly signedPart: string
  readonly signature: Buffer
}

/** RSA keys take a tenth of a second to make: one pair serves every emulator of a process. */
export const issuerKeys = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const issuerKeyId = randomUUID()

/** RS256, as Entra ID and Kubernetes sign. */
export function signJwt(claims: Readonly<Record<string, unknown>>, key: KeyObject | string = issuerKeys.privateKey): string {
  const header = { typ: 'JWT', alg: 'RS256', kid: issuerKeyId }
  const signedPart = `${encoded(header)}.${encoded(claims)}`
  const privateKey = typeof key === 'string' ? createPrivateKey(key) : key
  return `${signedPart}.${createSign('sha256').update(signedPart).sign(privateKey, 'base64url')}`
}

/** `undefined` for anything that is not a JWT. */
export function decodeJwt(token: string): DecodedJwt | undefined {
  const [header, claims, signature, ...rest] = token.split('.')
  if (!header || !claims || !signature || rest.length > 0) return undefined
  try {
    return {
      header: JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as Record<string, unknown>,
      claims: JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Record<string, unknown>,
      signedPart: `${header}.${claims}`,
      signature: Buffer.from(signature, 'base64url'),
    }
  } catch {
    return undefined
  }
}

/** RS256 and PS256, the algorithms that Entra ID takes in client assertions. */
export function signatureIsGood({ header, signedPart, signature }: DecodedJwt, key: KeyObject): boolean {
  const verify = createVerify('sha256').update(signedPart)
  if (header['alg'] === 'RS256') return verify.verify(key, signature)
  if (header['alg'] === 'PS256') {
    return verify.verify({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, signature)
  }
  return false
}

function encoded(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
