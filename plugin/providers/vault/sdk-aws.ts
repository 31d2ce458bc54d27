import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  STSClient,
  type STSClientConfig,
} from '@aws-sdk/client-sts'
import { fromHttp, fromNodeProviderChain, fromTokenFile } from '@aws-sdk/credential-providers'
import { asSecretError, SecretError } from '../../model/secret-error.ts'
import type { HttpClient } from '../http-client.ts'
import type { CallerIdentityFields, CallerIdentityOptions } from './aws-identity.ts'

type CredentialsInput = NonNullable<STSClientConfig['credentials']>
/** The part of the SDK's HTTP types that is used here; the package that has them is no dependency of ours. */
interface AwsRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array
}

interface AwsResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

type Handler = {
  handle(request: AwsRequest, options?: { abortSignal?: unknown }): Promise<{ response: AwsResponse }>
}

/** Shown in CloudTrail as who assumed a role. */
const SESSION_NAME = 'argocd-external-secrets'

/**
 * A GetCallerIdentity request signed by the store's AWS identity, for Vault to send on; this process does not send it.
 * Throws SecretError AccessDenied when AWS refuses the identity.
 */
export async function signCallerIdentity(options: CallerIdentityOptions): Promise<CallerIdentityFields> {
  const { region, serverId, signal } = options
  let signed: AwsRequest | undefined
  const client = new STSClient({
    region,
    credentials: await credentialsOf(options),
    // Vault's default for us-east-1 is the global endpoint; what is signed must be the host that Vault asks (its sts_endpoint).
    endpoint:
      region === 'us-east-1'
        ? 'https://sts.amazonaws.com'
        : `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: AwsRequest) => {
        signed = request
        return { response: answerOf(200, {}, new TextEncoder().encode(NOBODY)) }
      },
    },
  })
  if (serverId !== undefined) {
    client.middlewareStack.add(
      (next) => (args) => {
        if (isRequest(args.request)) args.request.headers['x-vault-aws-iam-server-id'] = serverId
        return next(args)
      },
      { step: 'build', name: 'vaultServerId' },
    )
  }
  await sent(() => client.send(new GetCallerIdentityCommand({}), { abortSignal: signal }))
  if (!signed) throw new RangeError('no request was signed')
  return fieldsOf(signed)
}

/** Enough of an answer for the SDK to be content with. */
const NOBODY =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult/></GetCallerIdentityResponse>'

function fieldsOf(request: AwsRequest): CallerIdentityFields {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value]]))
  return {
    iam_http_request_method: request.method,
    iam_request_url: base64(`${request.protocol}//${request.hostname}${request.path}`),
    iam_request_body: base64(typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body)),
    iam_request_headers: base64(JSON.stringify(headers)),
  }
}

async function credentialsOf(options: CallerIdentityOptions): Promise<CredentialsInput> {
  const { assumedRole, externalId, signal } = options
  const own = await ownCredentials(options)
  if (assumedRole === undefined) return own
  const client = stsClient(options, own)
  const { Credentials: assumed } = await sent(() =>
    client.send(new AssumeRoleCommand({ RoleArn: assumedRole, RoleSessionName: SESSION_NAME, ExternalId: externalId }), {
      abortSignal: signal,
    }),
  )
  return usable(assumed)
}

async function ownCredentials(options: CallerIdentityOptions): Promise<CredentialsInput> {
  const { identity, signal } = options
  if (identity.kind === 'keys') return identity
  if (identity.kind === 'webIdentity') {
    const command = new AssumeRoleWithWebIdentityCommand({
      RoleArn: identity.roleArn,
      RoleSessionName: SESSION_NAME,
      WebIdentityToken: identity.token,
    })
    const { Credentials: given } = await sent(() => stsClient(options).send(command, { abortSignal: signal }))
    return usable(given)
  }
  return processCredentials(options)
}

