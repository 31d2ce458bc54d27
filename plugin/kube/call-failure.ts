import { TransportFailure } from './api-transport.ts'
import { KubeError } from './kube-error.ts'

/** What `thrown` by the transport comes to for the caller of `what`: the signal's reason, or a KubeError without status. */
export function callFailure(what: string, thrown: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason
  return thrown instanceof TransportFailure ? new KubeError(`cannot ${what}: ${thrown.code}`, 0, thrown.code) : thrown
}
