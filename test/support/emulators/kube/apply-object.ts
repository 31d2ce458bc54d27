import { isDeepStrictEqual } from 'node:util'
import { appliedSet, type FieldSet, fieldsOf, SEPARATOR } from './field-sets.ts'
import { setOf } from './managed-fields.ts'
import { isObject } from './patches.ts'
import { Refused } from './refused.ts'
import type { StoredObject } from './stored-object.ts'
import { createObject, updateObject, type Write } from './write-objects.ts'

/**
 * Server-side apply: `applied` is merged into what is there, and what its manager applied before and leaves out now goes, unless others own it
 * (Kubernetes, "Server-Side Apply"). Who meets a value of another manager is refused or, when it takes over, wins.
 */
export function applyObject(write: Write, applied: StoredObject, conflicts: 'asks' | 'takes over'): StoredObject {
  const { storage, resource, writer } = write
  const { namespace, name } = applied.metadata
  const before = storage.get(resource, namespace, name)
  const fields = fieldsOf(applied, resource, writer.subresource)
  const own = { ...write, writer: { ...writer, applied: appliedSet(fields) } }
  if (!before) return createObject(own, applied)

  const entries = before.metadata.managedFields ?? []
  const isOwn = (entry: (typeof entries)[number]): boolean => entry.manager === writer.manager && entry.operation === 'Apply'
  const ownedBefore = entries.filter(isOwn).map(setOf)
  const others = entries.filter((entry) => !isOwn(entry))
  const live = fieldsOf(before, resource, writer.subresource)
  const contested = [...own.writer.applied].filter(
    (path) => live.has(path) && !isDeepStrictEqual(live.get(path), fields.get(path)),
  )
  const causes = others.flatMap((entry) => {
    const set = setOf(entry)
    return contested.filter((path) => set.has(path)).map((path) => ({ reason: 'FieldManagerConflict', field: fieldText(path) }))
  })
  if (causes.length > 0 && conflicts === 'asks') {
    throw new Refused(409, 'Conflict', `Apply failed with ${causes.length} conflicts`, causes)
  }
  const kept = others.map(setOf).reduce((all, set) => all.union(set), new Set<string>(fields.keys()))
  const dropped = ownedBefore.reduce<FieldSet>((all, set) => all.union(set), new Set()).difference(kept)
  const merged = merge(before, applied) as StoredObject
  return updateObject(
    own,
    name,
    [...dropped].reduce((object, path) => withoutPath(object, path.split(SEPARATOR)), merged),
  )
}

/** `.data.key` */
function fieldText(path: string): string {
  return path
    .split(SEPARATOR)
    .map((segment) => segment.replace(/^f:/, '.'))
    .join('')
}

/** Maps are merged, lists of owners and finalizers united, everything else replaced. */
function merge(live: unknown, applied: unknown): unknown {
  if (Array.isArray(live) && Array.isArray(applied)) {
    const isThere = (item: unknown): boolean => applied.some((other) => isDeepStrictEqual(idOf(other), idOf(item)))
    return isIdentified(applied) ? [...live.filter((item) => !isThere(item)), ...(applied as unknown[])] : applied
  }
  if (!isObject(live) || !isObject(applied)) return applied
  const merged = Object.entries(applied).map(([name, value]) => [name, name in live ? merge(live[name], value) : value])
  return { ...live, ...Object.fromEntries(merged) }
}

function isIdentified(items: readonly unknown[]): boolean {
  return items.every((item) => typeof item === 'string' || (isObject(item) && 'uid' in item))
}

function idOf(item: unknown): unknown {
  return isObject(item) ? item['uid'] : item
}

function withoutPath<T>(value: T, [first = '', ...rest]: readonly string[]): T {
  if (Array.isArray(value)) return value.filter((item) => !first.endsWith(JSON.stringify(keyOf(item)))) as T
  if (!isObject(value)) return value
  const name = first.slice(2)
  const copy: Record<string, unknown> = { ...value }
  if (rest.length === 0) delete copy[name]
  else if (name in copy) copy[name] = withoutPath(copy[name], rest)
  return copy as T
}

function keyOf(item: unknown): unknown {
  return isObject(item) ? { uid: item['uid'] } : item
}
