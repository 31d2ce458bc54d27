import type { AuthorityFile } from './authority-file.ts'
import type { Impersonation } from './impersonation.ts'
import type { KubeCredentials } from './kube-credentials.ts'

/** Where an API server is and how one talks to it. */
export interface KubeEndpoint {
  /** `https://10.96.0.1:443`, without a slash at its end. */
  readonly server: string
  /** PEM of the authority of its certificate; the system's authorities without it. */
  readonly ca?: string | AuthorityFile
  /** The name in its certificate, where that is not the host's. */
  readonly serverName?: string
  /** `insecure-skip-tls-verify` of a kubeconfig: anybody may pose as the server. */
  readonly skipsVerification?: true
  readonly proxyUrl?: string
  readonly credentials: KubeCredentials
  /** Whom requests are made as, whatever the credentials are; as whom these log in without it. */
  readonly impersonation?: Impersonation
}
