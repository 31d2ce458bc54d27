import type { Clock } from '../../model/clock.ts'
import { errorPolicy } from '../../model/error-policy.ts'
import type { Logger } from '../../model/logger.ts'
import { asSecretError } from '../../model/secret-error.ts'
import type { VaultApi } from './api.ts'
import { loginFailure } from './failure.ts'
import type { LoginMethod } from './login/login-method.ts'
import { isExpiring, type LoginToken, tokenIn } from './login-token.ts'

/** Who a reader is to Vault. */
export interface Session {
  /** Sent with reads; nothing when the store has no `auth`. */
  readonly token: string | undefined
  /** Sees to a token that is good for a while: logs in, renews, or logs in again. Throws SecretError. */
  ready(signal: AbortSignal): Promise<void>
  /**
   * After a 403: the token to try again with, when `refused` was no longer good; undefined when it still is and a policy says no.
   * Throws SecretError when the new login fails.
   */
  replacementFor(refused: string, signal: AbortSignal): Promise<string | undefined>
  /** {@link close} revokes the token, and with it whatever Vault has leased to it. */
  readonly isRevoked: boolean
  /** Revokes a token that a login gave. */
  close(signal: AbortSignal): Promise<void>
}

/** A token that somebody else looks after, or none: never renewed, never revoked (external-secrets.md 7.4). */
export function givenSession(token: string | undefined): Session {
  return {
    token,
    isRevoked: false,
    ready: async () => undefined,
    replacementFor: async () => undefined,
    close: async () => undefined,
  }
}

export interface LoginSessionOptions {
  readonly api: VaultApi
  readonly method: LoginMethod
  readonly namespace: string | undefined
  readonly clock: Clock
  readonly logger: Logger
}

/** How long a token that proved good is believed to be: one look serves all reads that a policy denies. */
const PROOF_MS = 2_000
/** A token that replaced a refused one and is refused this soon is good: without Vault's default policy none may look at itself. */
const YOUNG_MS = 60_000

/** One login for all reads of a reader; concurrent callers share it. */
export class LoginSession implements Session {
  readonly isRevoked = true
  readonly #options: LoginSessionOptions
  #current: LoginToken | undefined
  #renewal: Flight | undefined
  #replacement: { readonly id: string; readonly sinceMs: number } | undefined
  #verdict: Verdict | undefined

  constructor(options: LoginSessionOptions) {
    this.#options = options
  }

  get token(): string | undefined {
    return this.#current?.id
  }

  async ready(signal: AbortSignal): Promise<void> {
    if (this.#verdict?.isPending === false) this.#verdict = undefined
    for (;;) {
      const isOwn = this.#renewal === undefined
      const flight = (this.#renewal ??= { signal, done: this.#refresh(signal).finally(() => (this.#renewal = undefined)) })
      try {
        return await flight.done
      } catch (thrown) {
        // Another caller's deadline is not ours.
        if (isOwn || !flight.signal.aborted || signal.aborted) throw thrown
      }
    }
  }

  async replacementFor(refused: string, signal: AbortSignal): Promise<string | undefined> {
    if (this.#current && this.#current.id !== refused) return this.#current.id
    const now = this.#options.clock.now()
    if (this.#replacement?.id === refused && now - this.#replacement.sinceMs < YOUNG_MS) return undefined
    if (this.#verdict?.about !== refused || this.#verdict.untilMs < now) this.#verdict = this.#judge(refused, signal)
    const verdict = this.#verdict
    try {
      return await verdict.token
    } catch (thrown) {
      // A refused login is not tried again for every read; an outage is for the caller to retry.
      if (this.#verdict === verdict && errorPolicy[asSecretError(thrown).kind].retryCall) this.#verdict = undefined
      throw thrown
    }
  }

  async close(signal: AbortSignal): Promise<void> {
    const { api, clock, logger, method } = this.#options
    const current = this.#current
    this.#current = undefined
    if (!current || current.type === 'batch' || current.expiresAtMs <= clock.now()) return
    const status = await api.revokeSelf(current.id, signal).then(
      (answer) => answer.status,
      () => 0,
    )
    if (status >= 400 || status === 0)
      logger.warn('the Vault token could not be revoked; it ends by its TTL', { auth: method.mount })
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    if (this.#current && !isExpiring(this.#current, clock.now())) return
    if (this.#current?.renewable) this.#current = await this.#renewed(this.#current, signal)
    if (!this.#current || isExpiring(this.#current, clock.now())) await this.#login(signal)
  }

  /**
   * Undefined when Vault does not renew it: it has reached its end, or was revoked. Close to its end it gets less time than it had, which does
   * not make that time worth more: the margin stays that of its first life.
   */
  async #renewed(token: LoginToken, signal: AbortSignal): Promise<LoginToken | undefined> {
    const { api, clock } = this.#options
    const asked = clock.now()
    const answer = await api.renewSelf(token.id, signal)
    if (answer.status !== 200) return undefined
    const renewed = tokenIn(answer, asked)
    return { ...renewed, ttlMs: Math.max(token.ttlMs, renewed.ttlMs) }
  }

  async #login(signal: AbortSignal): Promise<string> {
    const { api, method, namespace, clock } = this.#options
    const { path, fields } = await method.prepare(signal)
    const asked = clock.now()
    const answer = await api.login(path, fields, signal)
    if (answer.status !== 200) throw loginFailure(answer, { path: method.mount, namespace }).at({ field: method.field })
    this.#current = tokenIn(answer, asked)
    return this.#current.id
  }

  /** A verdict is good from when it is there: a login may take longer than {@link PROOF_MS}, and there is to be one. */
  #judge(refused: string, signal: AbortSignal): Verdict {
    const verdict = {
      about: refused,
      isPending: true,
      untilMs: Number.POSITIVE_INFINITY,
      token: this.#replace(refused, signal).finally(() => {
        verdict.isPending = false
        verdict.untilMs = this.#options.clock.now() + PROOF_MS
      }),
    }
    return verdict
  }

  async #replace(refused: string, signal: AbortSignal): Promise<string | undefined> {
    const { api, clock, method, namespace } = this.#options
    const answer = await api.lookupSelf(refused, signal)
    if (answer.status === 200) return undefined
    if (answer.status !== 403) throw loginFailure(answer, { path: method.mount, namespace }).at({ field: method.field })
    const id = await this.#login(signal)
    this.#replacement = { id, sinceMs: clock.now() }
    return id
  }
}

/** Whether a token that was refused is still good, and the one to use in its place if not. */
interface Verdict {
  readonly about: string
  readonly isPending: boolean
  readonly untilMs: number
  readonly token: Promise<string | undefined>
}

interface Flight {
  readonly signal: AbortSignal
  readonly done: Promise<void>
}
