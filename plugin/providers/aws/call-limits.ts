import { type CallLimits, DEFAULT_MAX_RETRIES } from '../call-runner.ts'
import type { OpenContext } from '../provider.ts'

/** GetParameters has 40 calls a second in an account and region, all its users together; BatchGetSecretValue has 100 (limits-and-threats.md 1.5). */
const PARAMETER_STORE_CONCURRENCY = 4
/** Attempts, the first one included, when a store has `retrySettings` without `maxRetries` (external-secrets.md 5.1). */
const RETRY_SETTINGS_ATTEMPTS = 3

/** How calls are made for a store: `retrySettings.maxRetries` counts attempts for AWS, `retryInterval` is a fixed pause (external-secrets.md 5.1). */
export function callLimits(
  { callTimeoutMs, concurrency, store, pace }: Pick<OpenContext, 'callTimeoutMs' | 'concurrency' | 'store' | 'pace'>,
  service: string,
): CallLimits {
  const { retry } = store
  const attempts = Math.max(1, retry?.maxRetries ?? RETRY_SETTINGS_ATTEMPTS)
  return {
    callTimeoutMs,
    concurrency: service === 'ParameterStore' ? Math.min(concurrency, PARAMETER_STORE_CONCURRENCY) : concurrency,
    maxRetries: retry ? attempts - 1 : DEFAULT_MAX_RETRIES,
    ...(retry?.intervalMs !== undefined && { retryIntervalMs: retry.intervalMs }),
    pace,
  }
}
