import { quoteName } from '../../model/quote-name.ts'
import { kubeFailure } from '../kube-failure.ts'

/** What a cluster's refusal of a read comes to: a SecretError, or what was thrown where it is no refusal. */
export function clusterFailure(
  thrown: unknown,
  { kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): unknown {
  const what = `${kind} ${quoteName(name)} in namespace ${quoteName(namespace)}`
  return kubeFailure(thrown, { what, right: `get ${kind}s there` }, signal)
}
