import { externalSecretSpecSchema } from '../api/external-secret.ts'
import { objectName } from '../api/object-name.ts'
import { ownPath } from '../api/read-cluster-external-secret.ts'
import { type FieldPath, fieldName, fieldPath } from '../model/field-path.ts'
import type { Place } from '../model/secret-error.ts'
import { type DocumentReading, directReading } from '../stream/document-reading.ts'
import { lineOf } from '../stream/line-of.ts'
import type { ManifestObject } from '../stream/manifest-document.ts'

/** Where an object stands. The line is its document's: the exact one costs a second parse, and is looked up when it is printed. */
export function placeOf(object: ManifestObject): Place {
  return { file: object.document.file, line: object.document.line, object: objectName(object.value) }
}

/** Gives a place the line of its field, for a report. */
export interface Locate {
  (place: Place): Place
  /** Looks lines up where it holds up nobody, so that who asks for them finds them known. Never rejects. */
  prepare(places: readonly Place[]): Promise<void>
}

/** For places that nothing more is known of. */
export const asTheyAre: Locate = Object.assign((place: Place): Place => place, { prepare: async (): Promise<void> => undefined })

/** Looks at the objects when it is asked first: most renders have nothing to report. */
export function createLocate(objects: readonly ManifestObject[], reading: DocumentReading = directReading): Locate {
  let byPlace: ReadonlyMap<string, ManifestObject> | undefined
  const known = new Map<string, number>()

  function objectAt(place: Place): ManifestObject | undefined {
    byPlace ??= new Map(objects.map((object) => [key(placeOf(object)), object]))
    return byPlace.get(key(place))
  }

  function locate(place: Place): Place {
    const object = objectAt(place)
    if (!object) return place
    const line = known.get(fieldKey(place)) ?? lineOf(object.document, fieldIn(object, place))
    return { ...place, line, ...(isOfChild(object, place) && { field: fieldName(writtenPath(object, place)) }) }
  }

  async function prepare(places: readonly Place[]): Promise<void> {
    const found = places.flatMap((place) => {
      const object = objectAt(place)
      return object ? [{ place, object }] : []
    })
    for (const [document, some] of Map.groupBy(found, ({ object }) => object.document)) {
      const paths = some.map(({ place, object }) => fieldIn(object, place))
      const lines = await reading.lines(document, paths)
      for (const [index, { place }] of some.entries()) known.set(fieldKey(place), lines[index] ?? document.line)
    }
  }

  return Object.assign(locate, { prepare })
}

function fieldIn(object: ManifestObject, place: Place): FieldPath {
  return [...object.path, ...writtenPath(object, place)]
}

/** What is said of an ExternalSecret stands elsewhere in the ClusterExternalSecret that makes it. */
function writtenPath(object: ManifestObject, place: Place): FieldPath {
  const path = fieldPath(place.field ?? '')
  return isOfChild(object, place) ? ownPath(path) : path
}

function isOfChild({ kind }: ManifestObject, { field = '' }: Place): boolean {
  const [root, name] = fieldPath(field)
  return kind === 'ClusterExternalSecret' && root === 'spec' && CHILD_FIELDS.has(String(name))
}

const CHILD_FIELDS = new Set(Object.keys(externalSecretSpecSchema.shape))

function key({ file, line, object }: Place): string {
  return JSON.stringify([file, line, object])
}

function fieldKey(place: Place): string {
  return JSON.stringify([key(place), place.field])
}