/** IRSA before pod identity (external-secrets.md 7.4), from the environment that was handed in; then whatever else the SDK finds. */
function processCredentials(options: CallerIdentityOptions): CredentialsInput {
  const { environment, region, http } = options
  const roleArn = environment.get('AWS_ROLE_ARN')
  const webIdentityTokenFile = environment.get('AWS_WEB_IDENTITY_TOKEN_FILE')
  if (roleArn && webIdentityTokenFile) {
    return fromTokenFile({ roleArn, webIdentityTokenFile, roleSessionName: SESSION_NAME, clientConfig: stsConfig(options) })
  }
  const awsContainerCredentialsFullUri = environment.get('AWS_CONTAINER_CREDENTIALS_FULL_URI')
  const awsContainerAuthorizationTokenFile = environment.get('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')
  if (awsContainerCredentialsFullUri && awsContainerAuthorizationTokenFile) {
    return fromHttp({ awsContainerCredentialsFullUri, awsContainerAuthorizationTokenFile, maxRetries: 0 })
  }
  return fromNodeProviderChain({ clientConfig: { region, requestHandler: handlerOver(http) } })
}

function stsClient(options: CallerIdentityOptions, credentials?: CredentialsInput): STSClient {
  return new STSClient({ ...stsConfig(options), ...(credentials && { credentials }) })
}

function stsConfig({ region, environment, http }: CallerIdentityOptions): {
  region: string
  endpoint?: string
  maxAttempts: number
  requestHandler: Handler
} {
  const endpoint = environment.get('AWS_ENDPOINT_URL_STS') ?? environment.get('AWS_ENDPOINT_URL')
  return { region, ...(endpoint && { endpoint }), maxAttempts: 1, requestHandler: handlerOver(http) }
}

/** Our own transport beneath the SDK: no redirects, capped bodies, proxies. */
function handlerOver(http: HttpClient): Handler {
  return {
    async handle({ method, protocol, hostname, port, path, query, headers, body }, options) {
      const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`)
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
      const signal = options?.abortSignal instanceof AbortSignal ? options.abortSignal : AbortSignal.timeout(SDK_TIMEOUT_MS)
      const answer = await http.send({ method, url, headers, body, signal })
      return { response: answerOf(answer.status, answer.headers, answer.body) }
    },
  }
}

/** For calls that the SDK's own credential chain makes, to which no signal is given. */
const SDK_TIMEOUT_MS = 10_000

function answerOf(statusCode: number, headers: Readonly<Record<string, string>>, body: Uint8Array): AwsResponse {
  return { statusCode, headers: { ...headers }, body }
}

function isRequest(request: unknown): request is AwsRequest {
  return typeof request === 'object' && request !== null && 'headers' in request
}

function usable(given: Credentials | undefined): CredentialsInput {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given ?? {}
  if (!accessKeyId || !secretAccessKey) throw new SecretError('Unavailable', 'AWS STS gave no credentials')
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}

/** AWS's own words stay behind; they may name what was refused. */
async function sent<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (thrown) {
    throw stsFailure(thrown)
  }
}

/** STS answers them with status 400 (AWS, "Common errors"). */
const THROTTLING = new Set(['Throttling', 'ThrottlingException', 'RequestLimitExceeded'])

function stsFailure(thrown: unknown): SecretError {
  if (thrown instanceof SecretError) return thrown
  const status = statusOf(thrown)
  if (status !== undefined && status >= 500) return new SecretError('Unavailable', `AWS STS answered with status ${status}`)
  if (status === 429 || (thrown instanceof Error && THROTTLING.has(thrown.name))) {
    return new SecretError('Throttled', 'AWS STS takes no more requests now', { remedy: 'render less often' })
  }
  if (status !== undefined && status >= 400) {
    return new SecretError('AccessDenied', `AWS STS refused the identity (status ${status})`, {
      remedy: 'check the keys or the token, the trust policy of the role and the external id',
    })
  }
  // A token file of the process that cannot be read fails as the file system does.
  if (thrown instanceof Error && (thrown.name === 'CredentialsProviderError' || 'syscall' in thrown)) {
    return new SecretError('AccessDenied', 'this process has no AWS identity to log in to Vault with', {
      remedy: 'give auth.iam.secretRef or auth.iam.jwt, or run with IRSA or pod identity',
    })
  }
  return asSecretError(thrown)
}

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('$metadata' in thrown)) return undefined
  const { $metadata: metadata } = thrown
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}
