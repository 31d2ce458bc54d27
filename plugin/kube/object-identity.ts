import type { ObjectMeta } from './kube-object.ts'

/** Who an object is, and which version of it, without anything else of its metadata: for what is kept, and for what names it to others. */
export function objectIdentity({
  name,
  namespace,
  uid,
  resourceVersion,
}: ObjectMeta): Pick<ObjectMeta, 'name' | 'namespace' | 'uid' | 'resourceVersion'> {
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  }
}
