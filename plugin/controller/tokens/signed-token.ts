import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '../../model/clock.ts'
import type { KnownSigner, SigningKeys } from './signing-keys.ts'

export interface SignedTokenTools {
  readonly keys: Pick<SigningKeys, 'current' | 'newer'>
  /** Of asymmetric keys alone. */
  readonly algorithms: readonly string[]
  /** The one audience that a token is for: one that others take as well could be shown here by them. */
  readonly audience: string
  /** Whether a token is one for us by what else it says. */
  readonly isMeant?: (claims: JWTPayload) => boolean
  readonly clock: Pick<Clock, 'now'>
}

/** What is wrong with a token: its form, or what it says of its algorithm, key, signature, `iss`, `aud`, `exp`, `nbf`, or what it does not say. */
export type TokenFault =
  | 'malformed'
  | 'algorithm'
  | 'unknown-key'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not-yet'
  | 'claims'

export type TokenVerdict =
  | { readonly claims: JWTPayload; readonly fault?: never }
  | { readonly fault: TokenFault; readonly claims?: never }

/** How far two clocks may be apart. */
const TOLERANCE_SECONDS = 30

/** What a signer may have changed since its keys were read. */
const MAY_BE_NEWER: ReadonlySet<TokenFault> = new Set(['unknown-key', 'issuer'])

const FAULTS_BY_CLAIM: Readonly<Record<string, TokenFault>> = { iss: 'issuer', nbf: 'not-yet' }

/** Verifies tokens (RFC 7519) that one signer makes for one audience. Keys are those of the signer: `jwk`, `jku` and `x5c` of a token are not looked at. */
export class SignedTokenCheck {
  readonly #tools: SignedTokenTools

  constructor(tools: SignedTokenTools) {
    this.#tools = tools
  }

  /** Of a header `Authorization`. Rejects when there are no keys to verify it by. */
  async verdict(authorization: string | undefined): Promise<TokenVerdict> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? '')?.[1]
    if (token === undefined) return { fault: 'malformed' }
    // What it says itself is enough to refuse it, without a key or a signature that costs something.
    const { keys, isMeant = () => true, audience } = this.#tools
    const said = saidBy(token)
    if (!said) return { fault: 'malformed' }
    if (!isFor(audience, said)) return { fault: 'audience' }
    if (!isMeant(said)) return { fault: 'claims' }
    const known = await keys.current()
    const verdict = await this.#judge(token, known)
    if (verdict.fault === undefined || !MAY_BE_NEWER.has(verdict.fault)) return verdict
    const newer = await keys.newer()
    return newer === known ? verdict : this.#judge(token, newer)
  }

  async #judge(token: string, { issuers, keyOf }: KnownSigner): Promise<TokenVerdict> {
    const { algorithms, audience, clock } = this.#tools
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keyOf, {
        algorithms: [...algorithms],
        issuer: [...issuers],
        audience,
        requiredClaims: ['exp', 'iat'],
        currentDate: new Date(clock.now()),
        clockTolerance: TOLERANCE_SECONDS,
      })
      // Without one, the only key that there is would do.
      return protectedHeader.kid === undefined ? { fault: 'unknown-key' } : { claims: payload }
    } catch (thrown) {
      return { fault: faultOf(thrown) }
    }
  }
}

function saidBy(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token)
  } catch {
    return undefined
  }
}

function isFor(audience: string, { aud }: JWTPayload): boolean {
  const audiences = [aud].flat()
  return audiences.length === 1 && audiences[0] === audience
}

function faultOf(thrown: unknown): TokenFault {
  if (thrown instanceof errors.JWTExpired) return 'expired'
  if (thrown instanceof errors.JWTClaimValidationFailed) return FAULTS_BY_CLAIM[thrown.claim] ?? 'claims'
  if (thrown instanceof errors.JOSEAlgNotAllowed) return 'algorithm'
  if (thrown instanceof errors.JWKSNoMatchingKey || thrown instanceof errors.JWKSMultipleMatchingKeys) return 'unknown-key'
  return thrown instanceof errors.JWSSignatureVerificationFailed ? 'signature' : 'malformed'
}
