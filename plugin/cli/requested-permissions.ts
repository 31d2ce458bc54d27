import { localPermissions } from '../argocd/render-permissions.ts'
import { type RenderRequest, renderMode } from '../argocd/render-request.ts'
import * as options from '../config/options.ts'
import { type OptionSources, setting } from '../config/settings.ts'

/** What the user of the command line allows beyond the plain case. Inside Argo CD nothing does but a policy (R1). */
export function requestedPermissions(sources: OptionSources): Pick<RenderRequest, 'permissions'> {
  if (renderMode(sources.environment) === 'argocd') return {}
  const kinds = setting(options.genericTargets, sources).split(',')
  const targets = new Set(kinds.map((kind) => kind.trim()))
  return { permissions: { ...localPermissions, mayTarget: (groupKind) => targets.has(groupKind) } }
}
