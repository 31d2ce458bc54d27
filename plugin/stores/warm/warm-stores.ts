import type { OpenStore } from '../../expansion/store-source.ts'
import type { Clock } from '../../model/clock.ts'
import { errorPolicy } from '../../model/error-policy.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import { asSecretError, type ErrorKind, type SecretError } from '../../model/secret-error.ts'
import type { CredentialSource } from '../../providers/credential-source.ts'
import type { LoadProvider } from '../../providers/registry.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { StoreOpener, StoreScope } from '../open-store.ts'
import type { StoreObject } from '../store-object.ts'
import { AskedReader, insteadOf, type StandIn, withStandIns } from './asked-reader.ts'
import { CredentialRecord } from './credential-record.ts'
import { foundBefore, keptSearch } from './kept-search.ts'
import type { LastGood, LastGoodOrigin } from './last-good.ts'
import { Patience } from './patience.ts'
import { readId, searchId } from './read-id.ts'
import { type Asking, type PoolLimits, ReaderPool } from './reader-pool.ts'
import { rereadKeys, type StoreKey } from './reread-keys.ts'
import { SharedReads } from './shared-reads.ts'
import { type StoreIdentity, storeIdentity } from './store-identity.ts'
import { type CacheLimits, type ReadResult, ValueCache } from './value-cache.ts'
import { isAboveFloor, type VersionFloors } from './version-floors.ts'
import type { WarmListener } from './warm-listener.ts'
import { WarmReader } from './warm-reader.ts'

export interface WarmStoresOptions {
  /** Opens what is not open yet; it sees every real read. */
  readonly opener: StoreOpener
  /** For what a store is understood by when it cannot be opened and last good values stand in. */
  readonly providers: ReadonlyMap<string, LoadProvider>
  readonly ring: KeyRing
  /** R16; without it an outage is an error. */
  readonly lastGood: LastGood | undefined
  /** How long a render waits for a provider before last good values stand in, in milliseconds; the limit of one call is a good one. */
  readonly patienceMs: number
  readonly floors: VersionFloors
  readonly cache: CacheLimits
  readonly readers: PoolLimits
  readonly clock: Clock
  readonly listener: WarmListener
}

/** For tests of memory, and for readiness. */
export interface WarmStats {
  readonly readers: number
  readonly values: number
  readonly valueBytes: number
}

export interface WarmStores extends StoreOpener {
  stats(): WarmStats
  /** Reads keys again that were rotated, as far as they were read before; see {@link rereadKeys}. */
  reread(keys: readonly StoreKey[], signal: AbortSignal): Promise<'read' | 'away'>
  /** Lets reads under way finish, closes readers, writes last good values that wait. */
  close(): Promise<void>
}

/** R15: long enough to merge a burst, short enough not to hide a rotation. */
export const DEFAULT_CACHE: CacheLimits = { ttlMs: 10_000, maxBytes: 64 * 1024 * 1024 }
export const DEFAULT_READERS: PoolLimits = { idleMs: 10 * 60_000, maxReaders: 256 }

/** Stores that stay open between renders, with what was read of them for a moment (R15) and for an outage (R16). */
export function warmStores(options: WarmStoresOptions): WarmStores {
  const { opener, providers, ring, lastGood, patienceMs, readers, clock, listener } = options
  const cache = new ValueCache(options.cache, clock, () => listener.onEvict({ what: 'value' }))
  const pool = new ReaderPool(readers, clock, () => listener.onEvict({ what: 'reader' }))
  let opened = 0

  function startWarm(
    store: StoreObject,
    namespace: string,
    source: CredentialSource,
    scope: StoreScope,
    identity: StoreIdentity,
  ) {
    const record = new CredentialRecord(ring.newest('hmac'))
    const prefix = `${opened++} `
    return new WarmReader({
      identity,
      record,
      opening: opener.open(store, namespace, record.noting(source), scope),
      share: ({ reader }) => new SharedReads({ reader, cache, prefix, clock, ...sharedHooks(identity, record, options) }),
      patience: lastGood && new Patience(patienceMs, clock),
      nowMs: () => clock.now(),
    })
  }

  async function open(store: StoreObject, namespace: string, source: CredentialSource, scope: StoreScope): Promise<OpenStore> {
    const identity = storeIdentity(store, namespace, scope, ring.all('hmac'))
    const asking: Asking = { identity, source, start: () => startWarm(store, namespace, source, scope, identity) }
    const standIn = standInOf(identity, source, options)
    try {
      const lease = await pool.lease(asking)
      return { provider: lease.opened.provider, reader: new AskedReader(pool, asking, lease, standIn) }
    } catch (thrown) {
      const error = asSecretError(thrown)
      const provider =
        lastGood && errorPolicy[error.kind].staleAllowed ? await providers.get(identity.label.provider)?.() : undefined
      if (!provider) throw thrown
      return { provider, reader: closedReader(error, clock.now(), standIn) }
    }
  }

  return {
    async open(store, namespace, credentials, scope) {
      // Whoever says nothing about who else may use it, or that nobody may, gets a reader of its own.
      if (!scope || scope.isOfOneRender) return opener.open(store, namespace, credentials, scope)
      return open(store, namespace, credentials, scope)
    },
    reread: (keys, signal) => rereadKeys(pool, keys, signal),
    stats: () => ({ readers: pool.count, values: cache.count, valueBytes: cache.bytes }),
    async close() {
      await pool.close()
      cache.close()
      await lastGood?.close()
    },
  }
}

