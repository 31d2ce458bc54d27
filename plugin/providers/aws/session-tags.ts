import type { StoreFacts } from '../provider.ts'
import type { SessionTag } from './api.ts'
import type { AwsConfig } from './config-schema.ts'

/**
 * The tags of the session of `role` (external-secrets.md 7.1): the store's own `sessionTags`, or, under Simple and Custom, who asks.
 * Custom tags without a key or value are left out.
 */
export function sessionTags(config: AwsConfig, store: StoreFacts): readonly SessionTag[] {
  if (config.sessionTagsPolicy === 'None') return config.sessionTags ?? []
  const custom = config.sessionTagsPolicy === 'Custom' ? Object.entries(config.customSessionTags ?? {}) : []
  return [
    { key: 'esoNamespace', value: store.namespace },
    { key: 'esoStoreName', value: store.name },
    { key: 'esoStoreKind', value: store.kind },
    ...custom.filter(([key, value]) => key !== '' && value !== '').map(([key, value]) => ({ key, value })),
  ]
}
