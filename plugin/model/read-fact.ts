/** One remote reference that was read, or looked for in vain, for one ExternalSecret: names and a version, never a value. */
export interface ReadFact {
  /** `namespace/name` */
  readonly externalSecret: string
  /** `SecretStore default/aws` */
  readonly store: string
  /** `spec.provider.<id>` */
  readonly provider: string
  readonly key: string
  /** What the store puts before the key when it asks its provider; empty for nothing. */
  readonly keyPrefix: string
  /** As its author wrote it: a stage, an alias, a number; empty for the latest. */
  readonly requestedVersion: string
  /** `metadata`: tags and labels were read. */
  readonly part: 'value' | 'metadata'
  /** The provider's name for what was read; equal versions mean equal bytes. Absent: there is no such secret, and something stands in for it. */
  readonly version?: string | undefined
  /** As its author wrote it; empty for none. */
  readonly refreshInterval: string
  /** The Secret is a hook of Argo CD: nothing less than a whole sync applies it. */
  readonly isHook: boolean
  /** The last good value, because the provider is away (R16). */
  readonly stale: boolean
}
