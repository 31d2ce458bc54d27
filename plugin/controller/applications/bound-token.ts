import '../../api/jitless.ts'
import * as z from 'zod'
import type { Clock } from '../../model/clock.ts'
import { failureFields } from '../../model/failure-fields.ts'
import type { LogFields, Logger } from '../../model/logger.ts'
import type { SignedTokenCheck, TokenFault } from '../tokens/signed-token.ts'

export interface BoundTokenTools {
  /** By the keys of the API server, for our audience. */
  readonly tokens: Pick<SignedTokenCheck, 'verdict'>
  /** `NAMESPACE/NAME` of those whose Pods are daemons. */
  readonly accounts: ReadonlySet<string>
  readonly logger: Pick<Logger, 'warn'>
  readonly clock: Pick<Clock, 'monotonic'>
}

/** The claims of a token that the kubelet mounts (Kubernetes, Managing Service Accounts, "Schema for service account private claims"). */
const podClaims = z.object({
  sub: z.string(),
  'kubernetes.io': z.object({
    namespace: z.string(),
    serviceaccount: z.object({ name: z.string() }),
    pod: z.object({ name: z.string().min(1), uid: z.string().min(1) }),
  }),
})

type Refusal = TokenFault | 'account' | 'no-pod'

/** What to do about each, for the log. */
const REMEDIES: Readonly<Record<Refusal, string>> = {
  malformed: 'mount a projected token of the ServiceAccount, or a token of --intake-token',
  algorithm: 'mount a token that the API server has signed',
  'unknown-key': 'mount a token of this cluster, whose API server alone is believed',
  signature: 'mount a token that the API server has signed',
  issuer: 'mount a token of this cluster: its API server names another issuer',
  audience: 'mount a token for --intake-audience, and for it alone',
  expired: 'see that the kubelet of the daemon renews its token, and that clocks agree',
  'not-yet': 'see that clocks agree',
  claims: 'mount a projected token of the ServiceAccount',
  account: 'name the ServiceAccount in --intake-service-accounts if its Pods are daemons',
  'no-pod': 'mount a projected token: one that is bound to no Pod outlives whatever it was made for',
}

/** Of one reason: anybody can be refused as often as they like. */
const SAY_AGAIN_MS = 60_000

/** Whether a Pod of one of our ServiceAccounts shows its token (R20). */
export class BoundTokenCheck {
  readonly #tools: BoundTokenTools
  readonly #saidAtMs = new Map<Refusal | 'keys', number>()

  constructor(tools: BoundTokenTools) {
    this.#tools = tools
  }

  /** Rejects with SecretError Unavailable while nobody can tell. */
  async isGood(authorization: string | undefined): Promise<boolean> {
    const { tokens, accounts } = this.#tools
    const verdict = await tokens.verdict(authorization).catch((thrown: unknown) => {
      this.#say('keys', 'tokens of daemons cannot be verified', failureFields(thrown))
      throw thrown
    })
    if (verdict.claims === undefined) return this.#refuse(verdict.fault)
    const { data } = podClaims.safeParse(verdict.claims)
    if (!data) return this.#refuse('no-pod')
    const { namespace, serviceaccount } = data['kubernetes.io']
    const account = `${namespace}/${serviceaccount.name}`
    const isOurs = accounts.has(account) && data.sub === `system:serviceaccount:${namespace}:${serviceaccount.name}`
    return isOurs || this.#refuse('account', account)
  }

  /** `account` is of a token that the API server has signed. */
  #refuse(refusal: Refusal, account?: string): false {
    const fields = { refusal, ...(account !== undefined && { account }), remedy: REMEDIES[refusal] }
    this.#say(refusal, 'the token of a daemon is refused', fields)
    return false
  }

  #say(about: Refusal | 'keys', message: string, fields: LogFields): void {
    const now = this.#tools.clock.monotonic()
    const saidAtMs = this.#saidAtMs.get(about)
    if (saidAtMs !== undefined && now - saidAtMs < SAY_AGAIN_MS) return
    this.#saidAtMs.set(about, now)
    this.#tools.logger.warn(message, fields)
  }
}
