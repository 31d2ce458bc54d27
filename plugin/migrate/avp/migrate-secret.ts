import type { PlainObject } from '../../api/plain-object.ts'
import type { FieldPath } from '../../model/field-path.ts'
import type { ManifestMapping, ManifestObject, ManifestValue } from '../../stream/manifest-document.ts'
import { checkedExternalSecret } from '../checked-external-secret.ts'
import { externalSecretOf, type StoreKind, storesOf } from '../external-secret-parts.ts'
import { mappingIn } from '../mapping-in.ts'
import type { FieldWarning } from '../migration.ts'
import { type FieldObstacle, isObstacle, type Obstacle } from '../obstacle.ts'
import type { RemoteSource, StoreNeed } from '../remote-source.ts'
import { literalTemplate } from '../template-text.ts'
import { type AvpAnnotations, isAvpAnnotation } from './avp-annotations.ts'
import { type AvpRun, sourceOf } from './backends.ts'
import { hasPlaceholder, type Placeholder } from './placeholder.ts'
import { placeholderFields } from './placeholder-fields.ts'
import { optionalKeys, requiredKeys, type SecretKeys } from './secret-target.ts'
import { type PlaceholderReading, type SecretEntry, type SecretField, secretEntry } from './secret-values.ts'

export interface MigratedSecret {
  readonly externalSecret: PlainObject
  readonly stores: readonly StoreNeed[]
  readonly warnings: readonly FieldWarning[]
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const ARGOCD_PREFIX = 'argocd.argoproj.io/'

/** A core Secret with placeholders as the ExternalSecret that makes the same Secret; every obstacle of every field otherwise. */
export function migrateSecret(
  object: ManifestObject,
  annotations: AvpAnnotations,
  run: AvpRun,
  storeKind: StoreKind,
): MigratedSecret | readonly FieldObstacle[] {
  const { value } = object
  const reading: PlaceholderReading = {
    scope: annotations.path === undefined ? 'inline' : 'all',
    sourceOf: (placeholder) => placeholderSource(placeholder, annotations, run),
  }
  const entries = new Map<string, SecretEntry>()
  const obstacles: FieldObstacle[] = [...outsideOfData(value, reading), ...metadataObstacles(object)]
  for (const field of ['data', 'stringData'] as const) {
    for (const [key, text] of Object.entries(mappingIn(value, field))) {
      const entry = entryOf(field, key, text, reading)
      if (isObstacle(entry)) obstacles.push({ path: [field, key], ...entry })
      else entries.set(key, entry)
    }
  }
  if (obstacles.length > 0) return obstacles

  const keys = annotations.removesMissing ? optionalKeys(entries) : requiredKeys(entries)
  if (isObstacle(keys)) return [{ path: ['metadata', 'annotations', 'avp.kubernetes.io/remove-missing'], ...keys }]
  return checked(externalSecretFrom(value, keys, storeKind), keys, value)
}

function entryOf(field: SecretField, key: string, text: ManifestValue, reading: PlaceholderReading): SecretEntry | Obstacle {
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key)) {
    return { obstacle: 'Kubernetes allows no such key in a Secret', remedy: 'use letters, digits, "-", "_" and "."' }
  }
  if (text === null) return { kind: 'bytes', bytes: new Uint8Array() }
  if (typeof text !== 'string') return { obstacle: 'the value is no text', remedy: 'put it in quotes' }
  return secretEntry(field, text, reading)
}

function placeholderSource(
  { path, key, version }: Placeholder,
  annotations: AvpAnnotations,
  run: AvpRun,
): RemoteSource | Obstacle {
  const wholePath = path ?? annotations.path ?? ''
  const wantedVersion = path === undefined ? annotations.secretVersion : version
  if (wholePath === '' || key === '') {
    return {
      obstacle: 'a placeholder without a path or without a key',
      remedy: 'write <path:PATH#KEY>, or give the annotation avp.kubernetes.io/path and write <KEY>',
    }
  }
  return sourceOf(
    {
      path: wholePath,
      key,
      ...(wantedVersion !== undefined && { version: wantedVersion }),
      ...(annotations.kvVersion !== undefined && { kvVersion: annotations.kvVersion }),
    },
    run,
  )
}

/** Names, labels, the type: nothing of a Secret but its data can come from a store. */
function outsideOfData(value: ManifestMapping, { scope }: PlaceholderReading): readonly FieldObstacle[] {
  const { data: _data, stringData: _stringData, ...rest } = value
  return placeholderFields(rest, scope, (path) => !isOwnAnnotation(path)).map((path) => ({
    path,
    obstacle: 'a placeholder outside of data and stringData',
    remedy: 'write the value itself: labels, annotations, names and types are seen by everybody who sees the object',
  }))
}

