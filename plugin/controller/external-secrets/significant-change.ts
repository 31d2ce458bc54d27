import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../../kube/kube-object.ts'

/** Whether an update is a reason to look at the object again: not when its status alone has changed (external-secrets.md 4.1). */
export function isSignificantChange({ metadata: before }: KubeObject, { metadata: now }: KubeObject): boolean {
  return (
    before.generation !== now.generation ||
    before.deletionTimestamp !== now.deletionTimestamp ||
    !isDeepStrictEqual(before.labels, now.labels) ||
    !isDeepStrictEqual(before.annotations, now.annotations) ||
    !isDeepStrictEqual(before.finalizers, now.finalizers)
  )
}
