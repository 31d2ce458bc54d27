import { createHash } from 'node:crypto'
import type { FoundStore } from '../expansion/store-source.ts'
import type { FindQuery } from '../model/find-query.ts'
import type { RemoteRef } from '../model/remote-ref.ts'
import type { SecretError } from '../model/secret-error.ts'
import { publicOnly } from '../providers/private-address.ts'
import type { StoreTenancy } from '../providers/provider.ts'
import type { StoreScope } from '../stores/open-store.ts'
import { storeId } from '../stores/store-lookup.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { referenceTraits, storeProvider } from '../stores/store-provider.ts'
import { chooseGrant } from './choose-grant.ts'
import { fitsOne } from './glob.ts'
import { gitNeed, type StoreNeed } from './policy-need.ts'
import { noFacts, noRule, otherKey, otherStore, unclearKey } from './policy-refusals.ts'
import type { GitStoreGrant } from './policy-schema.ts'
import { patternOfWanted, refBelow } from './search-pattern.ts'
import { type Grant, mismatches, providerGrants } from './store-decision.ts'
import type { StoreFinding } from './store-finding.ts'
import { tenantCredentials } from './tenant-credentials.ts'

/** What is read or searched for, and in whose namespace. */
interface Asked {
  readonly namespace: string
  readonly wanted: RemoteRef | FindQuery
}

/** What a dry run gives a store that no rule allows: what Git itself brings, and public hosts. Nothing of the administrator's. */
const DRY_GRANT: Grant<GitStoreGrant> = {
  rule: 'dry run',
  grant: {
    provider: '',
    kinds: ['SecretStore', 'ClusterSecretStore'],
    facts: {},
    hosts: [],
    credentials: { stream: true, folder: [], ambient: false },
    keys: ['**'],
  },
}

/**
 * A store of Git, authorised by what it is (R3). It is opened by one grant alone, which allows the store, the key and the credentials together.
 * Throws SecretError AccessDenied for a store that no grant is for.
 */
export function findGitStore(
  store: StoreObject,
  asked: Asked,
  tenancy: StoreTenancy | undefined,
  finding: StoreFinding,
): FoundStore {
  if (!tenancy) throw noFacts(store)
  const fitting = finding.fitting.get(store) ?? fittingGrants(store, tenancy, finding)
  if (fitting.length === 0) return opened(store, asked, [unfitting(store, asked, tenancy, finding)], tenancy, finding)
  return opened(store, asked, fitting, tenancy, finding)
}

/** The same for every reference to the store. */
function fittingGrants(
  store: StoreObject,
  tenancy: StoreTenancy,
  { rules, fitting }: StoreFinding,
): readonly Grant<GitStoreGrant>[] {
  const grants = providerGrants(store, rules).filter(({ grant }) => mismatches(store, grant, tenancy).length === 0)
  fitting.set(store, grants)
  return grants
}

/** The grant of a dry run, where there is one and the store wants nothing that it does not give. Throws the refusal otherwise. */
function unfitting(store: StoreObject, asked: Asked, tenancy: StoreTenancy, finding: StoreFinding): Grant<GitStoreGrant> {
  const need = needOf(store, asked, tenancy, finding)
  const { wanted } = asked
  const isUnclear = need.store.keys.length === 0 && 'key' in wanted
  const unclear = isUnclear ? finding.refused(unclearKey(wanted.key), undefined) : undefined
  if (unclear) throw unclear
  const refusal = storeRefusal(store, need, tenancy, finding)
  const isEnforced = tenancy.usesAmbientIdentity(storeProvider(store.resource).config)
  if (isEnforced || finding.refused(refusal, need)) throw refusal
  return DRY_GRANT
}

function storeRefusal(store: StoreObject, need: StoreNeed, tenancy: StoreTenancy, { rules }: StoreFinding): SecretError {
  const [nearest] = providerGrants(store, rules)
    .map(({ rule, grant }) => ({ rule, mismatches: mismatches(store, grant, tenancy) }))
    .toSorted((one, other) => one.mismatches.length - other.mismatches.length)
  return nearest ? otherStore(store, nearest, need, rules) : noRule(store, need, rules)
}

