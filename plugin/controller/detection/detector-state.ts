import type { VersionQuery } from '../../providers/change-detector.ts'

/** What was last seen of one key, and who has not taken notice of it yet. */
export interface StoredVersion {
  /** Undefined: there was no such secret. */
  readonly version: string | undefined
  /** Watchers that were told and have not read it since. */
  readonly pending?: readonly string[]
  /** Of a key that was only read and not yet asked for: who has this version. Nothing is known of all others. */
  readonly readBy?: readonly string[]
}

/** By {@link queryId}. */
export type StoredVersions = ReadonlyMap<string, StoredVersion>

/** Keeps versions over a restart: never a value. */
export interface DetectorState {
  /** Empty for a store that nothing is known of. Rejects when that cannot be said at the moment. */
  load(storeIdentity: string, signal: AbortSignal): Promise<StoredVersions>
  /** Replaces what is kept of the store. `versions` may change once it returns its promise: it is to be taken in at once. */
  save(storeIdentity: string, versions: StoredVersions, signal: AbortSignal): Promise<void>
}

/** One spelling for equal queries. */
export function queryId({ key, version, metadata }: VersionQuery): string {
  return JSON.stringify([key, version ?? '', ...(metadata ? ['metadata'] : [])])
}

/** For a process whose watchers read everything at its start anyway. */
export const noState: DetectorState = { load: async () => new Map(), save: async () => undefined }
