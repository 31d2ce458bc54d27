import type { ApiRequest } from './api-transport.ts'
import type { DeleteOptions, ListOptions, Patch, ReadOptions, TokenQuery, WatchOptions, WriteOptions } from './kube-client.ts'
import type { KubeObject, ObjectKey } from './kube-object.ts'
import { type Resource, resourcePath, versionPath } from './resource.ts'

/** etcd takes 1.5 MiB of an object; in JSON, with its managed fields, it may be larger. */
export const MAX_OBJECT_BYTES = 8 * 1024 * 1024
const MAX_LIST_BYTES = 128 * 1024 * 1024

const JSON_TYPE = 'application/json'
/** "Receiving resources as metadata" (Kubernetes API concepts): without the plain type beside it, so that data never comes instead. */
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'

const PATCH_TYPES: Readonly<Record<Patch['type'], string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  // JSON is YAML.
  apply: 'application/apply-patch+yaml',
}

export function getRequest(resource: Resource, key: ObjectKey, { metadataOnly }: ReadOptions): ApiRequest {
  return read(objectPath(resource, key), metadataOnly ? METADATA : JSON_TYPE, MAX_OBJECT_BYTES)
}

export function listRequest(resource: Resource, options: ListOptions): ApiRequest {
  const { namespace, labelSelector, fieldSelector, limit, continue: from, resourceVersion, resourceVersionMatch } = options
  const asked = query({ labelSelector, fieldSelector, limit, continue: from, resourceVersion, resourceVersionMatch })
  return read(resourcePath(resource, namespace) + asked, options.metadataOnly ? METADATA_LIST : JSON_TYPE, MAX_LIST_BYTES)
}

export function watchRequest(resource: Resource, options: WatchOptions): ApiRequest {
  const { namespace, labelSelector, fieldSelector, resourceVersion, timeoutSeconds } = options
  const asked = query({ watch: true, allowWatchBookmarks: true, labelSelector, fieldSelector, resourceVersion, timeoutSeconds })
  return read(resourcePath(resource, namespace) + asked, options.metadataOnly ? METADATA : JSON_TYPE, MAX_OBJECT_BYTES)
}

export function versionRequest(): ApiRequest {
  return read('/version', JSON_TYPE, MAX_OBJECT_BYTES)
}

export function issuerRequest(): ApiRequest {
  return read('/.well-known/openid-configuration', JSON_TYPE, MAX_OBJECT_BYTES)
}

export function signingKeysRequest(): ApiRequest {
  return read('/openid/v1/jwks', 'application/jwk-set+json', MAX_OBJECT_BYTES)
}

export function resourcesRequest(group: string, version: string): ApiRequest {
  return read(versionPath({ group, version }), JSON_TYPE, MAX_OBJECT_BYTES)
}

export function createRequest(resource: Resource, object: KubeObject, { fieldManager }: WriteOptions): ApiRequest {
  return send('POST', resourcePath(resource, object.metadata.namespace) + query({ fieldManager }), object)
}

export function updateRequest(resource: Resource, object: KubeObject, { fieldManager, subresource }: WriteOptions): ApiRequest {
  return send('PUT', objectPath(resource, object.metadata, subresource) + query({ fieldManager }), object)
}

export function patchRequest(resource: Resource, key: ObjectKey, patch: Patch, options: WriteOptions): ApiRequest {
  const { fieldManager, subresource } = options
  const force = patch.type === 'apply' ? patch.force : undefined
  const path = objectPath(resource, key, subresource) + query({ fieldManager, force })
  return send('PATCH', path, patch.body, PATCH_TYPES[patch.type])
}

export function deleteRequest(resource: Resource, key: ObjectKey, { uid, resourceVersion }: DeleteOptions): ApiRequest {
  const preconditions = { ...(uid !== undefined && { uid }), ...(resourceVersion !== undefined && { resourceVersion }) }
  return send('DELETE', objectPath(resource, key), { apiVersion: 'v1', kind: 'DeleteOptions', preconditions })
}

/** Of authentication.k8s.io/v1. */
export function tokenRequest(accounts: Resource, account: ObjectKey, { audiences, expirationSeconds }: TokenQuery): ApiRequest {
  const spec = { audiences, ...(expirationSeconds !== undefined && { expirationSeconds }) }
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec }
  return send('POST', objectPath(accounts, account, 'token'), body)
}

function read(path: string, accept: string, maxBytes: number): ApiRequest {
  return { method: 'GET', path, accept, maxBytes }
}

function send(method: ApiRequest['method'], path: string, body: object, contentType: string = JSON_TYPE): ApiRequest {
  return { method, path, accept: JSON_TYPE, contentType, body: JSON.stringify(body), maxBytes: MAX_OBJECT_BYTES }
}

function objectPath(resource: Resource, { namespace, name }: ObjectKey, subresource?: string): string {
  const path = resourcePath(resource, namespace, name)
  return subresource === undefined ? path : `${path}/${subresource}`
}

function query(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) asked.set(name, String(value))
  return asked.size === 0 ? '' : `?${asked.toString()}`
}
