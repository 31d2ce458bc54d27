import { quoteName } from '../model/quote-name.ts'
import { type Place, SecretError } from '../model/secret-error.ts'
import type { Tenant } from '../model/tenant.ts'
import { storeId } from '../stores/store-lookup.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { storeProvider } from '../stores/store-provider.ts'
import type { AdministratorStore } from './administrator-store.ts'
import { flowText } from './flow-text.ts'
import type { GeneratorNeed, StoreNeed } from './policy-need.ts'
import type { PolicyRule } from './policy-schema.ts'
import type { Mismatch } from './store-decision.ts'
import { neededRule } from './suggest-policy.ts'

/** Of the rule that comes nearest so much is said. */
const MISMATCHES_NAMED = 3

/** A store of the administrator's that is for others. */
export function notServed({ resource, namespace: own }: AdministratorStore, { project }: Tenant, namespace: string): SecretError {
  const name = storeId(resource.kind, own, resource.metadata.name)
  return new SecretError(
    'AccessDenied',
    `the administrator's ${name} does not serve namespace ${quoteName(namespace)} of project ${quoteName(project)}`,
    { remedy: `have the administrator add them to projects and namespaces of the store` },
  )
}

/** A store that no rule for the tenant speaks of. */
export function noRule(store: StoreObject, need: StoreNeed, rules: readonly PolicyRule[]): SecretError {
  const tenant = tenantText(need.tenant)
  const message =
    rules.length === 0
      ? `no rule of the tenancy policy names ${tenant}: it may not use ${nameOf(store)}`
      : `the tenancy policy does not allow ${nameOf(store)} to ${tenant}: ${named(rules.map(({ name }) => name))} has no entry for it`
  return new SecretError('AccessDenied', message, remedy(need, rules))
}

/** A store of Git that is not what the nearest rule says. */
export function otherStore(
  store: StoreObject,
  nearest: { readonly rule: string; readonly mismatches: readonly Mismatch[] },
  need: StoreNeed,
  rules: readonly PolicyRule[],
): SecretError {
  const { rule, mismatches } = nearest
  const named = mismatches.slice(0, MISMATCHES_NAMED).map(({ text }) => text)
  const more = mismatches.length - named.length
  const why = `${named.join('; it ')}${more > 0 ? `; and ${more} more` : ''}`
  const field = mismatches.find((mismatch) => mismatch.field !== undefined)?.field
  const { id } = storeProvider(store.resource)
  const place: Place = { ...store.place, field: `spec.provider.${id}${field === undefined ? '' : `.${field}`}` }
  return new SecretError(
    'AccessDenied',
    `the tenancy policy does not allow ${nameOf(store)}: the nearest rule, ${quoteName(rule)}, ${why}`,
    { place, ...remedy(need, rules, rule) },
  )
}

/** A provider that cannot say what its stores are. */
export function noFacts(store: StoreObject): SecretError {
  const { id } = storeProvider(store.resource)
  return new SecretError('AccessDenied', `no rule can allow a store of the provider ${quoteName(id)} from Git`, {
    place: { ...store.place, field: `spec.provider.${id}` },
    remedy: 'have the administrator define it under stores of the policy',
  })
}

/** Kinds of generators that no rule for the tenant lists. */
export function otherGenerator(name: string, need: GeneratorNeed, rules: readonly PolicyRule[]): SecretError {
  const kinds = need.generators.join(' and ')
  const [nearest] = rules
  const why = nearest ? `${named(rules.map((rule) => rule.name))} does not list ${kinds}` : 'no rule names it'
  return new SecretError('AccessDenied', `the tenancy policy does not allow ${name} to ${tenantText(need.tenant)}: ${why}`, {
    remedy: nearest
      ? `have the administrator add ${flowText(need.generators)} to generators of rule ${quoteName(nearest.name)}`
      : `have the administrator add to rules of the policy: ${flowText([neededRule([need])])}`,
  })
}

/** A key of a store that is allowed. */
export function otherKey(rules: readonly string[], key: string, written: string): SecretError {
  const as = key === written ? '' : ` (written as ${quoteName(written)})`
  return new SecretError(
    'AccessDenied',
    `the tenancy policy does not allow the key ${quoteName(key)}${as}: no pattern of ${named(rules)} fits it`,
    { remedy: `have the administrator add ${flowText(key)} to keys of rule ${quoteName(rules[0] ?? '')}` },
  )
}

/** A key of which nobody can say what the backend takes it for. */
export function unclearKey(written: string): SecretError {
  return new SecretError(
    'AccessDenied',
    `the key ${quoteName(written)} cannot be compared with the patterns of the tenancy policy`,
    { remedy: "write the plain name of the secret, as the store's provider spells it" },
  )
}

function tenantText({ project, application, namespace }: Tenant): string {
  return `application ${quoteName(application)} of project ${quoteName(project)} in namespace ${quoteName(namespace)}`
}

function named(rules: readonly string[]): string {
  return `rule ${rules.slice(0, MISMATCHES_NAMED).map(quoteName).join(', ')}${rules.length > MISMATCHES_NAMED ? ', …' : ''}`
}

function nameOf({ resource, namespace }: StoreObject): string {
  return storeId(resource.kind, namespace, resource.metadata.name)
}

/** The very lines that would allow it. */
function remedy(need: StoreNeed, rules: readonly PolicyRule[], rule = rules[0]?.name): { readonly remedy: string } {
  return {
    remedy:
      rule === undefined
        ? `have the administrator add to rules of the policy: ${flowText([neededRule([need])])}`
        : `have the administrator add to stores of rule ${quoteName(rule)}: ${flowText([need.store])}`,
  }
}
