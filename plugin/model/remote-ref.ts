/** One thing to read at a provider. */
export interface RemoteRef {
  /** As the author wrote it; a store's prefix or mount is the reader's business. */
  readonly key: string
  /** The provider's current version when absent. */
  readonly version?: string
  /** Only where a store's backend is told of it (webhook); elsewhere it selects of what was read. */
  readonly property?: string
  /** The secret itself, or its tags and labels (`metadataPolicy: Fetch`). */
  readonly part: 'value' | 'metadata'
}
