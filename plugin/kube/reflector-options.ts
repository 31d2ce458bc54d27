import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import type { Random } from '../model/random.ts'
import type { KubeClient } from './kube-client.ts'
import type { KubeObject } from './kube-object.ts'
import type { IndexFunctions, ObjectHandler } from './object-cache.ts'
import type { Resource } from './resource.ts'

/** Which objects are followed, what stays of them, and who is told. */
export interface ReflectorOptions<T extends KubeObject, Index extends string = string> {
  readonly client: KubeClient
  readonly resource: Resource
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** Only `metadata` comes over the wire. */
  readonly metadataOnly?: true | undefined
  /**
   * What of an object is kept and told: memory grows with that and no more. Must leave its name, namespace, uid and resourceVersion.
   * Without it all but `managedFields`, which are often more than all the rest.
   */
  readonly keep?: ((object: T) => T) | undefined
  readonly indexes?: IndexFunctions<T, Index> | undefined
  readonly handler: ObjectHandler<T>
  /** The API server need not know the kind: there are no objects of it until it does. */
  readonly mayBeUnknown?: true | undefined
  /** Objects of one page of a list; 500, as client-go's and kubectl's. */
  readonly pageSize?: number | undefined
}

export interface ReflectorPorts {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly onState?: ((state: ReflectorState) => void) | undefined
}

/** What a reflector is doing. `waiting`: the last attempt failed with `reason` and `status` (those of KubeError), the next is in `delayMs`. */
export type ReflectorState =
  | { readonly phase: 'listing' | 'watching' | 'stopped' }
  | { readonly phase: 'waiting'; readonly reason: string; readonly status: number; readonly delayMs: number }

/** An object without the record of who set which of its fields. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (object.metadata.managedFields === undefined) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}
