import { SecretError } from '../model/secret-error.ts'

export interface LeaseTiming {
  /** How long others wait after the last sign of life that they saw. */
  readonly leaseMs: number
  /** How long after the last renewal the leader may write. */
  readonly renewDeadlineMs: number
  /** How often the leader renews, and at most how long it is until another looks again. */
  readonly retryMs: number
}

/** As client-go's and ESO's (external-secrets.md 4.17; limits-and-threats.md 3.1). */
export const DEFAULT_LEASE_TIMING: LeaseTiming = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 }

/** By how much pauses between two tries differ (client-go, leaderelection.JitterFactor). */
export const LEASE_JITTER = 1.2

/** Throws SecretError InvalidSpec for times with which two could lead, or none for long (client-go, NewLeaderElector). */
export function checkLeaseTiming({ leaseMs, renewDeadlineMs, retryMs }: LeaseTiming): void {
  if (retryMs <= 0) throw new SecretError('InvalidSpec', 'the retry period of the lease must be more than nothing')
  if (leaseMs % 1_000 !== 0) throw new SecretError('InvalidSpec', 'the lease duration must be whole seconds')
  if (leaseMs <= renewDeadlineMs) throw new SecretError('InvalidSpec', 'the lease duration must be more than the renew deadline')
  if (renewDeadlineMs <= retryMs * LEASE_JITTER)
    throw new SecretError('InvalidSpec', `the renew deadline must be more than ${LEASE_JITTER} times the retry period`)
}