/** A store that cannot be opened: its last good values, or the failure of the opening. */
function closedReader(error: SecretError, readAtMs: number, standIn: StandIn): OpenStore['reader'] {
  return {
    fetch: (refs) =>
      withStandIns(
        refs,
        refs.map((): ReadResult => ({ kind: 'failure', error, isOfStore: true, readAtMs })),
        standIn,
      ),
    list: (search) => insteadOf(error, search, standIn),
    close: async () => undefined,
  }
}

function sharedHooks(
  identity: StoreIdentity,
  record: CredentialRecord,
  { lastGood, floors, cache, clock, listener }: WarmStoresOptions,
): Pick<ConstructorParameters<typeof SharedReads>[0], 'isUsable' | 'isYoung' | 'onResult' | 'onFetch' | 'onHit' | 'onSearch'> {
  const store = identity.label
  const isUsable = (ref: RemoteRef, version: string | undefined, readAtMs: number): boolean =>
    isAboveFloor({ version, readAtMs }, floors.floorOf(identity.key, store, ref.key))
  const origin = (): LastGoodOrigin => ({
    identity,
    answers: store.isAdministrators ? undefined : record.answers,
    answersKeyId: record.keyId,
  })
  return {
    isUsable,
    isYoung: (readAtMs) => clock.now() - readAtMs < cache.ttlMs || floors.isWatched(store),
    onResult(ref, result) {
      if (result.kind === 'value') {
        if (isUsable(ref, result.secret.version, result.readAtMs)) lastGood?.remember(origin(), readId(ref), result)
      } else if (isFinal(result.error)) lastGood?.forget(identity, readId(ref))
    },
    onFetch: (outcome, refs) => listener.onFetch({ store, outcome, refs }),
    onHit: (refs, from) => listener.onHit({ store, refs, from }),
    onSearch(search, result) {
      const id = searchId(search)
      if (result.kind === 'found') {
        lastGood?.remember(origin(), id, {
          secret: { value: keptSearch(result.secrets), version: '' },
          readAtMs: result.readAtMs,
        })
      } else if (isFinal(result.error)) lastGood?.forget(identity, id)
    },
  }
}

/** The provider has spoken. */
function isFinal({ kind }: SecretError): boolean {
  return kind === 'NotFound' || kind === 'AccessDenied'
}

function standInOf(
  identity: StoreIdentity,
  source: CredentialSource,
  { lastGood, floors, clock, listener }: WarmStoresOptions,
): StandIn {
  const told = (readAtMs: number, because: ErrorKind): void =>
    listener.onStale({ store: identity.label, ageMs: Math.max(0, clock.now() - readAtMs), because })
  return {
    async find(ref) {
      const kept = await lastGood?.recall(identity, readId(ref), source)
      if (!kept) return undefined
      const floor = floors.floorOf(identity.key, identity.label, ref.key)
      return isAboveFloor({ version: kept.secret.version, readAtMs: kept.readAtMs }, floor) ? kept : undefined
    },
    use({ secret, readAtMs }, because) {
      told(readAtMs, because)
      return { ok: true, secret: { ...secret, stale: true } }
    },
    async search(search, because) {
      const kept = await lastGood?.recall(identity, searchId(search), source)
      const before = kept && foundBefore(kept.secret.value)
      if (before) told(kept.readAtMs, because)
      return before
    },
  }
}
