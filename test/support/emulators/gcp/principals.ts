import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { isCurrent, parseJwt, signJwt } from './jwt.ts'
import { ApiFailure } from './status.ts'

/** The roles that matter here: roles/secretmanager.secretAccessor, .viewer, .admin. */
export type Role = 'secretAccessor' | 'viewer' | 'admin'

/** A service account's key file, as the console gives it. */
export interface ServiceAccountKey {
  readonly type: 'service_account'
  readonly project_id: string
  readonly private_key_id: string
  readonly private_key: string
  readonly client_email: string
  readonly client_id: string
  readonly token_uri: string
  readonly universe_domain: string
}

export interface ServiceAccountToken {
  readonly namespace: string
  readonly name: string
  readonly audiences: readonly string[]
}

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'
/** Of an issued token, in seconds; Google's default. */
export const TOKEN_LIFETIME = 3600

/** Who exists, what they may do, and which tokens were given to them. */
export class Principals {
  readonly #roles = new Map<string, readonly Role[]>()
  readonly #impersonators = new Map<string, Set<string>>()
  readonly #keys = new Map<string, { readonly email: string; readonly key: KeyObject }>()
  readonly #tokens = new Map<string, { readonly principal: string; readonly expiresAt: number }>()
  readonly #cluster = generateKeyPairSync('rsa', { modulusLength: 2048 })
  #pair: { readonly publicKey: string; readonly privateKey: string } | undefined

  grant(principal: string, ...roles: readonly Role[]): void {
    this.#roles.set(principal, roles)
  }

  may(principal: string, ...anyOf: readonly Role[]): boolean {
    return (this.#roles.get(principal) ?? []).some((role) => anyOf.includes(role))
  }

  /** roles/iam.workloadIdentityUser or roles/iam.serviceAccountTokenCreator of `principal` on the account. */
  letImpersonate(principal: string, email: string): void {
    const known = this.#impersonators.get(email) ?? new Set()
    this.#impersonators.set(email, known.add(principal))
  }

  /** A service account that nothing was ever said of does not exist. */
  exists(email: string): boolean {
    return this.#roles.has(email) || this.#impersonators.has(email)
  }

  mayImpersonate(principal: string, email: string): boolean {
    return this.#impersonators.get(email)?.has(principal) === true
  }

  /** A key file of `email`. All accounts of one emulator share a key pair, under ids of their own. */
  createKey(email: string, project: string): ServiceAccountKey {
    this.#pair ??= generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const id = randomUUID().replaceAll('-', '')
    this.#keys.set(id, { email, key: createPublicKey(this.#pair.publicKey) })
    return {
      type: 'service_account',
      project_id: project,
      private_key_id: id,
      private_key: this.#pair.privateKey,
      client_email: email,
      client_id: '100000000000000000001',
      token_uri: 'https://oauth2.googleapis.com/token',
      universe_domain: 'googleapis.com',
    }
  }

  issue(principal: string, lifetimeSeconds = TOKEN_LIFETIME): string {
    const token = `ya29.${randomUUID()}${randomUUID()}`
    this.#tokens.set(token, { principal, expiresAt: Date.now() + lifetimeSeconds * 1000 })
    return token
  }

  /** Every token given so far is worth nothing. */
  revokeAll(): void {
    this.#tokens.clear()
  }

  /** Who sends `Authorization: <header>`. */
  authenticate(header: string | undefined, serviceAudiences: readonly string[]): string {
    const token = /^Bearer (.+)$/.exec(header ?? '')?.[1]
    if (token === undefined) {
      throw new ApiFailure('UNAUTHENTICATED', 'Request is missing required authentication credential.')
    }
    const issued = this.#tokens.get(token)
    if (issued && issued.expiresAt > Date.now()) return issued.principal
    const email = this.serviceAccountOf(token)
    const claims = parseJwt(token)?.claims ?? {}
    const isForUs =
      serviceAudiences.includes(String(claims['aud'])) || String(claims['scope']).split(' ').includes(CLOUD_PLATFORM)
    if (email !== undefined && isForUs) return email
    throw new ApiFailure('UNAUTHENTICATED', 'Request had invalid authentication credentials.')
  }

  /** The account that signed the JWT with a key of its own; undefined when anything about it is wrong. */
  serviceAccountOf(token: string): string | undefined {
    const jwt = parseJwt(token)
    const known = this.#keys.get(String(jwt?.header['kid']))
    if (!jwt || !known || !jwt.isSignedBy(known.key) || !isCurrent(jwt.claims)) return undefined
    const isOwn = jwt.claims['iss'] === known.email && (jwt.claims['sub'] ?? known.email) === known.email
    return isOwn ? known.email : undefined
  }

  /** A projected token of a Kubernetes ServiceAccount, as the API server of the one cluster here signs it. */
  kubernetesToken({ namespace, name, audiences }: ServiceAccountToken): string {
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: 'https://cluster.test', sub: `system:serviceaccount:${namespace}:${name}`, aud: audiences }
    return signJwt({ ...claims, iat: now, exp: now + 900 }, this.#cluster.privateKey)
  }

  /** The subject of a token of the cluster for `audience`. */
  kubernetesSubject(token: string, audience: string): string | undefined {
    const jwt = parseJwt(token)
    if (!jwt?.isSignedBy(this.#cluster.publicKey) || !isCurrent(jwt.claims)) return undefined
    const audiences = new Set([jwt.claims['aud']].flat())
    return audiences.has(audience) || audiences.has(`https:${audience}`) ? String(jwt.claims['sub']) : undefined
  }
}
