import type { Clock } from '../model/clock.ts'
import type { Random } from '../model/random.ts'
import { KubeError } from './kube-error.ts'

export interface RetryPorts {
  readonly clock: Clock
  readonly random: Random
}

const MAX_RETRIES = 3
/** The longest pause before retry n is `BASE * 2^n`; the pause is uniform in its upper half, so that it is never nothing. */
const BACKOFF_BASE_MS = 250
/** Who is asked to wait longer is told so instead. */
const MAX_RETRY_AFTER_MS = 10_000

const WORTH_A_RETRY: ReadonlySet<number> = new Set([429, 500, 502, 503, 504])
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/**
 * Runs a read again that met a server too busy, ill or just restarting: three times at most.
 * Writes are never repeated beneath their caller: what held when it decided (a lease) may not hold after the pause.
 */
export async function retryRead<T>(
  read: () => Promise<T>,
  { clock, random }: RetryPorts,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await read()
    } catch (thrown) {
      if (!(thrown instanceof KubeError) || retries >= MAX_RETRIES || !isWorthARetry(thrown)) throw thrown
      const pause = BACKOFF_BASE_MS * 2 ** retries * (0.5 + random.fraction() / 2)
      await clock.sleep(Math.max(pause, thrown.retryAfterMs ?? 0), signal)
    }
  }
}

function isWorthARetry({ status, reason, retryAfterMs = 0 }: KubeError): boolean {
  if (retryAfterMs > MAX_RETRY_AFTER_MS || reason === 'ResourceVersionTooLarge') return false
  return status === 0 ? CONNECTION_CODES.has(reason) : WORTH_A_RETRY.has(status)
}