function opened(
  store: StoreObject,
  asked: Asked,
  grants: readonly Grant<GitStoreGrant>[],
  tenancy: StoreTenancy,
  finding: StoreFinding,
): FoundStore {
  const { tenant, opener, folder, objects } = finding
  const { namespace, wanted } = asked
  const key = keyOf(store, 'key' in wanted ? wanted : refBelow(wanted), tenancy)
  const allowing = key === undefined ? [] : grants.filter(({ grant }) => fitsOne(grant.keys, key))
  const chosen = chooseGrant(allowing.length > 0 ? allowing : grants, store, tenancy, { objects, namespace })
  if (!chosen) throw new RangeError('no grant')
  const name = storeId(store.resource.kind, store.namespace, store.resource.metadata.name)
  const places = { stream: objects, namespace, folder, destination: tenant.namespace }
  const credentials = tenantCredentials(storeProvider(store.resource).id, chosen, places)
  // Whatever namespace its selectors name, its credentials are looked up in this one.
  const consumer = store.resource.kind === 'ClusterSecretStore' ? ` for ${namespace}` : ''
  return {
    identity: `${name}${consumer} by ${grantDigest(chosen.grant)}`,
    name,
    place: store.place,
    ...referenceTraits(store.resource),
    refusal: (ref) => keyRefusal(ref, store, namespace, { grants, chosen, tenancy, finding }),
    open: () => opener.open(store, namespace, credentials, scopeOf(chosen, namespace, finding)),
  }
}

interface Choice {
  readonly grants: readonly Grant<GitStoreGrant>[]
  readonly chosen: Grant<GitStoreGrant>
  readonly tenancy: StoreTenancy
  readonly finding: StoreFinding
}

function keyRefusal(
  ref: RemoteRef,
  store: StoreObject,
  namespace: string,
  { grants, chosen, tenancy, finding }: Choice,
): SecretError | undefined {
  const key = keyOf(store, ref, tenancy)
  if (key === undefined) return finding.refused(unclearKey(ref.key), undefined)
  const opening = grantDigest(chosen.grant)
  if (grants.some(({ grant }) => grantDigest(grant) === opening && fitsOne(grant.keys, key))) return undefined
  const names = grants.map(({ rule }) => rule)
  return finding.refused(otherKey(names, key, ref.key), needOf(store, { namespace, wanted: ref }, tenancy, finding))
}

/** Whose readers these are: a grant that changes is another one. */
function scopeOf({ grant }: Grant<GitStoreGrant>, namespace: string, { tenant }: StoreFinding): StoreScope {
  return {
    owner: JSON.stringify([tenant.project, tenant.namespace, namespace, grantDigest(grant)]),
    ...(grant.credentials.stream && { isOfOneRender: true }),
    mayConnect: publicOnly(grant.hosts),
  }
}

const digests = new WeakMap<GitStoreGrant, string>()

/** Of what a reader is opened with; keys are asked for one by one. */
function grantDigest(grant: GitStoreGrant): string {
  const known = digests.get(grant)
  if (known !== undefined) return known
  const { credentials, hosts } = grant
  const digest = createHash('sha256')
    .update(JSON.stringify([credentials, hosts]))
    .digest('hex')
    .slice(0, 12)
  digests.set(grant, digest)
  return digest
}

function keyOf(store: StoreObject, ref: RemoteRef, tenancy: StoreTenancy): string | undefined {
  return tenancy.canonicalKey(storeProvider(store.resource).config, ref)
}

function needOf(store: StoreObject, { namespace, wanted }: Asked, tenancy: StoreTenancy, finding: StoreFinding): StoreNeed {
  const pattern = patternOfWanted(wanted, tenancy, storeProvider(store.resource).config)
  const { tenant, objects } = finding
  return gitNeed({ tenant, namespace }, store, tenancy, { patterns: pattern === undefined ? [] : [pattern], objects })
}
