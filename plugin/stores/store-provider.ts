import type { Store } from '../api/store.ts'
import type { FoundStore } from '../expansion/store-source.ts'

/** The one provider of a store: its key under `spec.provider` and what stands there. The schema has seen to it that there is exactly one. */
export function storeProvider(store: Store): { readonly id: string; readonly config: unknown } {
  const [[id, config] = ['', undefined]] = Object.entries(store.spec.provider)
  return { id, config }
}

/** What of AWS's session tags carries the consumer's namespace (external-secrets.md 7.1). */
const NAMESPACE_TAGS = 'sessionTagsPolicy'

/**
 * Whether two namespaces that use one ClusterSecretStore may read with different identities: some selector names an object without saying
 * in which namespace it is, or the session is tagged by namespace.
 */
export function dependsOnConsumer(store: Store): boolean {
  const depends = asked.get(store) ?? (isWebhook(store) || hasOpenSelector(storeProvider(store).config))
  asked.set(store, depends)
  return depends
}

/**
 * What a store makes of a reference before it asks for it. Requests of a webhook are written with the property, and with the namespace of the
 * ExternalSecret (external-secrets.md 7.7).
 */
export function referenceTraits(store: Store): Pick<FoundStore, 'sendsProperty' | 'keyPrefix'> {
  const keyPrefix = keyPrefixOf(store)
  return { ...(isWebhook(store) && { sendsProperty: true }), ...(keyPrefix !== '' && { keyPrefix }) }
}

/** What AWS's stores put before every key (external-secrets.md 7.1); empty for none. */
export function keyPrefixOf(store: Store): string {
  const { config } = storeProvider(store)
  const prefix = typeof config === 'object' && config !== null && 'prefix' in config ? config.prefix : ''
  return typeof prefix === 'string' ? prefix : ''
}

function isWebhook(store: Store): boolean {
  return storeProvider(store).id === 'webhook'
}

/** Asked for each reference of a render. */
const asked = new WeakMap<Store, boolean>()

function hasOpenSelector(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasOpenSelector)
  if (typeof value !== 'object' || value === null) return false
  const fields: readonly (readonly [string, unknown])[] = Object.entries(value)
  const given = new Set(fields.flatMap(([name, field]) => (field === undefined || field === '' ? [] : [name])))
  if (given.has('name') && !given.has('namespace')) return true
  return fields.some(([name, field]) => (name === NAMESPACE_TAGS && field !== 'None') || hasOpenSelector(field))
}