function isOwnAnnotation(path: FieldPath): boolean {
  const [metadata, annotations, name] = path
  return metadata === 'metadata' && annotations === 'annotations' && (isAvpAnnotation(String(name)) || name === LAST_APPLIED)
}

function metadataObstacles({ name, value }: ManifestObject): readonly FieldObstacle[] {
  const obstacles: FieldObstacle[] = []
  const metadata = mappingIn(value, 'metadata')
  if (name === undefined) {
    obstacles.push({
      path: ['metadata'],
      obstacle: 'the Secret has no name',
      remedy: 'give it a name; generateName cannot be migrated',
    })
  }
  if (metadata['ownerReferences'] !== undefined) {
    const path = ['metadata', 'ownerReferences']
    obstacles.push({ path, obstacle: 'a rendered Secret has no owner', remedy: 'remove it' })
  }
  return obstacles
}

function externalSecretFrom(value: ManifestMapping, keys: SecretKeys, storeKind: StoreKind): PlainObject {
  const { labels, annotations } = copiedMetadata(value)
  const { type, immutable } = value
  const { finalizers } = mappingIn(value, 'metadata')
  const shape = {
    // The default, which needs no template.
    ...(typeof type === 'string' && type !== '' && type !== 'Opaque' && { type }),
    ...(Array.isArray(finalizers) && finalizers.length > 0 && { finalizers }),
    ...keys.template,
  }
  const template = Object.keys(shape).length > 0 ? templateOf(shape, labels, annotations) : undefined
  return externalSecretOf({
    metadata: metadataOf(value, labels, annotations),
    storeKind,
    data: keys.data,
    dataFrom: keys.dataFrom,
    target: { ...keys.target, ...(immutable === true && { immutable }), ...(template && { template }) },
  })
}

function copiedMetadata(value: ManifestMapping): { readonly labels: ManifestMapping; readonly annotations: ManifestMapping } {
  const metadata = mappingIn(value, 'metadata')
  const kept = Object.entries(mappingIn(metadata, 'annotations')).filter(
    ([name]) => !isAvpAnnotation(name) && name !== LAST_APPLIED,
  )
  return { labels: mappingIn(metadata, 'labels'), annotations: Object.fromEntries(kept) }
}

function metadataOf(value: ManifestMapping, labels: ManifestMapping, annotations: ManifestMapping): PlainObject {
  const { name, namespace } = mappingIn(value, 'metadata')
  return {
    name,
    ...(namespace !== undefined && namespace !== null && { namespace }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  }
}

/** With a template External Secrets Operator takes labels and annotations from there alone; Argo CD's own are copied by a render in any case (R8). */
function templateOf(
  { type, finalizers, ...keys }: PlainObject,
  labels: ManifestMapping,
  annotations: ManifestMapping,
): PlainObject {
  const own = Object.entries(annotations).filter(([name]) => !name.startsWith(ARGOCD_PREFIX))
  const metadata = {
    ...(Object.keys(labels).length > 0 && { labels: literals(Object.entries(labels)) }),
    ...(own.length > 0 && { annotations: literals(own) }),
    ...(finalizers !== undefined && { finalizers }),
  }
  return { ...(type !== undefined && { type }), ...(Object.keys(metadata).length > 0 && { metadata }), ...keys }
}

function literals(entries: readonly (readonly [string, ManifestValue])[]): PlainObject {
  return Object.fromEntries(entries.map(([name, text]) => [name, typeof text === 'string' ? literalTemplate(text) : text]))
}

function checked(
  externalSecret: PlainObject,
  keys: SecretKeys,
  secret: ManifestMapping,
): MigratedSecret | readonly FieldObstacle[] {
  const obstacles = checkedExternalSecret(externalSecret)
  if (obstacles.length > 0) return obstacles
  const warnings = secret['immutable'] === true ? [{ path: ['immutable'], message: IMMUTABLE }] : []
  return { externalSecret, stores: storesOf(keys), warnings }
}

const IMMUTABLE =
  'inside Argo CD a render refuses target.immutable, because every rotation would fail the sync: remove it, or deliver by passthrough'

/** Whether any value of a Secret, base64 included, or any other field has a placeholder. */
export function secretHasPlaceholders({ value }: ManifestObject, scope: PlaceholderReading['scope']): boolean {
  if (placeholderFields(value, scope, (path) => !isOwnAnnotation(path)).length > 0) return true
  const texts = [...Object.values(mappingIn(value, 'data')), ...Object.values(mappingIn(value, 'stringData'))]
  return texts.some((text) => typeof text === 'string' && isWrapped(text, scope))
}

function isWrapped(text: string, scope: PlaceholderReading['scope']): boolean {
  if (!/^[A-Za-z0-9+/=\r\n]+$/.test(text)) return false
  return hasPlaceholder(Buffer.from(text, 'base64').toString('utf8'), scope)
}
