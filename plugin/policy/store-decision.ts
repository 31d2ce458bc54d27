import { quoteName } from '../model/quote-name.ts'
import type { StoreTenancy } from '../providers/provider.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { storeProvider } from '../stores/store-provider.ts'
import { fitsGlob, fitsOne } from './glob.ts'
import type { AdministratorStoreGrant, GitStoreGrant, PolicyRule } from './policy-schema.ts'

/** What one rule grants. Never the sum of two: store, keys and credentials come from the same grant. */
export interface Grant<Store> {
  readonly rule: string
  readonly grant: Store
}

/** Why a grant is not for a store of Git: names of facts, and the store's own words, which its author wrote. */
export interface Mismatch {
  /** A predicate on the rule. */
  readonly text: string
  /** Below `spec.provider.<id>`, when one field is to blame. */
  readonly field?: string
}

/** The grants of a store of the administrator's. */
export function administratorGrants(
  { resource }: StoreObject,
  rules: readonly PolicyRule[],
): readonly Grant<AdministratorStoreGrant>[] {
  return rules.flatMap(({ name, stores }) =>
    stores.flatMap((grant) =>
      'administrator' in grant && fitsGlob(grant.administrator, resource.metadata.name) && grant.kinds.includes(resource.kind)
        ? [{ rule: name, grant }]
        : [],
    ),
  )
}

/** All grants for the provider of a store of Git, those that fit it and those that do not. */
export function providerGrants({ resource }: StoreObject, rules: readonly PolicyRule[]): readonly Grant<GitStoreGrant>[] {
  const { id } = storeProvider(resource)
  return rules.flatMap(({ name, stores }) =>
    stores.flatMap((grant) => ('provider' in grant && grant.provider === id ? [{ rule: name, grant }] : [])),
  )
}

/** Everything in which a store of Git is not what the grant for its provider says (R3, R4); empty when the grant is for it. */
export function mismatches({ resource }: StoreObject, grant: GitStoreGrant, tenancy: StoreTenancy): readonly Mismatch[] {
  const { config } = storeProvider(resource)
  const facts = tenancy.facts(config)
  const found: Mismatch[] = []
  if (!grant.kinds.includes(resource.kind)) found.push({ text: `does not list the kind ${resource.kind}` })
  for (const name of Object.keys(grant.facts)) {
    if (!facts.has(name)) found.push({ text: `lists the fact ${quoteName(name)}, which the store does not state`, field: name })
  }
  for (const [name, values] of facts) found.push(...factMismatches(name, values, grant, tenancy))
  if (tenancy.usesAmbientIdentity(config) && !grant.credentials.ambient) {
    found.push({ text: "does not lend the identity of the daemon (credentials.ambient), which the store's login needs" })
  }
  return found
}

function factMismatches(
  name: string,
  values: readonly string[],
  { facts }: GitStoreGrant,
  { defaults }: StoreTenancy,
): readonly Mismatch[] {
  const patterns = Object.hasOwn(facts, name) ? facts[name] : undefined
  if (!patterns && Object.hasOwn(defaults, name) && values.every((value) => value === defaults[name])) return []
  const refused = patterns ? values.filter((value) => !fitsOne(patterns, value)) : values
  return refused.slice(0, 1).map((value) => ({
    text: patterns
      ? `does not allow the fact ${quoteName(name)} to be ${quoteName(value)}`
      : `does not list the fact ${quoteName(name)} (${quoteName(value)})`,
    field: name,
  }))
}
