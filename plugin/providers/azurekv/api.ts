import type { SecretValue } from '../../model/secret-value.ts'
import type { ObjectRef } from './object-ref.ts'

/** The part of Key Vault that reading needs. `sdk*.ts` make the real ones. */
export interface KeyVaultApi {
  /**
   * One call. Throws {@link VaultFailure} for an answer that is not 200, SecretError when there is none or it is not understood.
   */
  get(ref: ObjectRef, signal: AbortSignal): Promise<VaultObject>
}

/** A secret, key or certificate as it is in the vault. */
export interface VaultObject {
  /** A secret's text, a key's public half as JWK, a certificate's DER. */
  readonly value: SecretValue
  readonly version: string
  readonly tags: ReadonlyMap<string, string>
  readonly expires: Date | undefined
  readonly notBefore: Date | undefined
  readonly created: Date | undefined
  readonly updated: Date | undefined
}

/** A secret, or a version of one, without its value. */
export interface ListedSecret {
  readonly name: string
  /** Absent where the vault's secrets are listed by name. */
  readonly version: string | undefined
  /** Of the current version where secrets are listed by name; whole seconds, in milliseconds since the epoch. */
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly isEnabled: boolean
  readonly tags: ReadonlyMap<string, string>
}

/** What the clients of the SDK say of an object, in their own words. */
export interface SdkProperties {
  readonly version?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly expiresOn?: Date | undefined
  readonly notBefore?: Date | undefined
  readonly createdOn?: Date | undefined
  readonly updatedOn?: Date | undefined
}

export function vaultObject(value: SecretValue, properties: SdkProperties): VaultObject {
  return {
    value,
    version: properties.version ?? '',
    tags: new Map(Object.entries(properties.tags ?? {})),
    expires: properties.expiresOn,
    notBefore: properties.notBefore,
    created: properties.createdOn,
    updated: properties.updatedOn,
  }
}
