import type { SecretValue } from '../model/secret-value.ts'

/**
 * Where `templateFrom` finds ConfigMaps and Secrets: in the stream for a render, never in a folder of credentials (R4). Undefined where there
 * is no such object.
 */
export interface TemplateSource {
  configMap(namespace: string, name: string): ReadonlyMap<string, string> | undefined
  secret(namespace: string, name: string): ReadonlyMap<string, SecretValue> | undefined
}
