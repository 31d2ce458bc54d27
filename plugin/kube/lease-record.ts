import type { KubeObject, ObjectKey } from './kube-object.ts'

/** A Lease of coordination.k8s.io/v1 (Kubernetes API reference, LeaseSpec). Others may have written it: nothing needs to be there. */
export interface Lease extends KubeObject {
  readonly spec?: LeaseRecord
}

export interface LeaseRecord {
  /** Absent or empty: nobody. */
  readonly holderIdentity?: string
  readonly leaseDurationSeconds?: number
  readonly acquireTime?: string
  readonly renewTime?: string
  readonly leaseTransitions?: number
}

export function newLease({ namespace, name }: ObjectKey, identity: string, seconds: number, now: number): Lease {
  const spec = takenRecord({}, identity, seconds, now)
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    spec: { ...spec, leaseTransitions: 0 },
  }
}

/** The record once `identity` has renewed or taken it. */
export function takenRecord(before: LeaseRecord, identity: string, seconds: number, now: number): LeaseRecord {
  const isOwn = before.holderIdentity === identity
  return {
    ...before,
    holderIdentity: identity,
    leaseDurationSeconds: seconds,
    acquireTime: isOwn && before.acquireTime !== undefined ? before.acquireTime : microTime(now),
    renewTime: microTime(now),
    leaseTransitions: (before.leaseTransitions ?? 0) + (isOwn ? 0 : 1),
  }
}

/** Nobody's, and over in a second for those who look at times alone (client-go, LeaderElector.release). */
export function releasedRecord(before: LeaseRecord, now: number): LeaseRecord {
  const time = microTime(now)
  return { ...before, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time }
}

export function isSameRecord(one: LeaseRecord, other: LeaseRecord): boolean {
  return (
    one.holderIdentity === other.holderIdentity &&
    one.leaseDurationSeconds === other.leaseDurationSeconds &&
    one.acquireTime === other.acquireTime &&
    one.renewTime === other.renewTime &&
    one.leaseTransitions === other.leaseTransitions
  )
}

/** metav1.MicroTime: exactly six digits of a second. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
