import type { Tenant } from '../model/tenant.ts'
import { exactly } from './glob.ts'
import type { NeededGrant, PolicyNeed } from './policy-need.ts'
import { POLICY_API_VERSION, POLICY_KIND } from './policy-schema.ts'
import { yamlText } from './yaml-text.ts'

/** A rule as it is written: what is the default is left out. */
export interface NeededRule {
  readonly name: string
  readonly projects: readonly string[]
  readonly applications: readonly string[]
  readonly namespaces: readonly string[]
  readonly objectNamespaces?: readonly string[]
  readonly stores?: readonly NeededGrant[]
  readonly generators?: readonly string[]
}

/**
 * A policy that allows exactly what was needed, as YAML: no more for anybody, so a place to start from and to make rules wider in.
 * The same for the same needs in any order. Of no needs it is a policy that allows nothing; so it is of needs without keys, which no policy can allow.
 */
export function suggestPolicy(needs: readonly PolicyNeed[]): string {
  return yamlText({
    apiVersion: POLICY_API_VERSION,
    kind: POLICY_KIND,
    metadata: { name: 'suggested' },
    rules: mergedRules(needs.filter(({ store }) => !store || store.keys.length > 0)),
  })
}

/** One rule for the needs of one tenant. */
export function neededRule(needs: readonly PolicyNeed[]): NeededRule {
  const [first] = needs
  if (!first) throw new RangeError('no needs')
  const stores = mergedGrants(needs.flatMap(({ store }) => store ?? []))
  const generators = sorted(needs.flatMap((need) => need.generators ?? []))
  const objectNamespaces = sorted(needs.flatMap((need) => need.objectNamespaces ?? []))
  const { project, application, namespace } = first.tenant
  return {
    name: `${project}/${namespace}/${application}`,
    projects: [exactly(project)],
    applications: [exactly(application)],
    namespaces: [exactly(namespace)],
    ...(objectNamespaces.length > 0 && { objectNamespaces }),
    ...(stores.length > 0 && { stores }),
    ...(generators.length > 0 && { generators }),
  }
}

/** Applications of one project and namespace that need the very same have one rule. */
function mergedRules(needs: readonly PolicyNeed[]): readonly NeededRule[] {
  const tenants = Map.groupBy(needs, ({ tenant }) => tenantId(tenant))
  const rules = [...tenants.values()].map(neededRule).toSorted((one, other) => (one.name < other.name ? -1 : 1))
  const alike = Map.groupBy(rules, ({ name: _name, applications: _applications, ...same }) => JSON.stringify(same))
  return [...alike.values()].map((group) =>
    Object.assign({}, group[0], { applications: group.flatMap(({ applications }) => applications) }),
  )
}

function tenantId({ project, application, namespace }: Tenant): string {
  return JSON.stringify([project, namespace, application])
}

/** Grants that differ in nothing but their keys are one; those that differ in anything else stay apart, since rules are never added up. */
function mergedGrants(grants: readonly NeededGrant[]): readonly NeededGrant[] {
  const alike = Map.groupBy(grants, ({ keys: _keys, ...same }) => JSON.stringify(same))
  return [...alike]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, group]) => Object.assign({}, group[0], { keys: sorted(group.flatMap(({ keys }) => keys)) }))
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted()
}
