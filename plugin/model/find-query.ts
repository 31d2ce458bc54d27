/** `spec.dataFrom[].find` as its author wrote it (external-secrets.md 2.7): which secrets are meant. */
export interface FindQuery {
  /** Where the search starts, by the rules of the provider. */
  readonly path?: string
  /** RE2; may match anywhere in a name. */
  readonly name?: string
  /** Each with exactly this value. */
  readonly tags: Readonly<Record<string, string>>
}
