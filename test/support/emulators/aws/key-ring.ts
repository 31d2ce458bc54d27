import { randomBytes } from 'node:crypto'

/** Whom a signature proves: a user or an assumed role. */
export interface Principal {
  readonly arn: string
  readonly account: string
  /** Session tags that stay when the next role is assumed. */
  readonly transitiveTags: ReadonlyMap<string, string>
}

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly principal: Principal
  /** Temporary credentials only. */
  readonly session?: { readonly token: string; readonly expiresAtMs: number }
}

/** The access keys that exist, with their secrets: what a signature is checked against. */
export class KeyRing {
  readonly #keys = new Map<string, AccessKey>()

  add(key: AccessKey): void {
    this.#keys.set(key.accessKeyId, key)
  }

  find(accessKeyId: string): AccessKey | undefined {
    return this.#keys.get(accessKeyId)
  }

  /** New temporary credentials for `principal`. */
  issue(principal: Principal, expiresAtMs: number): AccessKey & { readonly session: object } {
    const key = {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      principal,
      session: { token: `IQoJb3JpZ2lu${randomBytes(120).toString('base64')}`, expiresAtMs },
    }
    this.add(key)
    return key
  }
}
