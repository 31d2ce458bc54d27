import type { StoreTenancy } from '../providers/provider.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { storeProvider } from '../stores/store-provider.ts'
import type { StreamObjects } from '../stores/stream-objects.ts'
import { credentialNames } from './credential-names.ts'
import { fitsOne } from './glob.ts'
import type { GitStoreGrant } from './policy-schema.ts'
import type { Grant } from './store-decision.ts'

/**
 * Of several grants for one store and key, the one that lends the most of what the store asks for: a store is opened by one of them alone, and a
 * further rule must never take away what another one gives.
 */
export function chooseGrant(
  grants: readonly Grant<GitStoreGrant>[],
  { resource }: StoreObject,
  tenancy: StoreTenancy,
  { objects, namespace }: { readonly objects: StreamObjects; readonly namespace: string },
): Grant<GitStoreGrant> | undefined {
  const { config } = storeProvider(resource)
  const names = credentialNames(config)
  const hosts = tenancy.hosts(config)
  const inStream = names.filter((name) => objects.secret(namespace, name) ?? objects.configMap(namespace, name))

  function rank({ grant: { credentials, hosts: allowed } }: Grant<GitStoreGrant>): readonly number[] {
    const fromStream = credentials.stream ? inStream : []
    const bound = names.filter((name) => fromStream.includes(name) || fitsOne(credentials.folder, name))
    return [bound.length, fromStream.length, hosts.filter((host) => allowed.includes(host)).length]
  }

  const ranked = grants.map((grant) => ({ grant, rank: rank(grant) }))
  return ranked.toSorted((one, other) => comparedRanks(other.rank, one.rank))[0]?.grant
}

function comparedRanks(one: readonly number[], other: readonly number[]): number {
  const first = one.findIndex((value, index) => value !== other[index])
  return first < 0 ? 0 : (one[first] ?? 0) - (other[first] ?? 0)
}
