import { localPermissions, noPermissions, type RenderPermissions } from './render-permissions.ts'
import type { RenderGuard } from './request/argo-request.ts'
import type { Checksums } from './workload-checksums.ts'

/** Who asks for a render, and what for (R1, R2, R11). */
export interface RenderRequest {
  /**
   * `local`: the command line with the user's own credentials. `argocd`: any process that finds `ARGOCD_APP_NAME` in its environment;
   * without a policy it may open no store. Nothing in a manifest or a parameter can choose the looser one.
   */
  readonly mode: 'local' | 'argocd'
  /** Of objects that name none. */
  readonly namespace: string
  readonly delivery: 'inline' | 'passthrough'
  readonly stores: 'consume' | 'keep'
  readonly output: 'yaml' | 'json'
  /** R12; `none` without it. */
  readonly guard?: RenderGuard
  /** R14; without it no workload gets one. */
  readonly checksums?: Checksums
  /** What a tenancy policy allows; without one, what the mode allows by itself. */
  readonly permissions?: RenderPermissions
}

export function permissionsOf({ mode, permissions }: RenderRequest): RenderPermissions {
  return permissions ?? (mode === 'local' ? localPermissions : noPermissions)
}

/** R1 */
export function renderMode(environment: ReadonlyMap<string, string>): RenderRequest['mode'] {
  return environment.has('ARGOCD_APP_NAME') ? 'argocd' : 'local'
}
