import { randomBytes } from 'node:crypto'
import { EVERYTHING, reviewed } from './access-reviews.ts'
import { type ApiCall, bodyOf, managerOf, type RawRequest, readCall, type Verb } from './api-call.ts'
import { applyObject } from './apply-object.ts'
import { Faults, resourceText } from './faults.ts'
import { KubeStorage } from './kube-storage.ts'
import { listObjects } from './list-objects.ts'
import { isObject, jsonPatch, mergePatch } from './patches.ts'
import { badRequest, invalid, notFound, Refused } from './refused.ts'
import { asMetadata, wantsMetadata } from './representation.ts'
import { apiVersionOf, type ServedResource, type StoredObject } from './stored-object.ts'
import { TokenIssuer } from './token-issuer.ts'
import { type Later, WatchFeeds, type WatchSink } from './watch-feeds.ts'
import { createObject, deleteObject, type Preconditions, updateObject, type Write } from './write-objects.ts'

/** A request that was answered, as the audit log of an API server has it. A refused or cut one is here too. */
export interface AuditEntry {
  readonly verb: Verb
  /** `secrets`, `externalsecrets/status`. */
  readonly resource: string
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly userAgent: string
  readonly code: number
}

const VERSION_PATH = /^\/(?:api|apis\/(?<group>[^/?]+))\/(?<version>[^/?]+)$/

export type RawAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: object; readonly retryAfterSeconds?: number | undefined }
  /** `open` starts it and gives what ends it when the client goes away. */
  | { readonly kind: 'stream'; readonly open: (sink: WatchSink) => () => void }
  | { readonly kind: 'cut' }
  | { readonly kind: 'hang' }

/** The server without its sockets: what it keeps, and what it says to a request. */
export class KubeApi {
  readonly storage = new KubeStorage()
  readonly feeds: WatchFeeds
  readonly faults = new Faults()
  readonly token = randomBytes(16).toString('hex')
  readonly tokens = new TokenIssuer()
  readonly resources: readonly ServedResource[]
  readonly now: () => number
  audit: AuditEntry[] = []
  /** Of whoever asks; what is refused otherwise is for faults to say. */
  access = EVERYTHING

  constructor(resources: readonly ServedResource[], now: () => number, later?: Later) {
    this.resources = resources
    this.now = now
    this.feeds = new WatchFeeds(this.storage, later)
  }

  async answer(request: RawRequest): Promise<RawAnswer> {
    let call: ApiCall | undefined
    try {
      if (request.authorization !== `Bearer ${this.token}`) throw new Refused(401, 'Unauthorized', 'Unauthorized')
      if (request.url === '/version') return success({ major: '1', minor: '36', gitVersion: 'v1.36.3' })
      const document = this.tokens.document(request.url)
      if (document) return success(document)
      const review = reviewed(request.method, request.url, request.body, this.access)
      if (review) return success(review, 201)
      const listed = this.#resources(request.url)
      if (listed) return success(listed)
      call = readCall(request, this.resources)
      return await this.#disturbed(call)
    } catch (thrown) {
      const refused = thrown instanceof Refused ? thrown : new Refused(500, 'InternalError', String(thrown))
      if (call) this.record(call, refused.code)
      return { kind: 'answer', status: refused.code, body: refused.status(), retryAfterSeconds: refused.retryAfterSeconds }
    }
  }

