import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { exportJWK, type JWTPayload, SignJWT } from 'jose'
import type { Signer } from '../../../../plugin/controller/tokens/signing-keys.ts'

export const ISSUER = 'https://kubernetes.default.svc'
export const AUDIENCE = 'argocd-external-secrets-controller'

/** Signs tokens with a key of its own, as an API server does. */
export class TestSigner {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject

  constructor(kid = 'k1', { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })) {
    this.kid = kid
    this.privateKey = privateKey
    this.publicKey = publicKey
  }

  async signer(issuer = ISSUER): Promise<Signer> {
    return {
      issuers: [issuer],
      keys: { keys: [{ ...(await exportJWK(this.publicKey)), kid: this.kid, use: 'sig', alg: 'ES256' }] },
    }
  }

  /** `Bearer …`, with these changes; a claim that is undefined is left out. */
  async bearer(nowMs: number, claims: Readonly<Record<string, unknown>> = {}, header: object = {}): Promise<string> {
    const now = Math.floor(nowMs / 1_000)
    const all = {
      iss: ISSUER,
      aud: [AUDIENCE],
      iat: now,
      nbf: now,
      exp: now + 600,
      ...boundTo('argocd', 'argocd-repo-server'),
      ...claims,
    }
    const payload = JSON.parse(JSON.stringify(all)) as JWTPayload
    return `Bearer ${await new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: this.kid, ...header }).sign(this.privateKey)}`
  }
}

/** What an API server says of whose token it is. */
export function boundTo(namespace: string, name: string): { sub: string; 'kubernetes.io': object } {
  return {
    sub: `system:serviceaccount:${namespace}:${name}`,
    'kubernetes.io': { namespace, serviceaccount: { name, uid: 'u1' }, pod: { name: 'repo-server-0', uid: 'u2' } },
  }
}
