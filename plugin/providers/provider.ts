import type { z } from 'zod'
import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import type { Random } from '../model/random.ts'
import type { RemoteRef } from '../model/remote-ref.ts'
import type { SecretValue } from '../model/secret-value.ts'
import type { ChangeDetector } from './change-detector.ts'
import type { CredentialSource } from './credential-source.ts'
import type { SecretSearch } from './secret-lister.ts'
import type { FetchedSecret, SecretReader } from './secret-reader.ts'

/** A reference as its author wrote it: what is fetched, and what of it is wanted. */
export interface PropertyRef extends RemoteRef {
  readonly property?: string
}

/** A secret manager behind `spec.provider.<id>`. */
export interface Provider<Config = unknown> {
  /** The key under `spec.provider`, the docs page's name and the metric label. */
  readonly id: string
  /** Everything that `spec.provider.<id>` may hold. */
  readonly config: z.ZodType<Config>
  /**
   * Makes a reader that is logged in lazily or at once, as the backend wants. `config` has passed {@link Provider.config}.
   * Throws SecretError InvalidSpec when the configuration cannot work, AccessDenied when credentials are missing or refused.
   */
  open(config: Config, context: OpenContext): Promise<SecretReader>
  /** Notices changes without reading values. Absent where the backend has no cheaper way than reading. Throws as {@link Provider.open}. */
  detect?(config: Config, context: OpenContext): Promise<ChangeDetector>
  /**
   * The bytes that `data[].remoteRef` asks for: all of them, or what `property` selects by this provider's rules (external-secrets.md 3.5, 7).
   * Pure. Throws SecretError NotFound for a property that is not there.
   */
  select(secret: FetchedSecret, ref: PropertyRef): SecretValue
  /**
   * Whether a NotFound of {@link SecretReader.fetch} or of select and extract means that the secret does not exist,
   * so that `deletionPolicy` may leave it out (external-secrets.md 7, the not-found contract). Without it: when fetch says so of a value.
   */
  readonly meansAbsent?: (ref: PropertyRef, step: 'fetch' | 'select', use: 'data' | 'extract' | 'find') => boolean
  /** The keys and values that `dataFrom[].extract` asks for. Pure. Throws SecretError. */
  extract(secret: FetchedSecret, ref: PropertyRef): ReadonlyMap<string, SecretValue>
  /** Names that `find` gives get the characters of keys before they are rewritten, not only where nothing is (external-secrets.md 3.2). */
  readonly convertsFoundNames?: true
  /** {@link SecretReader.list} is never there. */
  readonly cannotFind?: true
  /** Throws SecretError InvalidSpec for a search that no store of this configuration can make, before one is asked. Pure. */
  checkSearch?(config: Config, search: SecretSearch): void
  /** Its versions are made of the values alone: who guesses a value can tell by them, so that nothing shows them to people. */
  readonly versionsTellOfValues?: true
  /** What the tenancy policy has to know of this provider's stores. */
  readonly tenancy: StoreTenancy<Config>
}

/** What a store *is*, since its name says nothing (R3). Pure; loads no SDK. */
export interface StoreTenancy<Config = unknown> {
  /**
   * Everything of a configuration that decides whom it asks, as whom, and for what part of it: `region`, `role`, `vaultUrl`, `path`,
   * `projectID`. A store may be used when a rule allows every value of every fact that it states; a field that is left out here is one
   * that a Git author may set freely.
   */
  facts(config: Config): ReadonlyMap<string, readonly string[]>
  /** Values that a fact has when the author says nothing: a rule need not list them. */
  readonly defaults: Readonly<Record<string, string>>
  /** Hosts that the configuration itself names and requests would go to, `host` or `host:port` (R5). Empty where only the cloud's own are asked. */
  hosts(config: Config): readonly string[]
  /** What it logs in with, when it does not name a credential of its own: the identity of the process (R4). */
  usesAmbientIdentity(config: Config): boolean
  /**
   * The key as the backend resolves it, prefixes and mounts applied, in one spelling: what key patterns of a rule are compared with.
   * `undefined` when that cannot be said for certain: such a key is refused.
   */
  canonicalKey(config: Config, ref: RemoteRef): string | undefined
}

/** What a provider gets from its surroundings; it reads no environment, clock or file by itself. */
export interface OpenContext {
  readonly credentials: CredentialSource
  /** The process's own environment (R5: endpoints and proxies come from here or from the administrator, never from a store). */
  readonly environment: ReadonlyMap<string, string>
  /** PEM of the administrator's authorities, trusted by every provider beside the system's; what `NODE_EXTRA_CA_CERTS` does for a process that starts. */
  readonly extraCa?: string
  readonly store: StoreFacts
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** How long one provider call may take, in milliseconds, before it counts as Timeout. */
  readonly callTimeoutMs: number
  /** How many calls one reader may have under way; a provider whose quota says less uses less. */
  readonly concurrency: number
  /**
   * R5: asked for every address that a name in a store from Git resolves to, before a connection is made to it; `false` refuses it.
   * Absent where hosts are the user's own business.
   */
  readonly mayConnect?: ((host: string, address: string) => boolean) | undefined
  /** A value that is made anew for every read is refused: a render would change with each, and Argo CD apply it (R13). */
  readonly unstable?: 'refused' | undefined
  /** Asked before every call, for whoever shares a quota with others. Absent: calls are made at once. */
  readonly pace?: CallPace | undefined
}

/** When the next call may be made. */
export interface CallPace {
  /** Resolves when it may; rejects with the signal's reason once that is aborted. */
  take(signal: AbortSignal): Promise<void>
}

/** What of the SecretStore object matters to its provider. */
export interface StoreFacts {
  readonly kind: 'SecretStore' | 'ClusterSecretStore'
  readonly name: string
  /** The namespace of the ExternalSecret that uses the store. */
  readonly namespace: string
  /** `spec.retrySettings` (external-secrets.md 5.1). */
  readonly retry?: { readonly maxRetries?: number; readonly intervalMs?: number }
}