  /** What a version of a group has; undefined when the request asks for something else. */
  #resources(url: string): object | undefined {
    const { group = '', version } = VERSION_PATH.exec(url)?.groups ?? {}
    if (version === undefined) return undefined
    const found = this.resources.filter((one) => one.group === group && one.version === version)
    if (found.length === 0) throw new Refused(404, 'NotFound', 'the server could not find the requested resource')
    const resources = found.flatMap(({ plural, kind, isNamespaced, hasStatus }) =>
      [plural, ...(hasStatus ? [`${plural}/status`] : [])].map((name) => ({ name, kind, namespaced: isNamespaced, verbs: [] })),
    )
    return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: group === '' ? version : `${group}/${version}`, resources }
  }

  record(call: ApiCall, code: number): void {
    const { verb, namespace, request } = call
    const name = call.name ?? (verb === 'create' ? createdName(call) : undefined)
    this.audit.push({ verb, resource: resourceText(call), namespace, name, userAgent: request.userAgent, code })
  }

  async #disturbed(call: ApiCall): Promise<RawAnswer> {
    const fault = this.faults.take(call)
    if (fault === 'cut' || fault === 'hang') {
      this.record(call, 0)
      return { kind: fault }
    }
    if (typeof fault === 'object' && 'status' in fault) {
      throw new Refused(fault.status, fault.reason ?? reasonOf(fault.status), 'as the test wishes', [], fault.retryAfterSeconds)
    }
    if (typeof fault === 'object') await new Promise((resolve) => setTimeout(resolve, fault.delayMs))
    const answer = this.#act(call)
    this.record(call, answer.kind === 'answer' ? answer.status : 200)
    return fault === 'cutAfterwards' ? { kind: 'cut' } : answer
  }

  #act(call: ApiCall): RawAnswer {
    const { name = '' } = call
    switch (call.verb) {
      case 'get': {
        const found = this.#existing(call)
        return success(wantsMetadata(call) ? asMetadata(found) : found)
      }
      case 'list':
        return success(listObjects(this.storage, call))
      case 'watch':
        wantsMetadata(call)
        return { kind: 'stream', open: (sink) => this.feeds.open(call, sink) }
      case 'create':
        return call.subresource === 'token' ? success(this.#token(call), 201) : this.#create(call)
      case 'update':
        return success(updateObject(this.#write(call), name, sentObject(call)))
      case 'patch':
        return this.#patch(call)
      default:
        return this.#delete(call)
    }
  }

  #delete(call: ApiCall): RawAnswer {
    const { name = '', namespace, resource, request } = call
    const { preconditions = {} } = (request.body === '' ? {} : bodyOf(call)) as { preconditions?: Preconditions }
    const kept = deleteObject(this.#write(call), namespace, name, preconditions)
    const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name, kind: resource.plural } }
    return success(kept ?? status)
  }

  #create(call: ApiCall): RawAnswer {
    const { resource, namespace } = call
    const object = sentObject(call)
    if (resource.isNamespaced) this.#assertOpen(namespace ?? '')
    return success(createObject(this.#write(call), object), 201)
  }

  /** Admission (NamespaceLifecycle). */
  #assertOpen(namespace: string): void {
    const namespaces = this.resources.find(({ group, plural }) => group === '' && plural === 'namespaces')
    const found = namespaces && this.storage.get(namespaces, undefined, namespace)
    if (!namespaces || !found) throw new Refused(404, 'NotFound', `namespaces "${namespace}" not found`)
    if (found.metadata.deletionTimestamp !== undefined) {
      const causes = [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }]
      throw new Refused(403, 'Forbidden', `namespace ${namespace} is being terminated`, causes)
    }
  }

  #patch(call: ApiCall): RawAnswer {
    if (call.request.contentType === 'application/apply-patch+yaml') return this.#apply(call)
    const before = this.#existing(call)
    const patched = patchedObject(call.request.contentType, before, bodyOf(call)) as StoredObject
    // The version is that of what was patched unless the patch says another.
    return success(updateObject(this.#write(call), before.metadata.name, patched))
  }

  #apply(call: ApiCall): RawAnswer {
    const { resource, namespace, name = '', query } = call
    const applied = sentObject(call)
    if (!query.has('fieldManager')) throw invalid(resource, name, 'FieldValueRequired', 'fieldManager')
    const isNew = !this.storage.get(resource, namespace, name)
    if (isNew && resource.isNamespaced) this.#assertOpen(namespace ?? '')
    const now = applyObject(this.#write(call), applied, query.get('force') === 'true' ? 'takes over' : 'asks')
    return success(now, isNew ? 201 : 200)
  }

  #token(call: ApiCall): object {
    const account = this.#existing(call)
    const { spec = {} } = bodyOf(call) as { spec?: { audiences?: readonly string[]; expirationSeconds?: number } }
    const { audiences = ['https://kubernetes.default.svc'], expirationSeconds = 3600 } = spec
    if (expirationSeconds < 600)
      throw invalid(call.resource, account.metadata.name, 'FieldValueInvalid', 'spec.expirationSeconds')
    const iat = Math.floor(this.now() / 1000)
    const exp = iat + expirationSeconds
    const sub = `system:serviceaccount:${account.metadata.namespace ?? ''}:${account.metadata.name}`
    const token = this.tokens.token({ aud: audiences, sub, iat, nbf: iat, exp })
    const status = { token, expirationTimestamp: timeText(exp * 1000) }
    return {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      spec: { audiences, expirationSeconds },
      status,
    }
  }

  #existing({ resource, namespace, name = '' }: ApiCall): StoredObject {
    const found = this.storage.get(resource, namespace, name)
    if (!found) throw notFound(resource, name)
    return found
  }

  #write(call: ApiCall): Write {
    const { resource, subresource } = call
    if (subresource !== undefined && !(subresource === 'status' && resource.hasStatus)) {
      throw new Refused(404, 'NotFound', 'the server could not find the requested resource')
    }
    return { storage: this.storage, resource, writer: { manager: managerOf(call), subresource, time: timeText(this.now()) } }
  }
}

function createdName(call: ApiCall): string | undefined {
  try {
    return (bodyOf(call) as Partial<StoredObject> | null)?.metadata?.name
  } catch {
    return undefined
  }
}

function success(body: object, status = 200): RawAnswer {
  return { kind: 'answer', status, body }
}

/** The body of a POST or PUT, which must be what its path says. */
function sentObject(call: ApiCall): StoredObject {
  const { resource, namespace, name } = call
  const sent = bodyOf(call)
  if (!isObject(sent)) throw badRequest('the object provided is unrecognized')
  const { kind, apiVersion = '', metadata } = sent as Partial<StoredObject>
  if (resource.isCustom && (!kind || !apiVersion)) throw badRequest("Object 'Kind' is missing")
  const isOther = (kind && kind !== resource.kind) || (apiVersion && apiVersion !== apiVersionOf(resource))
  if (isOther) throw badRequest(`${apiVersion}, Kind=${kind ?? ''} cannot be handled as a ${resource.kind}`)
  if (name !== undefined && metadata?.name !== name) throw badRequest('the name of the object does not match the name on the URL')
  if (metadata?.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  return {
    ...sent,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { ...metadata, name: metadata?.name ?? '', ...(namespace !== undefined && { namespace }) },
  }
}

function patchedObject(contentType: string, before: StoredObject, patch: unknown): unknown {
  switch (contentType) {
    case 'application/merge-patch+json':
      return mergePatch(before, patch)
    case 'application/json-patch+json':
      return jsonPatch(before, patch)
    default:
      throw new Refused(415, 'UnsupportedMediaType', 'the body of the request was in an unknown format')
  }
}

/** RFC 3339 in whole seconds, as the API has it. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

function reasonOf(status: number): string {
  return REASONS[status] ?? 'InternalError'
}
