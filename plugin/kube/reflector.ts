import type { KubeObject } from './kube-object.ts'
import type { ObjectCache } from './object-cache.ts'
import { ObjectStore } from './object-store.ts'
import { ReflectorLoop } from './reflector-loop.ts'
import type { ReflectorOptions, ReflectorPorts } from './reflector-options.ts'

/** Follows one resource of an API server. */
export interface Reflector<T extends KubeObject, Index extends string = string> {
  readonly cache: ObjectCache<T, Index>
  /** Resolves once the first list is in the cache and was told; rejects with the reason of `signal`, or of the reflector's own. */
  synced(signal: AbortSignal): Promise<void>
  readonly isSynced: boolean
  /** The latest version of the resource that was seen; opaque. */
  readonly lastResourceVersion: string | undefined
  /** Resolves once nothing more will be told, after the reflector's signal was aborted. */
  readonly stopped: Promise<void>
}

/**
 * Lists a resource and then watches it for as long as `signal` lets it, whatever the API server and the network do
 * (client-go, tools/cache/reflector.go; limits-and-threats.md 3.1). Never throws: what fails is logged, said to `onState` and tried again.
 */
export function startReflector<T extends KubeObject, Index extends string = string>(
  options: ReflectorOptions<T, Index>,
  ports: ReflectorPorts,
  signal: AbortSignal,
): Reflector<T, Index> {
  const store = new ObjectStore<T, Index>(options.indexes, ports.logger)
  const loop = new ReflectorLoop(options, store, ports, signal)
  const stopped = loop.run()
  return {
    cache: store,
    stopped,
    synced: (waiting) => loop.synced(waiting),
    get isSynced() {
      return loop.isSynced
    },
    get lastResourceVersion() {
      return loop.seenVersion
    },
  }
}
