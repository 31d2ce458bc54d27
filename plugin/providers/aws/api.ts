import type { SecretValue } from '../../model/secret-value.ts'

/** What of AWS's APIs this provider calls. `sdk-*.ts` makes the real ones; every call throws {@link AwsFailure} or SecretError. */
export interface SecretsManagerApi extends AwsApi {
  /** At most 20 ids; the rest of an answer comes by `nextToken`. */
  batchGetSecretValue(ids: readonly string[], nextToken: string | undefined, signal: AbortSignal): Promise<BatchPage>
  getSecretValue(request: SecretRequest, signal: AbortSignal): Promise<StoredSecret>
  describeTags(id: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>
}

/** Secrets without their values. */
export interface SecretDirectoryApi extends AwsApi {
  /** One page of 100 of the secrets whose names begin with `begin`; what is marked for deletion is left out. */
  listSecrets(begin: string, nextToken: string | undefined, signal: AbortSignal): Promise<SecretListPage>
  describeVersions(id: string, signal: AbortSignal): Promise<DescribedSecret>
}

/** Names and tags of secrets. */
export interface SecretSearchApi extends AwsApi {
  /** One page of 100 of what meets all filters; what is marked for deletion is left out. */
  searchSecrets(filters: readonly SecretFilter[], nextToken: string | undefined, signal: AbortSignal): Promise<SecretSearchPage>
}

/** What begins with `value` (AWS API reference, Filter). */
export interface SecretFilter {
  readonly key: 'name' | 'tag-key' | 'tag-value'
  readonly value: string
}

export interface SecretSearchPage {
  readonly found: readonly { readonly name: string; readonly tags: ReadonlyMap<string, string> }[]
  readonly nextToken: string | undefined
}

export interface ParameterStoreApi extends AwsApi {
  /** At most 10 names, decrypted. */
  getParameters(names: readonly string[], signal: AbortSignal): Promise<ParameterPage>
  getParameter(name: string, signal: AbortSignal): Promise<StoredParameter>
  listTags(name: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>
}

/** Parameters without their values. */
export interface ParameterDirectoryApi extends AwsApi {
  /** One page of what there is of at most 50 names. */
  describeParameters(names: readonly string[], nextToken: string | undefined, signal: AbortSignal): Promise<ParameterListPage>
}

/** Names of parameters. */
export interface ParameterSearchApi extends AwsApi {
  /** One page, of at most 50, of what meets all filters. It may have less, even nothing. */
  searchParameters(
    filters: readonly ParameterFilter[],
    nextToken: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly names: readonly string[]; readonly nextToken: string | undefined }>
}

/** Keys are distinct (AWS API reference, ParameterStringFilter). */
export interface ParameterFilter {
  readonly key: 'Name' | 'Path' | `tag:${string}`
  readonly option: 'BeginsWith' | 'Recursive' | 'Equals'
  /** Not empty. */
  readonly value: string
}

export interface ContainerRegistryApi extends AwsApi {
  authorizationToken(signal: AbortSignal): Promise<RegistryToken>
}

export interface TokenServiceApi extends AwsApi {
  getSessionToken(request: SessionRequest, signal: AbortSignal): Promise<SessionCredentials>
  assumeRole(request: RoleRequest, signal: AbortSignal): Promise<AwsCredentials>
  assumeRoleWithWebIdentity(request: WebIdentityRequest, signal: AbortSignal): Promise<AwsCredentials>
}

/** One queue of SQS. */
export interface QueueApi {
  /** Up to ten messages, waited for so long; nobody else is given them for so long after that. */
  receiveMessages(
    wish: { readonly waitSeconds: number; readonly hiddenSeconds: number },
    signal: AbortSignal,
  ): Promise<readonly QueuedMessage[]>
  /** At most ten. Gives how many of them were not deleted. */
  deleteMessages(receipts: readonly string[], signal: AbortSignal): Promise<number>
}

export interface QueuedMessage {
  /** Of this time of receiving it. */
  readonly receipt: string
  readonly body: string
}

export interface AwsApi {
  /** Finds credentials, if the SDK's own chain is to do so; otherwise it costs nothing. */
  findCredentials(): Promise<void>
}

export interface SecretRequest {
  readonly id: string
  readonly versionId?: string
  readonly stage?: string
}

export interface StoredSecret {
  readonly arn: string
  readonly name: string
  readonly versionId: string
  /** `undefined` for a version that AWS gives without a value. */
  readonly value: SecretValue | undefined
}

export interface BatchPage {
  readonly found: readonly StoredSecret[]
  readonly failed: readonly { readonly id: string; readonly code: string }[]
  readonly nextToken: string | undefined
}

/** A secret without its value. */
export interface DescribedSecret {
  readonly arn: string
  readonly name: string
  /** Stage -> id of the version that has it. */
  readonly stages: ReadonlyMap<string, string>
  /** Of anything about it, tags included, in milliseconds since the epoch. */
  readonly changedAtMs: number
  readonly isDeleted: boolean
}

export interface SecretListPage {
  readonly secrets: readonly DescribedSecret[]
  readonly nextToken: string | undefined
}

export interface ParameterListPage {
  readonly found: readonly (Pick<StoredParameter, 'name' | 'version'> & { readonly changedAtMs: number | undefined })[]
  readonly nextToken: string | undefined
}

export interface StoredParameter {
  readonly arn: string
  readonly name: string
  /** `:3` or `:label`, as it was asked for; else empty. */
  readonly selector: string
  readonly value: SecretValue
  /** Differs for different values, also when a parameter was deleted and made anew. */
  readonly version: string
}

export interface ParameterPage {
  readonly found: readonly StoredParameter[]
  readonly invalid: readonly string[]
}

/** Logs in to a registry of containers. */
export interface RegistryToken {
  readonly username: string
  readonly password: SecretValue
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number
  /** URL of the registry; the public one has none. */
  readonly proxyEndpoint: string | undefined
}

/** What the caller's own session is asked with (AWS STS API reference, GetSessionToken). */
export interface SessionRequest {
  readonly durationSeconds?: number | undefined
  /** Of the MFA device; `tokenCode` is what it shows. */
  readonly serialNumber?: string | undefined
  readonly tokenCode?: string | undefined
}

export type SessionCredentials = Required<AwsCredentials>

export interface RoleRequest {
  readonly roleArn: string
  readonly sessionName: string
  readonly externalId?: string
  readonly tags?: readonly SessionTag[]
  readonly transitiveTagKeys?: readonly string[]
}

export interface SessionTag {
  readonly key: string
  readonly value: string
}

export interface WebIdentityRequest {
  readonly roleArn: string
  readonly sessionName: string
  readonly token: SecretValue
}

/** In the SDK's own shape. Lives between identity and SDK only; never part of an error or a log. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}
