import { createHmac, createSign, createVerify, type KeyObject, timingSafeEqual } from 'node:crypto'
import { ServiceFailure } from './service-failure.ts'

/** An OIDC provider that IAM knows: who issues tokens, for whom, and the key that proves it. */
export interface IdentityProvider {
  readonly issuer: string
  /** IAM calls them client ids. */
  readonly audiences: readonly string[]
  readonly key: { readonly alg: 'RS256'; readonly publicKey: KeyObject } | { readonly alg: 'HS256'; readonly secret: string }
}

export interface Claims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly string[]
  /** Seconds since the epoch. */
  readonly exp: number
}

export type SigningKey =
  | { readonly alg: 'RS256'; readonly privateKey: KeyObject }
  | { readonly alg: 'HS256'; readonly secret: string }

/** A token such as a cluster gives its service accounts. */
export function webIdentityToken(claims: Claims, key: SigningKey): string {
  const content = [{ alg: key.alg, typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part))).join('.')
  const signature =
    key.alg === 'RS256'
      ? createSign('RSA-SHA256').update(content).sign(key.privateKey)
      : createHmac('sha256', key.secret).update(content).digest()
  return `${content}.${base64url(signature)}`
}

/** The claims of a token that one of `providers` signed for its own audience and that has not expired. Throws ServiceFailure in the words of STS. */
export function verifyWebIdentity(token: string, providers: readonly IdentityProvider[], nowMs: number): Claims {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = parse(payload) as Partial<Claims> | undefined
  const alg = (parse(header) as { alg?: string } | undefined)?.alg
  if (!claims || !signature)
    throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)')
  const provider = providers.find(({ issuer }) => issuer === claims.iss)
  if (!provider) throw invalid('No OpenIDConnect provider found in your account for the issuer of the token')
  if (alg !== provider.key.alg || !isSigned(`${header}.${payload}`, Buffer.from(signature, 'base64url'), provider)) {
    throw invalid("Couldn't retrieve verification key from your identity provider, please reference the documentation")
  }
  const audiences = [claims.aud ?? []].flat()
  if (!audiences.some((audience) => provider.audiences.includes(audience))) throw invalid('Incorrect token audience')
  if ((claims.exp ?? 0) * 1000 <= nowMs) throw new ServiceFailure('ExpiredTokenException', 'Token expired')
  return { iss: provider.issuer, sub: claims.sub ?? '', aud: audiences, exp: claims.exp ?? 0 }
}

function isSigned(content: string, signature: Buffer, { key }: IdentityProvider): boolean {
  if (key.alg === 'RS256') return createVerify('RSA-SHA256').update(content).verify(key.publicKey, signature)
  const expected = createHmac('sha256', key.secret).update(content).digest()
  return expected.byteLength === signature.byteLength && timingSafeEqual(expected, signature)
}

function invalid(message: string): ServiceFailure {
  return new ServiceFailure('InvalidIdentityToken', message)
}

function parse(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}

function base64url(content: string | Buffer): string {
  return Buffer.from(content).toString('base64url')
}
