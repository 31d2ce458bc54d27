import type { ExternalSecretObject } from './external-secret-object.ts'
import { readSpecOf } from './read-spec-of.ts'

/** Those that read the same stand together: what is read for one of them serves the next ones while it is still young, however many there are. */
export function inOrderOfKeys(objects: Iterable<ExternalSecretObject>): readonly ExternalSecretObject[] {
  const keyed = Array.from(objects, (object) => ({ object, key: firstKeyOf(object) }))
  return keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0)).map(({ object }) => object)
}

function firstKeyOf(object: ExternalSecretObject): string {
  const { data = [], dataFrom = [] } = readSpecOf(object).value?.spec ?? {}
  return data[0]?.remoteRef.key ?? dataFrom[0]?.extract?.key ?? ''
}
