import type { SecretValue } from '../../model/secret-value.ts'

/** The part of Secret Manager that reading needs. Names are full resource names. */
export interface SecretManagerApi {
  /** Throws SecretError; {@link VersionUnusable} when the version is disabled or destroyed. */
  accessVersion(name: string, signal: AbortSignal): Promise<AccessedVersion>
  labelsAndAnnotations(secret: string, signal: AbortSignal): Promise<SecretMetadata>
  /** One page of the enabled versions of a secret, newest first; an empty token when it is the last. */
  enabledVersions(secret: string, pageToken: string, signal: AbortSignal): Promise<VersionPage>
}

/** Secrets without anything of their versions. */
export interface SecretSearchApi {
  /** One page of the secrets below `parent` (`projects/P[/locations/L]`) that meet `filter`, all of them without one. Throws SecretError. */
  searchSecrets(
    search: { readonly parent: string; readonly filter: string },
    pageToken: string,
    signal: AbortSignal,
  ): Promise<SecretPage>
}

export interface SecretPage {
  readonly secrets: readonly ListedSecret[]
  /** Empty on the last page. */
  readonly nextToken: string
}

export interface ListedSecret {
  /** The last part of its name. */
  readonly id: string
  readonly labels: ReadonlyMap<string, string>
}

/** Versions without their payloads. */
export interface VersionDirectoryApi extends Pick<SecretManagerApi, 'labelsAndAnnotations' | 'enabledVersions'> {
  /** `version` may end in `latest` or an alias. Throws SecretError. */
  describeVersion(version: string, signal: AbortSignal): Promise<DescribedVersion>
}

export interface DescribedVersion {
  /** Its number in place of `latest`. */
  readonly name: string
  readonly isEnabled: boolean
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number | undefined
}

export interface AccessedVersion {
  /** Of the version that was read, its number in place of `latest`. */
  readonly name: string
  readonly value: SecretValue
  /** CRC-32C of the payload as the server computed it. */
  readonly checksum: number | undefined
}

export interface SecretMetadata {
  /** Changes with every change of the secret. */
  readonly etag: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface VersionPage {
  readonly versions: readonly { readonly name: string; readonly createdAt: number }[]
  readonly nextPageToken: string
}
