import type { CallRunner } from '../call-runner.ts'
import type { AwsApi } from './api.ts'
import { type Attempt, AwsError } from './explain.ts'
import { explained } from './explained.ts'
import type { Identity } from './identity.ts'
import type { NameBytes } from './tags-secret.ts'

/** Calls to one service as one identity: logged in once a fetch, then bounded, retried and explained. */
export interface ServiceCalls {
  /** Before the calls of a fetch. Throws SecretError: nothing can be read. */
  readonly login: (signal: AbortSignal) => Promise<void>
  /** Throws SecretError. */
  readonly call: <T>(attempt: Attempt, send: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) => Promise<T>
}

/** What the readers of both services are told of their store. */
export interface ReaderOptions {
  /** Put before every key. */
  readonly prefix: string
  readonly nameBytes: NameBytes
}

/** AWS no longer takes credentials that it may have taken before: they have ended, or their key was replaced. */
const ENDED = /^(ExpiredToken|RequestExpired|UnrecognizedClientException$|InvalidClientTokenId$)/
const OWN_IDENTITY: Attempt = { action: 'sts:AssumeRoleWithWebIdentity', target: "the role of the process's own identity" }

export function serviceCalls(api: AwsApi, identity: Identity | undefined, runner: CallRunner): ServiceCalls {
  return {
    async login(signal) {
      if (identity) await identity.login(signal)
      else await runner.run(() => explained(api.findCredentials(), OWN_IDENTITY), signal)
    },
    async call(attempt, send, signal) {
      try {
        return await runner.run((signal) => explained(send(signal), attempt), signal)
      } catch (thrown) {
        if (thrown instanceof AwsError && ENDED.test(thrown.code)) identity?.forget()
        throw thrown
      }
    },
  }
}
