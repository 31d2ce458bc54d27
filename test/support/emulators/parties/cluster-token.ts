/** The claims of a token that a Kubernetes cluster gave to a ServiceAccount, as a party sees them that trusts the cluster. */
export interface ClusterClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly string[]
}

/** A token with these claims. Parties here read claims and check no signature: whose keys they trust is not what is tested. */
export function unsignedToken(claims: object): string {
  return [{ alg: 'RS256', typ: 'JWT' }, claims, {}]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
}

export function claimsOf(token: string): Partial<ClusterClaims> | undefined {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Partial<ClusterClaims>
  } catch {
    return undefined
  }
}

export function isMeant({ iss, sub, aud }: ClusterClaims, token: string): boolean {
  const claims = claimsOf(token)
  return claims?.iss === iss && claims.sub === sub && [claims.aud].flat().includes([aud].flat()[0])
}
