import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { SecretError } from '../../model/secret-error.ts'
import { keySet, type Signer } from './signing-keys.ts'

/** What kube-apiserver signs with: RSA and the curves of NIST (kube-apiserver, --service-account-signing-key-file; KEP-740 for signers outside of it). */
export const CLUSTER_ALGORITHMS: readonly string[] = ['RS256', 'ES256', 'ES384', 'ES512']

/** An API server without keys to give soon is one that is away. */
const READ_TIMEOUT_MS = 5_000

/**
 * Who signs the tokens of ServiceAccounts of this cluster: its API server says so itself, over our own connection to it, to every ServiceAccount
 * (ClusterRoleBinding system:service-account-issuer-discovery). `jwks_uri` of its document is not followed.
 */
export function clusterSigner(client: Pick<KubeClient, 'tokenIssuer'>): () => Promise<Signer> {
  return async () => {
    const { issuer, keys } = await client.tokenIssuer(AbortSignal.timeout(READ_TIMEOUT_MS)).catch((thrown: unknown) => {
      throw keysNotGiven(isKubeError(thrown) ? thrown.reason : 'no answer in time', remedyFor(thrown))
    })
    const set = keySet({ keys })
    if (!set) throw keysNotGiven('no set of keys', 'see what answers in place of the API server')
    return { issuers: [issuer], keys: set }
  }
}

function keysNotGiven(why: string, remedy: string): SecretError {
  return new SecretError('Unavailable', `the API server does not give the keys of the tokens of ServiceAccounts (${why})`, {
    remedy,
  })
}

function remedyFor(thrown: unknown): string {
  if (isKubeError(thrown, 'Forbidden', 'Unauthorized'))
    return 'let this account get /.well-known/openid-configuration and /openid/v1/jwks, as the ClusterRoleBinding system:service-account-issuer-discovery does'
  if (isKubeError(thrown, 'NotFound')) return 'give the API server a --service-account-issuer that is a URL of https'
  return 'see that the API server answers'
}
