import { isDeepStrictEqual } from 'node:util'
import type { ServedResource, StoredObject } from './stored-object.ts'

/** Fields by path; a path is its segments in FieldsV1 form (`f:data`, `f:password`), joined by NUL. What is a map or list is there itself, too. */
export type FieldValues = ReadonlyMap<string, unknown>
export type FieldSet = ReadonlySet<string>

export const SEPARATOR = '\0'
/** Those have no manager (apimachinery, fieldmanager/stripmeta). */
const META_WITHOUT_MANAGER = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
])
/** Stands for the content of what has members of its own. */
const COMPOUND = Symbol('compound')

/** The fields of `object` that somebody manages: those of its status for the status subresource, all others for the resource itself. */
export function fieldsOf(
  object: StoredObject,
  { isCustom, hasStatus }: ServedResource,
  subresource: string | undefined,
): FieldValues {
  const fields = new Map<string, unknown>()
  for (const [name, value] of Object.entries(object)) {
    if (name === 'apiVersion' || name === 'kind' || value === undefined) continue
    if (subresource === 'status' ? name !== 'status' : name === 'status' && hasStatus) continue
    if (name === 'metadata') addMeta(fields, object.metadata)
    else addValue(fields, [`f:${name}`], value, isCustom)
  }
  return fields
}

function addMeta(fields: Map<string, unknown>, metadata: StoredObject['metadata']): void {
  for (const [name, value] of Object.entries(metadata)) {
    if (META_WITHOUT_MANAGER.has(name) || value === undefined) continue
    const path = ['f:metadata', `f:${name}`]
    if (Array.isArray(value)) {
      if (value.length === 0) continue
      fields.set(path.join(SEPARATOR), COMPOUND)
      for (const item of value) fields.set([...path, itemKey(item)].join(SEPARATOR), item)
    } else addValue(fields, path, value, true)
  }
}

/** `ownerReferences` are a map by uid whose entries are one value each, `finalizers` a set. */
function itemKey(item: unknown): string {
  const uid = typeof item === 'object' && item !== null && 'uid' in item ? item.uid : undefined
  return uid === undefined ? `v:${JSON.stringify(item)}` : `k:${JSON.stringify({ uid })}`
}

/** Structs of the built-in types are not fields themselves, maps and everything in custom resources are; lists are one value. */
function addValue(fields: Map<string, unknown>, path: readonly string[], value: unknown, isMap: boolean): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fields.set(path.join(SEPARATOR), value)
    return
  }
  const isField = isMap || path[0] === 'f:data' || path[0] === 'f:binaryData'
  const members = Object.entries(value)
  if (members.length === 0 && !isField) return
  if (isField) fields.set(path.join(SEPARATOR), COMPOUND)
  for (const [name, member] of members) addValue(fields, [...path, `f:${name}`], member, isMap)
}

/** What an apply of `fields` owns: leaves, and maps without members (structured-merge-diff, ToFieldSet). */
export function appliedSet(fields: FieldValues): FieldSet {
  const paths = Array.from(fields.keys())
  const isParent = (path: string): boolean => paths.some((other) => other.startsWith(`${path}${SEPARATOR}`))
  return new Set(paths.filter((path) => fields.get(path) !== COMPOUND || !isParent(path)))
}

export interface Difference {
  readonly changed: FieldSet
  readonly removed: FieldSet
}

export function difference(before: FieldValues, now: FieldValues): Difference {
  const changed = new Set<string>()
  for (const [path, value] of now) if (!before.has(path) || !isDeepStrictEqual(before.get(path), value)) changed.add(path)
  return { changed, removed: new Set(before.keys().filter((path) => !now.has(path))) }
}

/** The tree that `managedFields[].fieldsV1` is. */
export function toFieldsV1(set: FieldSet): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const path of Array.from(set).sort()) {
    let node = root
    for (const segment of path.split(SEPARATOR)) node = (node[segment] ??= {}) as Record<string, unknown>
    node['.'] = {}
  }
  return withoutNeedlessDots(root)
}

/** A leaf says that it is a member by being there. */
function withoutNeedlessDots(node: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(node)
  if (names.length === 1 && names[0] === '.') return {}
  return Object.fromEntries(
    names.map((name) => [name, name === '.' ? {} : withoutNeedlessDots(node[name] as Readonly<Record<string, unknown>>)]),
  )
}

export function fromFieldsV1(tree: Readonly<Record<string, unknown>>, above: readonly string[] = []): Set<string> {
  const set = new Set<string>()
  const names = Object.keys(tree)
  if (above.length > 0 && (names.length === 0 || names.includes('.'))) set.add(above.join(SEPARATOR))
  for (const name of names) {
    if (name === '.') continue
    for (const path of fromFieldsV1(tree[name] as Readonly<Record<string, unknown>>, [...above, name])) set.add(path)
  }
  return set
}
