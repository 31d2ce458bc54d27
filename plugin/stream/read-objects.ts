import type { FieldPath } from '../model/field-path.ts'
import { asSecretError } from '../model/secret-error.ts'
import type { ManifestDocument, ManifestMapping, ManifestObject, ManifestValue, ReadResult } from './manifest-document.ts'
import { readDocument } from './read-document.ts'

/**
 * The Kubernetes objects of one document, those of a List one by one. What has no apiVersion and kind, and is no List, is no object and left alone.
 * Never throws: what cannot be read is a problem, InvalidSpec with file, line and remedy.
 */
export function readObjects(document: ManifestDocument): ReadResult {
  try {
    const { value, warnings } = readDocument(document)
    return { objects: [...objectsIn(document, value, [])], warnings, problems: [] }
  } catch (thrown) {
    return { objects: [], warnings: [], problems: [asSecretError(thrown)] }
  }
}

function* objectsIn(document: ManifestDocument, value: ManifestValue, path: FieldPath): Generator<ManifestObject> {
  if (!isMapping(value)) return
  const { apiVersion, kind } = value
  if (typeof kind !== 'string') return
  const items = itemsOf(value)
  if (items) for (const [index, item] of items.entries()) yield* objectsIn(document, item, [...path, 'items', index])
  else if (typeof apiVersion === 'string') yield objectOf(document, value, path, apiVersion, kind)
}

/**
 * Those of a List; undefined for what is none. Argo CD takes a List apart whether it has an apiVersion or not (argocd.md 1.8). An item of `SecretList`
 * may leave apiVersion and kind out: they are the list's (k8s.io/apimachinery, unstructured).
 */
export function itemsOf({ apiVersion, kind, items }: ManifestMapping): readonly ManifestValue[] | undefined {
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return undefined
  const all: readonly ManifestValue[] = items
  const kindOfItems = kind.slice(0, -'List'.length)
  if (kindOfItems === '' || typeof apiVersion !== 'string') return all
  return all.map((item) =>
    isMapping(item) && item.apiVersion === undefined && item.kind === undefined
      ? { apiVersion, kind: kindOfItems, ...item }
      : item,
  )
}

function objectOf(
  document: ManifestDocument,
  value: ManifestMapping,
  path: FieldPath,
  apiVersion: string,
  kind: string,
): ManifestObject {
  const metadata = isMapping(value.metadata) ? value.metadata : {}
  return { document, path, apiVersion, kind, name: textOf(metadata.name), namespace: textOf(metadata.namespace), value }
}

function textOf(value: ManifestValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isMapping(value: ManifestValue | undefined): value is ManifestMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
