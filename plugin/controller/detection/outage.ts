import { errorPolicy } from '../../model/error-policy.ts'
import type { Random } from '../../model/random.ts'
import type { SecretError } from '../../model/secret-error.ts'

const FIRST_MS = 5_000
const MOST_MS = 5 * 60_000

/** How long a store is left alone after `failures` rounds in a row that failed, in milliseconds: doubled each time, between half and all of it. */
export function outagePauseMs(failures: number, random: Random, retryAfterMs = 0): number {
  const pauseMs = Math.min(MOST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1))
  return Math.max(Math.min(retryAfterMs, MOST_MS), pauseMs * (0.5 + random.fraction() / 2))
}

/** The backend may answer the same question later. */
export function isOutage({ kind, lasting }: SecretError): boolean {
  return kind === 'Deadline' || (errorPolicy[kind].retryCall && !lasting)
}
