import { AsyncLocalStorage } from 'node:async_hooks'
// The v1 client alone: the package's index also loads v1beta2 and 750 kB of generated protos that REST has no use for.
import { SecretManagerServiceClient } from '@google-cloud/secret-manager/build/src/v1/secret_manager_service_client.js'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { HttpAnswer, HttpClient } from '../http-client.ts'
import type { ListedSecret, SecretManagerApi, SecretSearchApi, VersionDirectoryApi, VersionPage } from './api.ts'
import type { TokenCache } from './auth/token-cache.ts'
import { checkedAnswer, googleStatus, jsonOf, type Purpose } from './checked-answer.ts'
import { VersionUnusable } from './version-unusable.ts'

export interface SdkOptions {
  readonly endpoint: URL
  readonly http: HttpClient
  readonly tokens: TokenCache
  readonly quotaProject: string | undefined
}

/** What belongs to one call and must reach the transport, which the SDK calls without it. */
interface Call {
  readonly signal: AbortSignal
  readonly purpose: Purpose
}

type ClientOptions = NonNullable<ConstructorParameters<typeof SecretManagerServiceClient>[0]>
type Auth = NonNullable<ClientOptions['auth']>

/** Ours alone retries. */
const CALL_OPTIONS = { retry: null }
/** The largest page that the service gives (service.proto, ListSecretVersionsRequest.page_size). */
const PAGE_SIZE = 25_000
/** Of secrets: a page of them stays under the cap of an answer, also where each has many labels, and annotations that a proxy may not leave out. */
const SECRETS_PAGE_SIZE = 1_000
/** System parameter of all of Google's APIs: what else a secret has, annotations of 16 KiB among it, does not come. */
const SECRETS_MASK = { 'x-goog-fieldmask': 'secrets.name,secrets.labels,nextPageToken' }
/** SecretVersion.State (resources.proto). */
const ENABLED = 1

/** The official client in REST mode, on our transport and tokens: it makes requests out of calls and messages out of answers. */
export function createSecretManagerApi(options: SdkOptions): SecretManagerApi & VersionDirectoryApi & SecretSearchApi {
  const calls = new AsyncLocalStorage<Call>()
  const client = createClient(options, transport(options, calls))

  async function run<T>(purpose: Purpose, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    try {
      return await calls.run({ signal, purpose }, call)
    } catch (thrown) {
      // What is not ours comes from decoding: the SDK's own words may quote the answer.
      throw thrown instanceof SecretError ? thrown : notUnderstood(purpose)
    }
  }

  return {
    accessVersion: (name, signal) =>
      run(reading(name), signal, async () => {
        const [answer] = await client.accessSecretVersion({ name }, CALL_OPTIONS)
        const data = answer.payload?.data
        if (!answer.name || data === undefined || data === null) throw notUnderstood(reading(name))
        const checksum = answer.payload?.dataCrc32c
        return {
          name: answer.name,
          value: new SecretValue(typeof data === 'string' ? Buffer.from(data, 'base64') : data),
          checksum: checksum === undefined || checksum === null ? undefined : Number(checksum),
        }
      }),
    describeVersion: (name, signal) =>
      run(describing(name), signal, async () => {
        const [answer] = await client.getSecretVersion({ name }, CALL_OPTIONS)
        if (!answer.name) throw notUnderstood(describing(name))
        const isEnabled = answer.state === 'ENABLED' || Number(answer.state) === ENABLED
        return { name: answer.name, isEnabled, createdAtMs: millisecondsOf(answer.createTime) || undefined }
      }),
    labelsAndAnnotations: (secret, signal) =>
      run(viewing(secret), signal, async () => {
        const [answer] = await client.getSecret({ name: secret }, CALL_OPTIONS)
        return { etag: answer.etag ?? '', labels: answer.labels ?? {}, annotations: answer.annotations ?? {} }
      }),
    enabledVersions: (secret, pageToken, signal) =>
      run(listing(secret), signal, async () => {
        const request = { parent: secret, filter: 'state:ENABLED', pageSize: PAGE_SIZE, pageToken }
        const [versions, , answer] = await client.listSecretVersions(request, { ...CALL_OPTIONS, autoPaginate: false })
        return versionPage(versions, answer.nextPageToken)
      }),
    searchSecrets: ({ parent, filter }, pageToken, signal) =>
      run(searching(parent), signal, async () => {
        const request = { parent, filter, pageSize: SECRETS_PAGE_SIZE, pageToken }
        const options = { ...CALL_OPTIONS, autoPaginate: false, otherArgs: { headers: SECRETS_MASK } }
        const [secrets, , answer] = await client.listSecrets(request, options)
        return { secrets: secrets.flatMap(listed), nextToken: answer.nextPageToken ?? '' }
      }),
  }
}

