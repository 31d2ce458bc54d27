import { isDeepStrictEqual } from 'node:util'
import { isObject } from './patches.ts'
import { badRequest, invalid } from './refused.ts'
import type { ServedResource, StoredObject } from './stored-object.ts'

const SECRET_BYTES = 1024 * 1024

/** What the API server does with the content of an object before it keeps it: defaults and checks of the built-in kinds that we write. */
export function asKept(resource: ServedResource, before: StoredObject | undefined, sent: StoredObject): StoredObject {
  switch (resource.group === '' ? resource.kind : '') {
    case 'Secret':
      return keptSecret(resource, before, sent)
    case 'ConfigMap':
      checkKeys(resource, sent)
      checkImmutable(resource, before, sent)
      return sent
    case 'Namespace':
      return { ...sent, spec: { finalizers: ['kubernetes'] }, status: sent['status'] ?? { phase: 'Active' } }
    default:
      return sent
  }
}

/** core/v1 Secret: `stringData` is written into `data`, `type` is `Opaque` by default and never changes. */
function keptSecret(resource: ServedResource, before: StoredObject | undefined, sent: StoredObject): StoredObject {
  const { stringData, ...rest } = sent
  const texts = isObject(stringData) ? Object.entries(stringData) : []
  const data = {
    ...(isObject(sent['data']) ? sent['data'] : {}),
    ...Object.fromEntries(texts.map(([name, text]) => [name, Buffer.from(String(text)).toString('base64')])),
  }
  const hasData = Object.keys(data).length > 0
  const secret: StoredObject = { ...rest, metadata: sent.metadata, ...(hasData && { data }), type: sent['type'] || 'Opaque' }
  if (!hasData) Reflect.deleteProperty(secret, 'data')
  checkKeys(resource, secret)
  checkBytes(resource, secret.metadata.name, Object.values(data))
  if (before && before['type'] !== secret['type']) throw invalid(resource, secret.metadata.name, 'FieldValueInvalid', 'type')
  checkImmutable(resource, before, secret)
  return secret
}

function checkBytes(resource: ServedResource, name: string, values: readonly unknown[]): void {
  let size = 0
  for (const value of values) {
    if (typeof value !== 'string' || Buffer.from(value, 'base64').toString('base64') !== value) {
      throw badRequest('Secret in version "v1" cannot be handled as a Secret: illegal base64 data')
    }
    size += Buffer.byteLength(value, 'base64')
  }
  if (size > SECRET_BYTES) throw invalid(resource, name, 'FieldValueTooLong', 'data')
}

function checkKeys(resource: ServedResource, { metadata, ...content }: StoredObject): void {
  const data: unknown = content['data']
  const wrong = Object.keys(isObject(data) ? data : {}).find((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key) || /^\.\.?$/.test(key))
  if (wrong !== undefined) throw invalid(resource, metadata.name, 'FieldValueInvalid', `data[${wrong}]`)
}

function checkImmutable(resource: ServedResource, before: StoredObject | undefined, now: StoredObject): void {
  if (before?.['immutable'] !== true) return
  const { name } = now.metadata
  if (now['immutable'] !== true) throw invalid(resource, name, 'FieldValueForbidden', 'immutable')
  if (!isDeepStrictEqual(before['data'], now['data'])) throw invalid(resource, name, 'FieldValueForbidden', 'data')
}

/** metadata.name as most resources have it: a DNS subdomain (apimachinery, NameIsDNSSubdomain). */
export function checkMeta(resource: ServedResource, { metadata }: StoredObject): void {
  const { name, ownerReferences = [] } = metadata
  if (name === undefined || name === '') throw invalid(resource, '', 'FieldValueRequired', 'metadata.name')
  if (name.length > 253 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)) {
    throw invalid(resource, name, 'FieldValueInvalid', 'metadata.name')
  }
  if (ownerReferences.some(({ uid, kind, name: owner }) => !uid || !kind || !owner)) {
    throw invalid(resource, name, 'FieldValueInvalid', 'metadata.ownerReferences.uid')
  }
  if (ownerReferences.filter(({ controller }) => controller).length > 1) {
    throw invalid(resource, name, 'FieldValueInvalid', 'metadata.ownerReferences')
  }
  const wrongLabel = Object.values(metadata.labels ?? {}).some(
    (value) => !/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value) || value.length > 63,
  )
  if (wrongLabel) throw invalid(resource, name, 'FieldValueInvalid', 'metadata.labels')
}
