import { API_GROUP, GENERATORS_GROUP } from '../api/api-version.ts'
import { objectName } from '../api/object-name.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { lineOf } from '../stream/line-of.ts'
import type { ManifestDocument, ManifestMapping, ManifestObject, ManifestStream } from '../stream/manifest-document.ts'
import { mayHoldKind } from '../stream/may-hold-kind.ts'
import { mayHoldOurs } from '../stream/may-hold-ours.ts'
import { readDocument } from '../stream/read-document.ts'
import { itemsOf } from '../stream/read-objects.ts'
import { mapping } from './core-objects.ts'

/** Kinds whose names are ESO's alone; a `Password` may be anybody's. */
const OWN_KINDS = [
  'ExternalSecret',
  'ClusterExternalSecret',
  'SecretStore',
  'ClusterSecretStore',
  'PushSecret',
  'ClusterPushSecret',
]
const OWN_WORDS = OWN_KINDS.flatMap((kind) => [kind, `${kind}List`])
const OWN_GROUPS: ReadonlySet<string> = new Set([API_GROUP, GENERATORS_GROUP])

/**
 * Documents, and items of a List, that are meant for ESO and do not say what they are: no Kubernetes object to us, so that nobody looks at them, and
 * refused by an API server. What another group says of a kind of that name is not our business. Documents that are one of `known` are not looked at again.
 */
export function untypedObjects(streams: readonly ManifestStream[], known: readonly ManifestObject[]): readonly SecretError[] {
  const read = new Set(known.flatMap(({ document, path }) => (path.length === 0 ? [document] : [])))
  return streams
    .flatMap(({ documents }) => documents)
    .filter((document) => !read.has(document) && (mayHoldOurs(document) || mayHoldKind(document, OWN_WORDS)))
    .flatMap((document) => [...untypedIn(document, valueOf(document), [])])
}

function* untypedIn(document: ManifestDocument, value: ManifestMapping | undefined, path: FieldPath): Generator<SecretError> {
  const items = value && itemsOf(value)
  if (items && !isListOfOwnKind(value)) {
    for (const [index, item] of items.entries()) yield* untypedIn(document, mapping(item), [...path, 'items', index])
    return
  }
  const problem = value && untypedObject(document, value, path)
  if (problem) yield problem
}

/** Of a List with a kind of its own the items are what it says, so that it has to say all. */
function isListOfOwnKind({ apiVersion, kind }: ManifestMapping): boolean {
  return typeof apiVersion !== 'string' && typeof kind === 'string' && kind.endsWith('List') && OWN_WORDS.includes(kind)
}

function untypedObject(document: ManifestDocument, value: ManifestMapping, path: FieldPath): SecretError | undefined {
  const [name, message, remedy] = untyped(value) ?? []
  if (name === undefined || message === undefined) return undefined
  const field = [...path, name]
  const place = { file: document.file, line: lineOf(document, field), field: fieldName(field) }
  const object = typeof value['kind'] === 'string' ? objectName(value) : undefined
  return new SecretError('InvalidSpec', message, {
    place: { ...place, ...(object !== undefined && { object }) },
    ...(remedy !== undefined && { remedy }),
  })
}

/** The field, what is wrong with it, and what to do. */
function untyped({ apiVersion, kind }: ManifestMapping): readonly [string, string, string?] | undefined {
  const isOwnKind = typeof kind === 'string' && OWN_WORDS.includes(kind)
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    return isOwnKind ? ['apiVersion', 'is missing', `write "apiVersion: ${versionOf(kind)}"`] : undefined
  }
  const [group = '', version] = apiVersion.split('/')
  if (version === undefined) {
    // A version alone is one of Kubernetes' own kinds.
    const isOurs = isOwnKind || OWN_GROUPS.has(group)
    return isOurs ? ['apiVersion', `is ${quoteName(apiVersion)}; expected a group and a version`] : undefined
  }
  return OWN_GROUPS.has(group) && (typeof kind !== 'string' || kind === '') ? ['kind', 'is missing'] : undefined
}

function versionOf(kind: string): string {
  return `${API_GROUP}/${/PushSecret(List)?$/.test(kind) ? 'v1alpha1' : 'v1'}`
}

/** What cannot be read is told elsewhere, where it is ours. */
function valueOf(document: ManifestDocument): ManifestMapping | undefined {
  try {
    const { value } = readDocument(document)
    return mapping(value)
  } catch {
    return undefined
  }
}
