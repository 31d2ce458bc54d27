/** A store that migrated references need, as far as the old manifests know it. */
export interface StoreNeed {
  readonly name: string
  readonly provider: 'aws' | 'azurekv' | 'gcpsm' | 'vault'
  readonly config: Readonly<Record<string, unknown>>
  /** What the reader fills in, one line of a comment each. */
  readonly toFillIn: readonly string[]
}

/** `remoteRef` of an ExternalSecret, without the defaults. */
export interface RemoteRefDraft {
  readonly key: string
  readonly property?: string
  readonly version?: string
  readonly decodingStrategy?: 'Auto' | 'Base64'
}

/** Where a value is: a store, and the reference for it. */
export interface RemoteSource {
  readonly store: StoreNeed
  readonly remoteRef: RemoteRefDraft
}

/** The same for references that bring the same value. */
export function sourceIdentity({ store, remoteRef }: RemoteSource): string {
  const { key, property, version, decodingStrategy } = remoteRef
  return JSON.stringify([store.name, key, property ?? null, version ?? null, decodingStrategy ?? null])
}
