import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** Signs tokens of ServiceAccounts, and says with which keys, as an API server does to whoever may ask (Managing Service Accounts, issuer discovery). */
export class TokenIssuer {
  readonly issuer = 'https://kubernetes.default.svc'
  #key: SigningKey | undefined

  token(claims: object): string {
    const { kid, privateKey } = this.#signing()
    const parts = [
      { alg: 'ES256', kid },
      { iss: this.issuer, ...claims },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    const signature = sign('sha256', Buffer.from(parts.join('.')), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return [...parts, signature.toString('base64url')].join('.')
  }

  /** The answer to a request, if it asks for the issuer or its keys. */
  document(url: string): object | undefined {
    if (url === '/.well-known/openid-configuration') return { issuer: this.issuer, jwks_uri: `${this.issuer}/openid/v1/jwks` }
    if (url !== '/openid/v1/jwks') return undefined
    const { kid, publicKey } = this.#signing()
    return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' }] }
  }

  /** Most tests ask for no token. */
  #signing(): SigningKey {
    this.#key ??= { kid: randomBytes(8).toString('hex'), ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
    return this.#key
  }
}
