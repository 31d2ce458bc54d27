import { textHash } from '../../refresh/object-hash.ts'

/** What ESO writes on its objects, and by what it knows them again (external-secrets.md 4.13). */
export const MANAGED_LABEL = 'reconcile.external-secrets.io/managed'
export const CREATED_BY_LABEL = 'reconcile.external-secrets.io/created-by'
export const DATA_HASH_ANNOTATION = 'reconcile.external-secrets.io/data-hash'
export const CLEANUP_FINALIZER = 'externalsecrets.external-secrets.io/externalsecret-cleanup'

const MANAGER_PREFIX = 'externalsecrets.external-secrets.io/'
/** Of `metadata.managedFields[].manager` we use no more, as ESO; the API server takes 128. */
const MAX_MANAGER_LENGTH = 63

/** Under whose name the Secret of an ExternalSecret is written. */
export function fieldManagerOf(externalSecretName: string): string {
  const name = MANAGER_PREFIX + externalSecretName
  return name.length > MAX_MANAGER_LENGTH ? `${MANAGER_PREFIX}sha3/${textHash(externalSecretName)}` : name
}

/** The value of {@link CREATED_BY_LABEL}. */
export function createdBy(namespace: string, externalSecretName: string): string {
  return textHash(`${namespace}/${externalSecretName}`)
}
