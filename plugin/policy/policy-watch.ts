import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import { asSecretError, type SecretError } from '../model/secret-error.ts'
import type { LoadProvider } from '../providers/registry.ts'
import { readPolicy, type TenancyPolicy } from './read-policy.ts'

/** The policy in force, read again while the process runs. */
export interface PolicyWatch {
  /** The last one that could be read as a whole. Throws the reading's SecretError while there was none yet. */
  current(): TenancyPolicy
  /** Why what the folder says now is not in force; `undefined` when it is. */
  problem(): SecretError | undefined
  close(): void
}

/** A ConfigMap that was changed is mounted anew within a minute or so; a look at a few files costs nothing. */
const INTERVAL_MS = 5_000

/** Reads `directory` now, and again every few seconds. A broken version leaves the one before in force, and says so. */
export async function watchPolicy(
  directory: string,
  providers: ReadonlyMap<string, LoadProvider>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<PolicyWatch> {
  const closing = new AbortController()
  let policy: TenancyPolicy | undefined
  let failure: SecretError | undefined

  async function read(): Promise<void> {
    try {
      const fresh = await readPolicy(directory, providers)
      if (fresh.digest !== policy?.digest || failure) {
        logger.info('policy is in force', {
          digest: fresh.digest,
          rules: fresh.rules.length,
          stores: fresh.stores.length,
          mode: fresh.mode,
        })
      }
      policy = fresh
      failure = undefined
    } catch (thrown) {
      const problem = asSecretError(thrown)
      if (problem.message !== failure?.message)
        logger.warn('policy cannot be read', {
          problem: problem.message,
          file: problem.place.file ?? '',
          line: problem.place.line ?? 0,
          remedy: problem.remedy ?? '',
        })
      failure = problem
    }
  }

  async function keepReading(): Promise<void> {
    while (!closing.signal.aborted) {
      await clock.sleep(INTERVAL_MS, closing.signal).catch(() => undefined)
      if (!closing.signal.aborted) await read()
    }
  }

  await read()
  void keepReading()
  return {
    current() {
      if (policy) return policy
      throw failure ?? asSecretError(new Error('no policy'))
    },
    problem: () => failure,
    close: () => closing.abort(),
  }
}
