import type { StoreTenancy } from '../provider.ts'
import type { FakeConfig } from './config.ts'

/** Its values stand in the store: it asks nobody. */
export const fakeTenancy: StoreTenancy<FakeConfig> = {
  facts: () => new Map(),
  defaults: {},
  hosts: () => [],
  usesAmbientIdentity: () => false,
  canonicalKey: (_config, { key }) => key,
}
