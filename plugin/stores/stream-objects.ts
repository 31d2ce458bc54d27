import type { SecretValue } from '../model/secret-value.ts'

/** Core objects of the stream that stores may take credentials from (R4: in `local` mode). `undefined` where the stream has no such object. */
export interface StreamObjects {
  secret(namespace: string, name: string): ReadonlyMap<string, SecretValue> | undefined
  secretLabels(namespace: string, name: string): ReadonlyMap<string, string> | undefined
  configMap(namespace: string, name: string): ReadonlyMap<string, string> | undefined
  serviceAccountAnnotations(namespace: string, name: string): ReadonlyMap<string, string> | undefined
}
