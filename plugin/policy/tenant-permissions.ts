import type { RenderPermissions } from '../argocd/render-permissions.ts'
import { fitsOne } from './glob.ts'
import type { PolicyRule } from './policy-schema.ts'

/** What the rules that speak of a tenant allow beyond the plain case: the sum of them; one that forces passthrough has the last word (R2, R6 to R9, R11). */
export function tenantPermissions(rules: readonly PolicyRule[]): RenderPermissions {
  const types = new Set(rules.flatMap(({ allow }) => allow.secretTypes))
  const argoCdTypes = new Set(rules.flatMap(({ allow }) => allow.argocdSecretTypes))
  const targets = new Set(rules.flatMap(({ allow }) => allow.genericTargets))
  return {
    mayUseNamespace: (namespace) => rules.some(({ objectNamespaces }) => fitsOne(objectNamespaces, namespace)),
    honourDeletion: rules.some(({ allow }) => allow.honourDeletion),
    immutable: rules.some(({ allow }) => allow.immutable),
    metadataFromValues: rules.some(({ allow }) => allow.metadataFromValues),
    mayHaveType: (type) => types.has(type),
    mayHaveArgoCdType: (value) => argoCdTypes.has(value),
    mayTarget: (groupKind) => targets.has(groupKind),
    forcePassthrough: rules.some(({ delivery }) => delivery === 'passthrough'),
  }
}
