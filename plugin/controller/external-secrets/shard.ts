import { createHash } from 'node:crypto'
import { storeId } from '../../stores/store-lookup.ts'
import type { StoreKubeObject } from '../stores/store-kube-object.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import { readSpecOf } from './read-spec-of.ts'
import { storeRefsOf } from './steps/check-classes.ts'

/**
 * A part of the stores of a cluster, and of what reads from them. Which one a store is in follows from its kind, namespace and name alone, so that
 * every process says the same without asking another.
 */
export class Shard {
  /** From 0. */
  readonly index: number
  readonly #count: number

  constructor(index: number, count: number) {
    this.index = index
    this.#count = count
  }

  hasStore({ metadata: { namespace, name } }: Pick<StoreKubeObject, 'metadata'>): boolean {
    return this.#has(namespace === undefined ? storeId('ClusterSecretStore', '', name) : storeId('SecretStore', namespace, name))
  }

  /** As {@link storeId} names it. */
  hasStoreOf(id: string): boolean {
    return this.#has(id)
  }

  /** An ExternalSecret goes with its store; of several with the first by name; without any it goes by its own. */
  has(object: ExternalSecretObject): boolean {
    if (this.#count === 1) return true
    const { namespace = '', name } = object.metadata
    const [first = `ExternalSecret ${namespace}/${name}`] = storeIdsOf(object).toSorted()
    return this.#has(first)
  }

  #has(id: string): boolean {
    return this.#count === 1 || createHash('sha256').update(id).digest().readUInt32BE() % this.#count === this.index
  }
}

/** All shards of a cluster: each store and each ExternalSecret is in exactly one. */
export function shards(count: number): readonly Shard[] {
  return Array.from({ length: count }, (_, index) => new Shard(index, count))
}

function storeIdsOf(object: ExternalSecretObject): readonly string[] {
  const { value } = readSpecOf(object)
  const { namespace = '' } = object.metadata
  // Anything but exactly ClusterSecretStore is a SecretStore (external-secrets.md 2.1).
  return (value ? storeRefsOf(value) : []).flatMap(({ kind, name = '' }) =>
    name === '' ? [] : [storeId(kind === 'ClusterSecretStore' ? kind : 'SecretStore', namespace, name)],
  )
}
