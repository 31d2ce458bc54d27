import { NOT_IMPLEMENTED } from '../model/not-implemented.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { ChangeDetector } from '../providers/change-detector.ts'
import type { OpenContext } from '../providers/provider.ts'
import type { LoadProvider } from '../providers/registry.ts'
import { type OpenTools, retryOf, type StoreScope } from './open-store.ts'
import type { StoreObject } from './store-object.ts'
import { storeProvider } from './store-provider.ts'

/**
 * Makes what notices changes in a store that has been found and allowed; undefined where its provider has nothing cheaper than reading.
 *
 * @param namespace of the ExternalSecret that uses the store
 * @param pace of the quota that the store's calls share
 * @throws SecretError, without a place where the field alone is known
 */
export type OpenDetector = (
  store: StoreObject,
  namespace: string,
  credentials: OpenContext['credentials'],
  pace: OpenContext['pace'],
  scope?: StoreScope,
) => Promise<ChangeDetector | undefined>

export function detectorOpener(providers: ReadonlyMap<string, LoadProvider>, tools: OpenTools): OpenDetector {
  return async ({ resource, place }, namespace, credentials, pace, scope) => {
    const { id, config } = storeProvider(resource)
    const load = providers.get(id)
    if (!load) {
      throw new SecretError('InvalidSpec', `the provider ${quoteName(id)} ${NOT_IMPLEMENTED}`, {
        place: { ...place, field: `spec.provider.${id}` },
      })
    }
    const provider = await load()
    const store = { kind: resource.kind, name: resource.metadata.name, namespace, ...retryOf(resource) }
    const guard = scope?.mayConnect && { mayConnect: scope.mayConnect }
    return provider.detect?.(config, { ...tools, ...guard, credentials, store, pace })
  }
}
