/** As whom requests are made; asked before each of them, so that a rotated token or certificate is taken up without a restart. */
export interface KubeCredentials {
  current(): Promise<KubeCredential>
  /** Told that the API server answered 401 to `refused`; the next `current` reads anew. */
  renew(refused: KubeCredential): void
}

/** Equal (`===`) as long as nothing changed. */
export interface KubeCredential {
  readonly headers: Readonly<Record<string, string>>
  readonly clientCertificate?: ClientCertificate
}

/** PEM. */
export interface ClientCertificate {
  readonly cert: string
  readonly key: string
}

/** What is written in the configuration itself and never changes. */
export function fixedCredentials(credential: KubeCredential): KubeCredentials {
  return { current: async () => credential, renew() {} }
}
