import { refusalOf } from './api-refusal.ts'
import type { ApiAnswer, ApiRequest, ApiTransport } from './api-transport.ts'
import { callFailure } from './call-failure.ts'
import { SERVICE_ACCOUNTS } from './core-resources.ts'
import type {
  BoundToken,
  DeleteOptions,
  KubeClient,
  ListOptions,
  ObjectList,
  Patch,
  ReadOptions,
  TokenIssuer,
  TokenQuery,
  WatchOptions,
  WriteOptions,
} from './kube-client.ts'
import { KubeError } from './kube-error.ts'
import { type KubeObject, keyText, type ObjectKey } from './kube-object.ts'
import { parseAnswer } from './parse-answer.ts'
import type { Resource } from './resource.ts'
import {
  createRequest,
  deleteRequest,
  getRequest,
  issuerRequest,
  listRequest,
  patchRequest,
  resourcesRequest,
  signingKeysRequest,
  tokenRequest,
  updateRequest,
  versionRequest,
} from './rest-requests.ts'
import { type RetryPorts, retryRead } from './retry-reads.ts'
import { watchStream } from './watch-stream.ts'

/** KubeClient by the REST API, over `transport`. Reads are repeated when the server is busy, writes never. */
export function restClient(transport: ApiTransport, ports: RetryPorts): KubeClient {
  async function write<T extends object>(what: string, request: ApiRequest, signal: AbortSignal | undefined): Promise<T> {
    return parseAnswer<T>(what, await exchanged(transport, what, request, signal))
  }
  async function read<T extends object>(what: string, request: ApiRequest, signal: AbortSignal | undefined): Promise<T> {
    return await retryRead(() => write<T>(what, request, signal), ports, signal)
  }

  return {
    get: <T extends KubeObject>(resource: Resource, key: ObjectKey, options: ReadOptions = {}) =>
      read<T>(call('get', resource, key), getRequest(resource, key, options), options.signal),
    async list<T extends KubeObject>(resource: Resource, options: ListOptions = {}) {
      const what = `list ${resource.plural}${options.namespace === undefined ? '' : ` in ${options.namespace}`}`
      return listOf(await read<WireList<T>>(what, listRequest(resource, options), options.signal))
    },
    watch: <T extends KubeObject>(resource: Resource, options: WatchOptions) => watchStream<T>(transport, resource, options),
    create: <T extends KubeObject>(resource: Resource, object: T, options: WriteOptions = {}) =>
      write<T>(call('create', resource, object.metadata), createRequest(resource, object, options), options.signal),
    update: <T extends KubeObject>(resource: Resource, object: T, options: WriteOptions = {}) => {
      const what = call('update', resource, object.metadata, options.subresource)
      return write<T>(what, updateRequest(resource, object, options), options.signal)
    },
    patch: <T extends KubeObject>(resource: Resource, key: ObjectKey, patch: Patch, options: WriteOptions = {}) => {
      const what = call('patch', resource, key, options.subresource)
      return write<T>(what, patchRequest(resource, key, patch, options), options.signal)
    },
    async delete(resource: Resource, key: ObjectKey, options: DeleteOptions = {}) {
      await write(call('delete', resource, key), deleteRequest(resource, key, options), options.signal)
    },
    async requestToken(account: ObjectKey, query: TokenQuery, signal?: AbortSignal) {
      const what = call('create', SERVICE_ACCOUNTS, account, 'token')
      // It leaves nothing behind on the server, so it may be repeated as a read.
      return tokenOf(what, await read<TokenAnswer>(what, tokenRequest(SERVICE_ACCOUNTS, account, query), signal))
    },
    async tokenIssuer(signal?: AbortSignal) {
      const what = 'get the issuer of tokens'
      const { issuer } = await read<Partial<TokenIssuer>>(what, issuerRequest(), signal)
      if (!issuer) throw new KubeError(`cannot ${what}: none in the answer`, 0, 'NoIssuer')
      const { keys = [] } = await read<Partial<TokenIssuer>>('get the keys of tokens', signingKeysRequest(), signal)
      return { issuer, keys }
    },
    async resources(group: string, version: string, signal?: AbortSignal) {
      const what = `list the resources of ${group === '' ? version : `${group}/${version}`}`
      const { resources = [] } = await read<ResourcesAnswer>(what, resourcesRequest(group, version), signal)
      return resources.flatMap(({ name, kind, namespaced }) =>
        name.includes('/') ? [] : [{ group, version, plural: name, kind, isNamespaced: namespaced }],
      )
    },
    async serverVersion(signal?: AbortSignal) {
      return (await read<VersionAnswer>('get the version', versionRequest(), signal)).gitVersion
    },
    close: () => transport.close(),
  }
}

/** `update externalsecrets/status default/db`. */
function call(verb: string, { plural }: Resource, key: ObjectKey, subresource?: string): string {
  return `${verb} ${plural}${subresource === undefined ? '' : `/${subresource}`} ${keyText(key)}`
}

async function exchanged(
  transport: ApiTransport,
  what: string,
  request: ApiRequest,
  signal: AbortSignal | undefined,
): Promise<string> {
  let answer: ApiAnswer
  try {
    answer = await transport.exchange(request, signal)
  } catch (thrown) {
    throw callFailure(what, thrown, signal)
  }
  if (answer.status < 200 || answer.status > 299) throw refusalOf(what, answer)
  return answer.body
}

interface ResourcesAnswer {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[]
}

interface VersionAnswer {
  readonly gitVersion: string
}

interface WireList<T> {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string }
  readonly items?: readonly T[]
}

function listOf<T extends KubeObject>({ metadata, items }: WireList<T>): ObjectList<T> {
  return {
    items: items ?? [],
    resourceVersion: metadata.resourceVersion ?? '',
    ...(metadata.continue && { continue: metadata.continue }),
  }
}

interface TokenAnswer {
  readonly status?: { readonly token?: string; readonly expirationTimestamp?: string }
}

function tokenOf(what: string, { status }: TokenAnswer): BoundToken {
  if (!status?.token) throw new KubeError(`cannot ${what}: no token in the answer`, 0, 'NoToken')
  return { token: status.token, expiresAt: Date.parse(status.expirationTimestamp ?? '') }
}
