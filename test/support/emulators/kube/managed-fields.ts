import type { ManagedFields } from '../../../../plugin/kube/kube-object.ts'
import { difference, type FieldSet, fieldsOf, fromFieldsV1, toFieldsV1 } from './field-sets.ts'
import { apiVersionOf, type ServedResource, type StoredObject } from './stored-object.ts'

/** An entry, with what it has on the wire beside what we read. */
interface Entry extends ManagedFields {
  readonly apiVersion?: string
  readonly time?: string
  readonly fieldsType?: string
}

export interface Writer {
  readonly manager: string
  readonly subresource: string | undefined
  /** RFC 3339. */
  readonly time: string
  /** What an apply owns from now on, for one. */
  readonly applied?: FieldSet
}

/**
 * `now` with the managers of its fields after a write of `before`. Who updates owns what it added or changed, who applies what it applied;
 * others lose what was changed, and nobody owns what is gone (Kubernetes, "Server-Side Apply").
 */
export function withManagedFields(
  before: StoredObject | undefined,
  now: StoredObject,
  resource: ServedResource,
  writer: Writer,
): StoredObject {
  const { subresource } = writer
  const old = before ? fieldsOf(before, resource, subresource) : new Map<string, unknown>()
  const { changed, removed } = difference(old, fieldsOf(now, resource, subresource))
  const known: readonly Entry[] = before?.metadata.managedFields ?? []
  const operation = writer.applied ? 'Apply' : 'Update'
  const isOwn = (entry: Entry): boolean =>
    entry.manager === writer.manager && entry.operation === operation && entry.subresource === subresource
  const own = known.find(isOwn)
  const others = known
    .filter((entry) => entry !== own)
    .flatMap((entry) => reduced(entry, removed, entry.subresource === subresource ? changed : new Set()))
  const owned = writer.applied ?? (own ? setOf(own) : new Set<string>()).difference(removed).union(changed)
  const isSame = own !== undefined && owned.symmetricDifference(setOf(own)).size === 0 && changed.size === 0
  const entry: Entry = isSame
    ? own
    : {
        manager: writer.manager,
        operation,
        apiVersion: apiVersionOf(resource),
        time: writer.time,
        fieldsType: 'FieldsV1',
        fieldsV1: toFieldsV1(owned),
        ...(subresource !== undefined && { subresource }),
      }
  const managedFields = owned.size === 0 ? others : [...others, entry]
  return { ...now, metadata: { ...now.metadata, managedFields } }
}

/** An entry without what is gone or taken over; none when nothing is left. */
function reduced(entry: Entry, removed: FieldSet, taken: FieldSet): readonly Entry[] {
  const before = setOf(entry)
  const left = before.difference(removed).difference(taken)
  if (left.size === before.size) return [entry]
  return left.size === 0 ? [] : [{ ...entry, fieldsV1: toFieldsV1(left) }]
}

/** The fields of an entry. */
export function setOf({ fieldsV1 = {} }: ManagedFields): Set<string> {
  return fromFieldsV1(fieldsV1)
}
