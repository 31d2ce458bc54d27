import { type KeyObject, sign, verify } from 'node:crypto'

export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  /** True when the signature is RS256 and by `key`. */
  isSignedBy(key: KeyObject): boolean
}

/** undefined for what is no JWT at all (RFC 7519). */
export function parseJwt(token: string): Jwt | undefined {
  const [header, claims, signature, ...rest] = token.split('.')
  if (!header || !claims || !signature || rest.length > 0) return undefined
  try {
    const parsed = { header: decode(header), claims: decode(claims) }
    return {
      ...parsed,
      isSignedBy: (key) =>
        parsed.header['alg'] === 'RS256' &&
        verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url')),
    }
  } catch {
    return undefined
  }
}

export function signJwt(claims: object, key: KeyObject): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const content = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`
}

/** Not before, not after, and not for longer than an hour (AIP-4111: exp at most one hour after iat). */
export function isCurrent(claims: Jwt['claims']): boolean {
  const now = Math.floor(Date.now() / 1000)
  const [issued, expires] = [Number(claims['iat']), Number(claims['exp'])]
  return issued <= now + 60 && expires > now && expires - issued <= 3600
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
}
