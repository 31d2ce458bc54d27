import type { HttpClient } from '../http-client.ts'

/** Where the AWS keys come from that sign a login. */
export type AwsIdentitySource =
  | { readonly kind: 'keys'; readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
  | { readonly kind: 'webIdentity'; readonly roleArn: string; readonly token: string }
  /** The SDK's own chain: environment, IRSA, pod identity, instance. */
  | { readonly kind: 'process' }

export interface CallerIdentityOptions {
  readonly identity: AwsIdentitySource
  readonly region: string
  /** ARN of a role to assume with that identity. */
  readonly assumedRole: string | undefined
  readonly externalId: string | undefined
  /** Value of X-Vault-AWS-IAM-Server-ID, which is signed with the rest. */
  readonly serverId: string | undefined
  /** The process's own; `AWS_ENDPOINT_URL_STS` is taken from it. */
  readonly environment: ReadonlyMap<string, string>
  readonly http: HttpClient
  readonly signal: AbortSignal
}

/** The fields by which Vault repeats the request (Vault's HTTP API, "AWS auth method", login). */
export interface CallerIdentityFields extends Readonly<Record<string, string>> {
  readonly iam_http_request_method: string
  /** Base64, as the two below. */
  readonly iam_request_url: string
  readonly iam_request_body: string
  readonly iam_request_headers: string
}
