import type { RemoteRef } from '../../model/remote-ref.ts'
import type { SecretSearch } from '../../providers/secret-lister.ts'

/** Equal for references that read the same thing of a store. */
export function readId({ key, version, part, property }: RemoteRef): string {
  return JSON.stringify([key, version ?? '', part, ...(property === undefined ? [] : [property])])
}

/** Equal for searches that find the same in a store; never that of a reference. */
export function searchId({ id }: SecretSearch): string {
  return JSON.stringify(['search', id])
}
