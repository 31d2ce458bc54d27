import type { KubeClient } from './kube-client.ts'
import { type Leadership, leaseLost } from './lease-tenure.ts'

/**
 * A client that writes for a leader alone: each write looks at the lease right before it is sent, and is cut when the lease is lost.
 * Writes reject with KubeError `LeaseLost` from then on; reads go on.
 */
export function guardedClient(client: KubeClient, leadership: Leadership): KubeClient {
  async function guarded<T>(
    what: string,
    options: { readonly signal?: AbortSignal | undefined } | undefined,
    write: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (!leadership.mayWrite()) throw leaseLost(what)
    return await write(options?.signal ? AbortSignal.any([options.signal, leadership.signal]) : leadership.signal)
  }

  return {
    get: (resource, key, options) => client.get(resource, key, options),
    list: (resource, options) => client.list(resource, options),
    watch: (resource, options) => client.watch(resource, options),
    create: (resource, object, options) =>
      guarded(`create ${resource.plural}`, options, (signal) => client.create(resource, object, { ...options, signal })),
    update: (resource, object, options) =>
      guarded(`update ${resource.plural}`, options, (signal) => client.update(resource, object, { ...options, signal })),
    patch: (resource, key, patch, options) =>
      guarded(`patch ${resource.plural}`, options, (signal) => client.patch(resource, key, patch, { ...options, signal })),
    delete: (resource, key, options) =>
      guarded(`delete ${resource.plural}`, options, (signal) => client.delete(resource, key, { ...options, signal })),
    requestToken: (account, query, signal) => client.requestToken(account, query, signal),
    tokenIssuer: (signal) => client.tokenIssuer(signal),
    resources: (group, version, signal) => client.resources(group, version, signal),
    serverVersion: (signal) => client.serverVersion(signal),
    close: () => client.close(),
  }
}
