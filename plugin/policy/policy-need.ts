import type { StoreRef } from '../api/external-secret.ts'
import type { Tenant } from '../model/tenant.ts'
import type { StoreTenancy } from '../providers/provider.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { storeProvider } from '../stores/store-provider.ts'
import type { StreamObjects } from '../stores/stream-objects.ts'
import { credentialNames } from './credential-names.ts'
import { exactly } from './glob.ts'
import { looksPrivate } from './looks-private.ts'

/** What one rule has to say for a tenant. Names and patterns only: it may be logged. */
export type PolicyNeed = StoreNeed | GeneratorNeed

interface TenantNeed {
  readonly tenant: Tenant
  /** Of objects in another namespace than the destination's. */
  readonly objectNamespaces?: readonly string[]
}

/** So that it may read some keys of a store. */
export interface StoreNeed extends TenantNeed {
  readonly store: NeededGrant
  readonly generators?: undefined
}

/** So that it may ask a generator. */
export interface GeneratorNeed extends TenantNeed {
  readonly store?: undefined
  /** Kinds. */
  readonly generators: readonly string[]
}

/** As it stands under `stores` of a rule; what is the default is left out. */
export type NeededGrant = NeededAdministratorStore | NeededGitStore

export interface NeededAdministratorStore {
  readonly administrator: string
  readonly keys: readonly string[]
}

export interface NeededGitStore {
  readonly provider: string
  readonly kinds?: readonly string[]
  readonly facts?: Readonly<Record<string, readonly string[]>>
  readonly hosts?: readonly string[]
  readonly credentials?: {
    readonly stream?: true
    readonly folder?: readonly string[]
    readonly ambient?: true
  }
  readonly keys: readonly string[]
}

/** Who reads: the tenant, and the namespace of the ExternalSecret. */
export interface Reading {
  readonly tenant: Tenant
  readonly namespace: string
}

/** `patterns` of keys, as they stand in a rule. */
export function administratorNeed(reading: Reading, ref: StoreRef, patterns: readonly string[]): StoreNeed {
  return { ...who(reading), store: { administrator: exactly(ref.name ?? ''), keys: patterns } }
}

/** What exactly this store of Git needs. `patterns` of keys, as they stand in a rule. */
export function gitNeed(
  reading: Reading,
  { resource }: StoreObject,
  tenancy: StoreTenancy,
  { patterns, objects }: { readonly patterns: readonly string[]; readonly objects: StreamObjects },
): StoreNeed {
  const { id, config } = storeProvider(resource)
  const facts = statedFacts(tenancy, config)
  const hosts = tenancy.hosts(config).filter(looksPrivate)
  const names = credentialNames(config)
  const ofStream = names.filter((name) => objects.secret(reading.namespace, name) ?? objects.configMap(reading.namespace, name))
  const mounted = names.filter((name) => !ofStream.includes(name))
  const credentials = {
    ...(ofStream.length > 0 && { stream: true as const }),
    ...(mounted.length > 0 && { folder: mounted.map(exactly) }),
    ...(tenancy.usesAmbientIdentity(config) && { ambient: true as const }),
  }
  return {
    ...who(reading),
    store: {
      provider: id,
      ...(resource.kind === 'ClusterSecretStore' && { kinds: [resource.kind] }),
      ...(facts.length > 0 && { facts: Object.fromEntries(facts) }),
      ...(hosts.length > 0 && { hosts }),
      ...(Object.keys(credentials).length > 0 && { credentials }),
      keys: patterns,
    },
  }
}

/** `kinds` of generators. */
export function generatorNeed(reading: Reading, kinds: readonly string[]): GeneratorNeed {
  return { ...who(reading), generators: kinds }
}

/** Without those that have their defaults: a rule need not list them. */
function statedFacts(tenancy: StoreTenancy, config: unknown): readonly (readonly [string, readonly string[]])[] {
  return [...tenancy.facts(config)]
    .filter(([name, values]) => values.some((value) => value !== tenancy.defaults[name]))
    .map(([name, values]) => [name, [...new Set(values)].map(exactly)] as const)
}

function who({ tenant, namespace }: Reading): Pick<PolicyNeed, 'tenant' | 'objectNamespaces'> {
  const { project, application, namespace: destination } = tenant
  return {
    tenant: { project, application, namespace: destination },
    ...(namespace !== destination && { objectNamespaces: [exactly(namespace)] }),
  }
}
