import type { ApiCall } from './api-call.ts'
import { Refused } from './refused.ts'
import type { StoredObject } from './stored-object.ts'

/** Whether the answer is to be PartialObjectMetadata. Refuses what an API server cannot give. */
export function wantsMetadata({ request: { accept } }: ApiCall): boolean {
  const first = accept.split(',', 1)[0] ?? ''
  if (/;as=PartialObjectMetadata(List)?;g=meta\.k8s\.io;v=v1$/.test(first)) return true
  if (!/^(application\/json|\*\/\*)?$/.test(first)) {
    throw new Refused(406, 'NotAcceptable', `only the following media types are accepted: application/json`)
  }
  return false
}

export function asMetadata({ metadata }: StoredObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
}
