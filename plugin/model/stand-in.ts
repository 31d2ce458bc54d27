/** What stands in a Secret for a value that does not exist, because its author says so. Names, never a value. */
export interface StandIn {
  /** `namespace/name` */
  readonly externalSecret: string
  /** `default`: a literal of the author's; `otherStore`: what another store has; `leftOut`: nothing. */
  readonly kind: 'default' | 'otherStore' | 'leftOut'
  /** The key of the Secret, or `spec.dataFrom[0]`. */
  readonly what: string
  /** Where it was read instead, `SecretStore default/other`; empty for the other kinds. */
  readonly store: string
}

/** One sentence without its subject's object: `"password" was not found and is left out`. */
export function standInText({ kind, what, store }: StandIn): string {
  if (kind === 'default') return `${what} was not found; its default stands in`
  if (kind === 'leftOut') return `${what} was not found and is left out`
  return `${what} was not found in its own store and is read from ${store}`
}
