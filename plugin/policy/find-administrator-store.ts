import type { FoundStore } from '../expansion/store-source.ts'
import type { FindQuery } from '../model/find-query.ts'
import type { RemoteRef } from '../model/remote-ref.ts'
import type { SecretError } from '../model/secret-error.ts'
import type { StoreTenancy } from '../providers/provider.ts'
import { administratorCredentials } from '../stores/administrator-credentials.ts'
import { ADMINISTRATOR } from '../stores/open-store.ts'
import { storeId } from '../stores/store-lookup.ts'
import { dependsOnConsumer, referenceTraits, storeProvider } from '../stores/store-provider.ts'
import type { AdministratorStore } from './administrator-store.ts'
import { exactly, fitsOne } from './glob.ts'
import { administratorNeed } from './policy-need.ts'
import { noRule, notServed, otherKey, unclearKey } from './policy-refusals.ts'
import { patternOfWanted } from './search-pattern.ts'
import { administratorGrants } from './store-decision.ts'
import type { StoreFinding } from './store-finding.ts'

/**
 * A store of the administrator's, for a tenant that it serves. It has one login whatever rule allows its use, so keys may come from several rules.
 * Throws SecretError AccessDenied for a tenant that it does not serve, in a dry run as well.
 */
export function findAdministratorStore(
  store: AdministratorStore,
  namespace: string,
  tenancy: StoreTenancy | undefined,
  finding: StoreFinding,
): FoundStore {
  const { tenant, opener, folder } = finding
  if (!fitsOne(store.projects, tenant.project) || !fitsOne(store.namespaces, namespace)) throw notServed(store, tenant, namespace)
  const { kind, metadata } = store.resource
  const name = storeId(kind, store.namespace, metadata.name)
  // Selectors that name no namespace are looked up in the tenant's (external-secrets.md 5.3, referent auth), which is the destination's (R4).
  const consumer = kind === 'ClusterSecretStore' ? tenant.namespace : namespace
  const isShared = kind === 'SecretStore' || !dependsOnConsumer(store.resource)
  const credentials = administratorCredentials((own) => (kind === 'ClusterSecretStore' && own ? own : consumer), folder)
  return {
    identity: isShared ? name : `${name} for ${consumer}`,
    name,
    place: store.place,
    ...referenceTraits(store.resource),
    refusal: (ref) => refusalOf(ref, store, namespace, tenancy, finding),
    searchRefusal: (query) => searchRefusalOf(query, store, namespace, tenancy, finding),
    open: () => opener.open(store, consumer, credentials, { owner: ADMINISTRATOR }),
  }
}

function refusalOf(
  ref: RemoteRef,
  store: AdministratorStore,
  namespace: string,
  tenancy: StoreTenancy | undefined,
  { tenant, rules, refused }: StoreFinding,
): SecretError | undefined {
  const key = tenancy?.canonicalKey(storeProvider(store.resource).config, ref)
  if (key === undefined) return refused(unclearKey(ref.key), undefined)
  const grants = administratorGrants(store, rules)
  if (grants.some(({ grant }) => fitsOne(grant.keys, key))) return undefined
  const need = administratorNeed({ tenant, namespace }, { name: store.resource.metadata.name }, [exactly(key)])
  const names = grants.map(({ rule }) => rule)
  return refused(grants.length === 0 ? noRule(store, need, rules) : otherKey(names, key, ref.key), need)
}

/** Whoever may read nothing here may not know what there is; what is found is asked for one by one. */
function searchRefusalOf(
  query: FindQuery,
  store: AdministratorStore,
  namespace: string,
  tenancy: StoreTenancy | undefined,
  { tenant, rules, refused }: StoreFinding,
): SecretError | undefined {
  if (administratorGrants(store, rules).length > 0) return undefined
  const pattern = patternOfWanted(query, tenancy, storeProvider(store.resource).config)
  const need = administratorNeed(
    { tenant, namespace },
    { name: store.resource.metadata.name },
    pattern === undefined ? [] : [pattern],
  )
  return refused(noRule(store, need, rules), need)
}
