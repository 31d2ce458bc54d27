/** One login as Vault gets it. */
export interface LoginRequest {
  /** Below `/v1/`, escaped. */
  readonly path: string
  readonly fields: Readonly<Record<string, string>>
}

/** A way to log in. Credentials are read anew for each login: a mounted token is replaced before it expires. */
export interface LoginMethod {
  /** Of the method in the store, for errors: `spec.provider.vault.auth.appRole`. */
  readonly field: string
  /** `auth/<mount>`, for messages. */
  readonly mount: string
  /** Throws SecretError InvalidSpec when a credential is missing. */
  prepare(signal: AbortSignal): Promise<LoginRequest>
}
