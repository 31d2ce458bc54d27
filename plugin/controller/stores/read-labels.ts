import { storeId } from '../../stores/store-lookup.ts'
import type { StoreObject } from '../../stores/store-object.ts'
import { storeProvider } from '../../stores/store-provider.ts'

/** By what the reads of a store of the cluster are counted: `aws/SecretsManager` or `vault`, and `SecretStore shop/aws`. */
export function readLabels({ resource, namespace }: StoreObject): { readonly provider: string; readonly store: string } {
  const { id, config } = storeProvider(resource)
  const service = typeof config === 'object' && config !== null && 'service' in config ? `/${String(config.service)}` : ''
  return { provider: id === 'aws' ? id + service : id, store: storeId(resource.kind, namespace, resource.metadata.name) }
}