function createClient({ endpoint }: SdkOptions, fetch: Transport): SecretManagerServiceClient {
  const auth: unknown = { fetch, getRequestHeaders: () => Promise.resolve(new Headers()) }
  const client = new SecretManagerServiceClient({
    fallback: true,
    // Of an auth object google-gax calls these two methods in REST mode (its fallback.js and fallbackServiceStub.js).
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    auth: auth as Auth,
    protocol: endpoint.protocol.slice(0, -1),
    apiEndpoint: endpoint.hostname,
    port: Number(endpoint.port) || (endpoint.protocol === 'http:' ? 80 : 443),
    universeDomain: 'googleapis.com',
  })
  // With GOOGLE_SDK_NODE_LOGGING in the environment the client prints every answer, payload included.
  Object.defineProperty(client, '_log', { value: { info() {} } })
  return client
}

/** The part of fetch's contract that google-gax uses (fallbackServiceStub.js). */
type Transport = (url: string, request: GaxRequest) => Promise<GaxResponse>

interface GaxRequest {
  readonly method: string
  readonly headers: Headers
  readonly body?: string
}

interface GaxResponse {
  readonly ok: true
  readonly status: number
  arrayBuffer(): Promise<Uint8Array>
}

/** Failures become SecretErrors here, so that the SDK never sees, parses or wraps a failure's body. */
function transport({ http, tokens, quotaProject }: SdkOptions, calls: AsyncLocalStorage<Call>): Transport {
  async function send(url: URL, request: GaxRequest, { signal }: Call): Promise<HttpAnswer> {
    for (;;) {
      const token = await tokens.get(signal)
      const headers = {
        ...Object.fromEntries(request.headers),
        authorization: `Bearer ${new TextDecoder().decode(token.token.reveal())}`,
        ...(quotaProject !== undefined && { 'x-goog-user-project': quotaProject }),
      }
      const answer = await http.send({ method: request.method, url, headers, body: request.body, signal })
      if (answer.status !== 401 || !tokens.refused(token)) return answer
    }
  }

  return async (url, request) => {
    const call = calls.getStore()
    if (!call) throw new SecretError('Bug', 'a call to Secret Manager lost its context')
    const answer = await send(new URL(url), request, call)
    if (answer.status === 400 && googleStatus(answer) === 'FAILED_PRECONDITION') throw new VersionUnusable()
    checkedAnswer(answer, call.purpose)
    jsonOf(answer, call.purpose)
    return { ok: true, status: answer.status, arrayBuffer: async () => answer.body }
  }
}

/** What is needed of a version; int64 comes as text, and the SDK's types call everything optional. */
interface ListedVersion {
  readonly name?: string | null
  readonly createTime?: Timestamp | null
}

interface Timestamp {
  readonly seconds?: unknown
  readonly nanos?: number | null
}

function versionPage(versions: readonly ListedVersion[], nextPageToken: string | null | undefined): VersionPage {
  return {
    versions: versions.flatMap(({ name, createTime }) => {
      return name ? [{ name, createdAt: millisecondsOf(createTime) }] : []
    }),
    nextPageToken: nextPageToken ?? '',
  }
}

/** 0 for nothing. */
function millisecondsOf(time: Timestamp | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6
}

function listed({ name, labels }: { readonly name?: string | null; readonly labels?: Labels | null }): readonly ListedSecret[] {
  const id = name?.split('/').at(-1)
  return id ? [{ id, labels: new Map(Object.entries(labels ?? {})) }] : []
}

type Labels = Readonly<Record<string, string>>

function reading(version: string): Purpose {
  const remedy = 'grant roles/secretmanager.secretAccessor on the secret or its project'
  return { doing: `read ${version}`, remedy, of: 'secret' }
}

function describing(version: string): Purpose {
  return { doing: `look at ${version}`, remedy: VIEWER, of: 'secret' }
}

function viewing(secret: string): Purpose {
  return { doing: `read labels and annotations of ${secret}`, remedy: VIEWER, of: 'secret' }
}

function listing(secret: string): Purpose {
  return { doing: `list the versions of ${secret}`, remedy: VIEWER, of: 'secret' }
}

function searching(parent: string): Purpose {
  return { doing: `list the secrets of ${parent}`, remedy: 'grant roles/secretmanager.viewer on the project', of: 'project' }
}

const VIEWER = 'grant roles/secretmanager.viewer on the secret or its project'

function notUnderstood({ doing }: Purpose): SecretError {
  return new SecretError('Unavailable', `the answer is not one of Secret Manager: cannot ${doing}`, {
    lasting: true,
    remedy: 'check the endpoint and the proxy of this process',
  })
}
