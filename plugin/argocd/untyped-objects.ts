import { API_GROUP, GENERATORS_GROUP } from '../api/api-version.ts'
import { objectName } from '../api/object-name.ts'
import { isPlainObject, type PlainObject } from '../api/plain-object.ts'
import { fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { lineOf } from '../stream/line-of.ts'
import type { ManifestDocument, ManifestObject, ManifestStream } from '../stream/manifest-document.ts'
import { mayHoldKind } from '../stream/may-hold-kind.ts'
import { mayHoldOurs } from '../stream/may-hold-ours.ts'
import { readDocument } from '../stream/read-document.ts'

/** Kinds whose names are ESO's alone; a `Password` may be anybody's. */
const OWN_KINDS = [
  'ExternalSecret',
  'ClusterExternalSecret',
  'SecretStore',
  'ClusterSecretStore',
  'PushSecret',
  'ClusterPushSecret',
]
const OWN_GROUPS: ReadonlySet<string> = new Set([API_GROUP, GENERATORS_GROUP])

/**
 * Documents that are meant for ESO and do not say what they are: no Kubernetes object to us, so that nobody looks at them, and refused by an API
 * server. What another group says of a kind of that name is not our business. The documents of `known` are not looked at again.
 */
export function untypedObjects(streams: readonly ManifestStream[], known: readonly ManifestObject[]): readonly SecretError[] {
  const read = new Set(known.map(({ document }) => document))
  return streams
    .flatMap(({ documents }) => documents)
    .filter((document) => !read.has(document) && (mayHoldOurs(document) || mayHoldKind(document, OWN_KINDS)))
    .flatMap((document) => untypedObject(document) ?? [])
}

function untypedObject(document: ManifestDocument): SecretError | undefined {
  const value = valueOf(document)
  const [field, message, remedy] = (value && untyped(value)) ?? []
  if (!value || field === undefined || message === undefined) return undefined
  const place = { file: document.file, line: lineOf(document, [field]), field: fieldName([field]) }
  const object = typeof value['kind'] === 'string' ? objectName(value) : undefined
  return new SecretError('InvalidSpec', message, {
    place: { ...place, ...(object !== undefined && { object }) },
    ...(remedy !== undefined && { remedy }),
  })
}

/** The field, what is wrong with it, and what to do. */
function untyped({ apiVersion, kind }: PlainObject): readonly [string, string, string?] | undefined {
  const isOwnKind = typeof kind === 'string' && OWN_KINDS.includes(kind)
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
  return `${API_GROUP}/${kind.endsWith('PushSecret') ? 'v1alpha1' : 'v1'}`
}

/** What cannot be read is told elsewhere, where it is ours. */
function valueOf(document: ManifestDocument): PlainObject | undefined {
  try {
    const { value } = readDocument(document)
    return isPlainObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
