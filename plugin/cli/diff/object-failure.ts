import { quoteName } from '../../model/quote-name.ts'
import { clusterFailure } from '../cluster-failure.ts'

/** What it comes to that an object of the cluster could not be read: a SecretError, or what was thrown where that is no word of a cluster. */
export function objectFailure(
  thrown: unknown,
  { kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): unknown {
  const what = `${kind} ${quoteName(name)} in namespace ${quoteName(namespace)}`
  return clusterFailure(thrown, { what, right: `get ${kind}s there` }, signal)
}
