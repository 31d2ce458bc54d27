import { API_GROUP, GENERATORS_GROUP } from './api-version.ts'

const OWN_GROUP = 'argocd-external-secrets.io'

/** Whole groups, and why nothing of them is ever made with values. */
const GROUPS: ReadonlyMap<string, string> = new Map([
  ['rbac.authorization.k8s.io', 'grants rights'],
  [API_GROUP, 'says what may be read from where, and nobody would check it'],
  [GENERATORS_GROUP, 'says what may be made, and nobody would check it'],
  [OWN_GROUP, 'is configuration of this program'],
])

/** Kinds in lower case: Kubernetes tells `Secret` and `secret` apart, not everything that reads manifests does. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['secret', 'is made without spec.target.manifest, with all that is checked of a Secret'],
  ['argoproj.io/application', 'decides what Argo CD deploys'],
  ['argoproj.io/applicationset', 'decides what Argo CD deploys'],
  ['argoproj.io/appproject', 'decides what Argo CD may deploy'],
])

/** Whatever has items is taken for many objects, by kubectl and by Argo CD. */
const LIST = /list$/i

/** Why no policy and no flag allows this kind as a generic target; `groupKind` as in `group-kind.ts`. Undefined where one may. */
export function neverTargeted(groupKind: string): string | undefined {
  const known = groupKind.toLowerCase()
  const group = known.slice(0, Math.max(0, known.indexOf('/')))
  const reason = GROUPS.get(group) ?? KINDS.get(known)
  return reason ?? (LIST.test(groupKind) ? 'is a list of other objects' : undefined)
}
