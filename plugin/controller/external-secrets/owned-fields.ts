import type { ManagedFields } from '../../kube/kube-object.ts'

/** Names of entries that a field manager has written (Kubernetes, server-side apply: `fieldsV1`). */
export interface OwnedFields {
  readonly data: ReadonlySet<string>
  readonly labels: ReadonlySet<string>
  readonly annotations: ReadonlySet<string>
}

/** What `manager` owns of a Secret: it is removed before the new content is written (external-secrets.md 4.7, 3 and 5). */
export function ownedFields(managedFields: readonly ManagedFields[] | undefined, manager: string): OwnedFields {
  const fields = (managedFields ?? []).filter((entry) => entry.manager === manager).map(({ fieldsV1 }) => fieldsV1)
  const namesAt = (...path: readonly string[]): ReadonlySet<string> => new Set(fields.flatMap((root) => entryNames(root, path)))
  return {
    data: namesAt('f:data'),
    labels: namesAt('f:metadata', 'f:labels'),
    annotations: namesAt('f:metadata', 'f:annotations'),
  }
}

function entryNames(root: unknown, path: readonly string[]): readonly string[] {
  const node = path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), root)
  return isRecord(node) ? Object.keys(node).flatMap((name) => (name.startsWith('f:') ? [name.slice('f:'.length)] : [])) : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
