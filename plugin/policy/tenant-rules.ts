import type { Tenant } from '../model/tenant.ts'
import { fitsOne } from './glob.ts'
import type { PolicyRule } from './policy-schema.ts'
import type { TenancyPolicy } from './read-policy.ts'

/** The rules that speak of a tenant: each of its three names fits. */
export function tenantRules({ rules }: TenancyPolicy, tenant: Tenant): readonly PolicyRule[] {
  return rules.filter(
    ({ projects, applications, namespaces }) =>
      fitsOne(projects, tenant.project) && fitsOne(applications, tenant.application) && fitsOne(namespaces, tenant.namespace),
  )
}
