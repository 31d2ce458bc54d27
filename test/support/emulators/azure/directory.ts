import { randomUUID, X509Certificate } from 'node:crypto'
import { type DecodedJwt, decodeJwt, issuerKeys, signatureIsGood, signJwt } from './jwt.ts'

/** An application registration, with what may stand for its identity. */
export interface Application {
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret?: string
  /** PEM of certificates whose keys may sign client assertions. */
  readonly certificates?: readonly string[]
  /** Federated identity credentials: whose tokens are taken for the application's. */
  readonly federated?: readonly { readonly issuer: string; readonly subject: string; readonly audience?: string }[]
}

/** Why a token request is refused: a code of "Microsoft Entra authentication and authorization error codes". */
export interface Refusal {
  readonly status: number
  readonly error: string
  readonly aadsts: number
}

/** The audience of tokens that workload identity federation exchanges. */
export const EXCHANGE_AUDIENCE = 'api://AzureADTokenExchange'

const INVALID_CLIENT = { status: 401, error: 'invalid_client' }

/** The applications of all tenants, and the check of what they bring. */
export class Directory {
  readonly #applications: Application[] = []

  add(application: Application): void {
    this.#applications.push(application)
  }

  /** The application that the form's fields authenticate, or why not. */
  authenticate(tenantId: string, form: Readonly<Record<string, string>>, audiences: readonly string[]): Application | Refusal {
    const tenant = this.#applications.filter((application) => application.tenantId === tenantId)
    if (tenant.length === 0) return { status: 400, error: 'invalid_request', aadsts: 90002 }
    const application = tenant.find(({ clientId }) => clientId === form['client_id'])
    if (!application) return { status: 400, error: 'unauthorized_client', aadsts: 700016 }
    const { client_secret: secret, client_assertion: assertion, client_assertion_type: type } = form
    if (secret !== undefined) {
      return secret === application.clientSecret ? application : { ...INVALID_CLIENT, aadsts: 7000215 }
    }
    if (type !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' || !assertion) {
      return { ...INVALID_CLIENT, aadsts: 7000216 }
    }
    const jwt = decodeJwt(assertion)
    if (!jwt) return { ...INVALID_CLIENT, aadsts: 50027 }
    return this.#refusalOf(jwt, application, audiences) ?? application
  }

  #refusalOf(jwt: DecodedJwt, application: Application, audiences: readonly string[]): Refusal | undefined {
    if (!isCurrent(jwt.claims)) return { ...INVALID_CLIENT, aadsts: 700024 }
    const ownAssertion = jwt.header['x5t'] !== undefined || jwt.header['x5t#S256'] !== undefined
    return ownAssertion ? this.#certificateRefusal(jwt, application, audiences) : federationRefusal(jwt, application)
  }

  #certificateRefusal(jwt: DecodedJwt, application: Application, audiences: readonly string[]): Refusal | undefined {
    const certificate = application.certificates
      ?.map((pem) => new X509Certificate(pem))
      .find((known) => isNamed(known, jwt.header))
    if (!certificate) return { ...INVALID_CLIENT, aadsts: 700027 }
    if (!signatureIsGood(jwt, certificate.publicKey)) return { ...INVALID_CLIENT, aadsts: 700027 }
    const { aud, iss, sub, jti } = jwt.claims
    if (typeof aud !== 'string' || !audiences.includes(aud)) return { ...INVALID_CLIENT, aadsts: 700023 }
    if (iss !== application.clientId || sub !== application.clientId) return { ...INVALID_CLIENT, aadsts: 700021 }
    // An assertion may come again while it is good: the official client keeps one for ten minutes.
    return typeof jti === 'string' && jti !== '' ? undefined : { ...INVALID_CLIENT, aadsts: 50027 }
  }
}

/** A service account's token as a cluster whose keys the emulator knows would sign it. */
export function federatedToken(issuer: string, subject: string, audience: string = EXCHANGE_AUDIENCE): string {
  const now = Math.floor(Date.now() / 1000)
  return signJwt({ iss: issuer, sub: subject, aud: [audience], iat: now, nbf: now, exp: now + 3600, jti: randomUUID() })
}

function federationRefusal(jwt: DecodedJwt, application: Application): Refusal | undefined {
  if (!signatureIsGood(jwt, issuerKeys.publicKey)) return { ...INVALID_CLIENT, aadsts: 50013 }
  const { iss, sub, aud } = jwt.claims
  const audiences = Array.isArray(aud) ? aud : [aud]
  const trusted = application.federated?.filter(({ issuer, subject }) => issuer === iss && subject === sub) ?? []
  if (trusted.length === 0) return { ...INVALID_CLIENT, aadsts: 700213 }
  const meantForUs = trusted.some(({ audience = EXCHANGE_AUDIENCE }) => audiences.includes(audience))
  return meantForUs ? undefined : { ...INVALID_CLIENT, aadsts: 700212 }
}

function isCurrent({ exp, nbf }: Readonly<Record<string, unknown>>): boolean {
  const now = Date.now() / 1000
  const skew = 300
  return typeof exp === 'number' && exp > now - skew && (nbf === undefined || (typeof nbf === 'number' && nbf < now + skew))
}

function isNamed(certificate: X509Certificate, header: Readonly<Record<string, unknown>>): boolean {
  const digest = (hex: string): string => Buffer.from(hex.replaceAll(':', ''), 'hex').toString('base64url')
  const same = (named: unknown, hex: string): boolean => typeof named === 'string' && named.replace(/=+$/, '') === digest(hex)
  return same(header['x5t'], certificate.fingerprint) || same(header['x5t#S256'], certificate.fingerprint256)
}
