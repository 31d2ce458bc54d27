import { parseGoDuration } from '../../api/go-duration.ts'
import { otherStoresOf } from '../../api/when-missing.ts'
import { entriesOf } from '../../expansion/entry.ts'
import type { UsedKey } from './change-notices.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import { readSpecOf } from './read-spec-of.ts'

/** Whether a key that an ExternalSecret of `namespace` names is one that was rotated. */
export type IsRotated = (used: UsedKey, namespace: string) => boolean | Promise<boolean>

/**
 * Who reads what was rotated, and which keys. Only who is refreshed by time is: `refreshInterval: 0` says never again, `OnChange` and `CreatedOnce`
 * speak of the object alone (external-secrets.md 4.3). What a search finds is not known by name.
 */
export async function rotatedUsers(
  objects: Iterable<ExternalSecretObject>,
  isRotated: IsRotated,
): Promise<readonly { readonly object: ExternalSecretObject; readonly keys: readonly UsedKey[] }[]> {
  const users = []
  for (const object of objects) {
    const keys = []
    for (const used of usedKeys(object)) if (await isRotated(used, object.metadata.namespace ?? '')) keys.push(used)
    if (keys.length > 0) users.push({ object, keys })
  }
  return users
}

function usedKeys(object: ExternalSecretObject): readonly UsedKey[] {
  const { value } = readSpecOf(object)
  if (!value) return []
  const { refreshPolicy = 'Periodic', refreshInterval } = value.spec
  if (refreshPolicy !== 'Periodic' || (parseGoDuration(refreshInterval) ?? 1) <= 0) return []
  try {
    const others = otherStoresOf(value)
    return entriesOf(value.spec).flatMap((entry) => {
      if (!entry.ref) return []
      const { key } = entry.ref
      return [entry.store, ...others].map((store) => ({ store, key }))
    })
  } catch {
    // Its own pass says what is wrong with it.
    return []
  }
}
