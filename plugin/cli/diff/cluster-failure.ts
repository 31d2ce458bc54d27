import { isKubeError } from '../../kube/kube-error.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'

/** What a cluster's refusal of a read comes to: a SecretError, or what was thrown where it is no refusal. */
export function clusterFailure(
  thrown: unknown,
  { kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): unknown {
  if (signal.aborted)
    return new SecretError('Deadline', 'the time given was over before the cluster answered', { remedy: 'raise --timeout' })
  if (!isKubeError(thrown)) return thrown
  const isDenied = isKubeError(thrown, 'Forbidden', 'Unauthorized')
  const what = `${kind} ${quoteName(name)} in namespace ${quoteName(namespace)} cannot be read in the cluster (${thrown.reason})`
  return new SecretError(isDenied ? 'AccessDenied' : 'Unavailable', what, {
    remedy: isDenied
      ? `ask as an account that may get ${kind}s there`
      : 'see --kubeconfig, --context and the way to the API server',
  })
}
