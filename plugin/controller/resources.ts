import type { Resource } from '../kube/resource.ts'

const ESO = { group: 'external-secrets.io', version: 'v1' }

/** The kinds of external-secrets.io that we reconcile (external-secrets.md 1). */
export const EXTERNAL_SECRETS: Resource = { ...ESO, plural: 'externalsecrets', kind: 'ExternalSecret', isNamespaced: true }
export const SECRET_STORES: Resource = { ...ESO, plural: 'secretstores', kind: 'SecretStore', isNamespaced: true }
export const CLUSTER_SECRET_STORES: Resource = {
  ...ESO,
  plural: 'clustersecretstores',
  kind: 'ClusterSecretStore',
  isNamespaced: false,
}
export const CLUSTER_EXTERNAL_SECRETS: Resource = {
  ...ESO,
  plural: 'clusterexternalsecrets',
  kind: 'ClusterExternalSecret',
  isNamespaced: false,
}
