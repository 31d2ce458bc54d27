/** Kubernetes grants rights to whoever holds a Secret of these types (R9). */
export const RIGHTS_GRANTING_TYPES: ReadonlySet<string> = new Set([
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
])

/** Argo CD takes a Secret with this label for one of its own clusters, repositories or credentials (R9). */
export const ARGOCD_SECRET_TYPE = 'argocd.argoproj.io/secret-type'
