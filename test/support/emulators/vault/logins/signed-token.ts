import { createPublicKey, verify } from 'node:crypto'

export interface Claims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  readonly exp?: number
  readonly nbf?: number
}

interface Header {
  readonly alg?: string
  readonly kid?: string
}

const ALGORITHMS: ReadonlyMap<string, { readonly hash: string | null; readonly dsaEncoding?: 'ieee-p1363' }> = new Map([
  ['RS256', { hash: 'sha256' }],
  ['RS512', { hash: 'sha512' }],
  ['ES256', { hash: 'sha256', dsaEncoding: 'ieee-p1363' }],
  ['EdDSA', { hash: null }],
])

/** The claims of a JWT that one of `keys` (PEM of public keys) signed and whose time has come and not gone; else undefined. */
export function verifiedClaims(jwt: string, keys: readonly string[], nowMs: number): Claims | undefined {
  const [head = '', payload = '', signature = '', ...more] = jwt.split('.')
  const algorithm = ALGORITHMS.get((decoded(head) as Header | undefined)?.alg ?? '')
  const claims = decoded(payload) as Claims | undefined
  if (!algorithm || !claims || more.length > 0) return undefined
  const { hash, ...options } = algorithm
  const signed = keys.some((key) =>
    verify(
      hash,
      Buffer.from(`${head}.${payload}`),
      { key: createPublicKey(key), ...options },
      Buffer.from(signature, 'base64url'),
    ),
  )
  const now = nowMs / 1000
  return signed && now < (claims.exp ?? Number.POSITIVE_INFINITY) && now >= (claims.nbf ?? 0) ? claims : undefined
}

export function hasAudience(claims: Claims, wanted: readonly string[]): boolean {
  const present = typeof claims.aud === 'string' ? [claims.aud] : (claims.aud ?? [])
  return wanted.some((audience) => present.includes(audience))
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}
