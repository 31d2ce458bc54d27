import type { TypePermissions } from '../api/render-rules.ts'

/** What a render may do beyond the plain case (R6 to R9, R11): in `argocd` mode only what a rule of the tenancy policy allows. */
export interface RenderPermissions extends TypePermissions {
  /** R2: whether an object may name this namespace as its own. The destination namespace is always allowed. */
  readonly mayUseNamespace: (namespace: string) => boolean
  /** R7: what is gone at the provider may leave a Secret out. */
  readonly honourDeletion: boolean
  /** R7 */
  readonly immutable: boolean
  /** R8: labels, annotations and key names that a template computes from values. */
  readonly metadataFromValues: boolean
  /** R11: nothing may be rendered inline. */
  readonly forcePassthrough: boolean
}

/** The command line with the user's own credentials (R1): R9's types are refused there as well. */
export const localPermissions: RenderPermissions = {
  mayUseNamespace: () => true,
  honourDeletion: true,
  immutable: true,
  metadataFromValues: true,
  mayHaveType: () => false,
  mayHaveArgoCdType: () => false,
  mayTarget: () => false,
  forcePassthrough: false,
}

/** Default deny: what a tenant may do of whom no rule says more. */
export const noPermissions: RenderPermissions = {
  mayUseNamespace: () => false,
  honourDeletion: false,
  immutable: false,
  metadataFromValues: false,
  mayHaveType: () => false,
  mayHaveArgoCdType: () => false,
  mayTarget: () => false,
  forcePassthrough: false,
}
