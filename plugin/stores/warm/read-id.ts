import type { RemoteRef } from '../../model/remote-ref.ts'

/** Equal for references that read the same thing of a store. */
export function readId({ key, version, part }: RemoteRef): string {
  return JSON.stringify([key, version ?? '', part])
}
