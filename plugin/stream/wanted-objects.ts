import type { ManifestObject } from './manifest-document.ts'

/** Which objects of a document somebody asks for, as plain data. */
export interface WantedObjects {
  /** Of their apiVersion; empty for the core group. */
  readonly groups: readonly string[]
  /** Absent for all. */
  readonly kinds?: readonly string[]
}

export function isWanted(
  { groups, kinds }: WantedObjects,
  { apiVersion, kind }: Pick<ManifestObject, 'apiVersion' | 'kind'>,
): boolean {
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))
  return groups.includes(group) && (kinds?.includes(kind) ?? true)
}
