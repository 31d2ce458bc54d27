import type { SecretValue } from '../model/secret-value.ts'

/** `S{}` of external-secrets.md: a key of a Secret. */
export interface SecretKeySelector {
  readonly name: string
  readonly namespace?: string | undefined
  readonly key: string
}

/** A Secret as a whole. */
export type SecretSelector = Pick<SecretKeySelector, 'name' | 'namespace'>

/** What the owner of a Secret says with it: that the Secret may be used so. */
export interface SecretLabel {
  readonly name: string
  readonly value: string
}

/** `SA{}` of external-secrets.md. */
export interface ServiceAccountSelector {
  readonly name: string
  readonly namespace?: string | undefined
  readonly audiences?: readonly string[] | undefined
}

/** `CA{}` of external-secrets.md: where a PEM bundle is. */
export interface CaProvider {
  readonly type: 'Secret' | 'ConfigMap'
  readonly name: string
  readonly key: string
  readonly namespace?: string | undefined
}

/**
 * Where a store's credentials come from (R4). The namespace rules of external-secrets.md 5.3 are applied behind it:
 * a provider hands over the selector as the author wrote it, and `field`, its path in the store, for the error.
 * Each throws SecretError InvalidSpec when the object or key does not exist, naming it and the places looked at.
 */
export interface CredentialSource {
  secretKey(selector: SecretKeySelector, field: string): Promise<SecretValue>
  /** All keys of a Secret that carries `label`, where Secrets carry any: in a cluster and in a stream. */
  labelledSecret(selector: SecretSelector, label: SecretLabel, field: string): Promise<ReadonlyMap<string, SecretValue>>
  /** PEM text of a CA bundle. */
  caBundle(provider: CaProvider, field: string): Promise<string>
  /** `undefined` when no such ServiceAccount is known. */
  serviceAccountAnnotations(selector: ServiceAccountSelector, field: string): Promise<ReadonlyMap<string, string> | undefined>
  /** A token of the account for the audiences; a mounted one has the audiences that its administrator chose. */
  serviceAccountToken(selector: ServiceAccountSelector, field: string): Promise<SecretValue>
  /** The token of the pod that this process runs in, an ambient identity (R4); absent or `undefined` where there is none to be had. */
  podToken?(field: string): Promise<SecretValue | undefined>
}
