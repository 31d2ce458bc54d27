/** One answer of Vault, whatever its status. */
export interface VaultAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as text; JSON when it comes from Vault. */
  readonly text: string
}

/** The part of Vault's HTTP API that reading and dynamic secrets need. Each throws SecretError when there is no answer; any status is an answer. */
export interface VaultApi {
  /** GET of a path below `/v1/`, query included; escaped by the caller. */
  read(path: string, token: string | undefined, signal: AbortSignal): Promise<VaultAnswer>
  /** Vault's own method LIST, of a path below `/v1/`; escaped by the caller. */
  list(path: string, token: string | undefined, signal: AbortSignal): Promise<VaultAnswer>
  /** POST of `fields`, as JSON, to a path below `/v1/`; escaped by the caller. */
  write(path: string, fields: object, token: string | undefined, signal: AbortSignal): Promise<VaultAnswer>
  /** DELETE of a path below `/v1/`; escaped by the caller. */
  remove(path: string, token: string | undefined, signal: AbortSignal): Promise<VaultAnswer>
  /** POST of a login, in the namespace of logins. */
  login(path: string, fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<VaultAnswer>
  lookupSelf(token: string | undefined, signal: AbortSignal): Promise<VaultAnswer>
  renewSelf(token: string, signal: AbortSignal): Promise<VaultAnswer>
  revokeSelf(token: string, signal: AbortSignal): Promise<VaultAnswer>
  /** Ends idle connections. */
  close(): void
}

export interface VaultApiOptions {
  /** As the store gives it. */
  readonly server: string
  readonly namespace: string | undefined
  /** Of logins and of what concerns the token that they gave. */
  readonly loginNamespace: string | undefined
  /** Of the store; what Vault itself needs wins over them. */
  readonly headers: Readonly<Record<string, string>>
  readonly readYourWrites: boolean
  readonly forwardInconsistent: boolean
}
