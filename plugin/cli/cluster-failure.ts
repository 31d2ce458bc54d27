import { isKubeError } from '../kube/kube-error.ts'
import { SecretError } from '../model/secret-error.ts'

/** A question for a cluster, in words for errors. */
export interface ClusterQuestion {
  /** `Secret "db" in namespace "shop"` */
  readonly what: string
  /** What one has to be allowed for an answer: `get Secrets there`. */
  readonly right: string
}

/** What it comes to that a cluster did not answer: a SecretError, or what was thrown where that is no word of a cluster. */
export function clusterFailure(thrown: unknown, { what, right }: ClusterQuestion, signal: AbortSignal): unknown {
  if (signal.aborted)
    return new SecretError('Deadline', 'the time given was over before the cluster answered', { remedy: 'raise --timeout' })
  if (!isKubeError(thrown)) return thrown
  const isDenied = isKubeError(thrown, 'Forbidden', 'Unauthorized')
  return new SecretError(isDenied ? 'AccessDenied' : 'Unavailable', `${what} cannot be read in the cluster (${thrown.reason})`, {
    remedy: isDenied ? `ask as an account that may ${right}` : 'see --kubeconfig, --context and the way to the API server',
  })
}
