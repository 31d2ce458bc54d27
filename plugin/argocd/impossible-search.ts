import { cannotFind, searchOf } from '../expansion/find-secrets.ts'
import type { FindQuery } from '../model/find-query.ts'
import { asSecretError, type SecretError } from '../model/secret-error.ts'
import type { Provider } from '../providers/provider.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { storeProvider } from '../stores/store-provider.ts'

/**
 * Why a store can never make this search, without asking it. Undefined for a provider that is not implemented, which is told of the store, and for
 * an expression that is none, which is told of the ExternalSecret.
 */
export function impossibleSearch(
  query: FindQuery,
  { resource }: StoreObject,
  providers: ReadonlyMap<string, Provider>,
): SecretError | undefined {
  const { id, config } = storeProvider(resource)
  const provider = providers.get(id)
  if (provider?.cannotFind) return cannotFind(id)
  const { name, ...rest } = query
  try {
    // What the expression is does not matter here.
    provider?.checkSearch?.(provider.config.parse(config), searchOf('', name === undefined ? rest : { ...rest, name: '' }))
    return undefined
  } catch (thrown) {
    return asSecretError(thrown)
  }
}
