import { createHmac } from 'node:crypto'
import type { RingKey } from '../keys/key-ring.ts'
import { ADMINISTRATOR, type StoreScope } from '../open-store.ts'
import { storeId } from '../store-lookup.ts'
import type { StoreObject } from '../store-object.ts'
import { dependsOnConsumer, storeProvider } from '../store-provider.ts'
import type { StoreLabel } from './warm-listener.ts'

/** Digests of one resolved store configuration (R15), and its name for metrics. */
export interface StoreIdentity {
  /** By the newest key of the ring: readers are kept under it. */
  readonly key: string
  /** By every key of the ring, newest first: what an older key has stored is found again. */
  readonly keys: readonly { readonly id: string; readonly key: string }[]
  readonly label: StoreLabel
}

/**
 * Everything but credentials that decides what a reader reads and as whom: the owner and what it may connect to, the provider and its whole
 * configuration, retries, the store's name (session tags carry it), and the consumer's namespace where a login may differ by it.
 */
export function storeIdentity(
  { resource, namespace: home }: StoreObject,
  namespace: string,
  { owner }: StoreScope,
  ring: readonly RingKey[],
): StoreIdentity {
  const { id, config } = storeProvider(resource)
  const { kind, metadata, spec } = resource
  const consumer = kind === 'SecretStore' || dependsOnConsumer(resource) ? namespace : ''
  const text = canonicalJson(['store', 1, owner, kind, metadata.name, consumer, id, config, spec.retrySettings])
  const keys = ring.map((ringKey) => ({ id: ringKey.id, key: createHmac('sha256', ringKey.key).update(text).digest('hex') }))
  const [newest] = keys
  if (!newest) throw new RangeError('a ring has a key')
  const label = {
    provider: id,
    kind,
    name: metadata.name,
    id: storeId(kind, home, metadata.name),
    isAdministrators: owner === ADMINISTRATOR,
  }
  return { key: newest.key, keys, label }
}

/** JSON with the fields of objects in one order: equal for equal values. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, field: unknown) => (isObject(field) ? sorted(field) : field))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sorted(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
