import { isIPv6 } from 'node:net'
import type { Clock } from '../model/clock.ts'
import { openAuthorityFile } from './authority-file.ts'
import { fileCredentials } from './file-credentials.ts'
import type { KubeEndpoint } from './kube-endpoint.ts'

/** Where Kubernetes mounts a pod's token and the authority of the API server ("Accessing the Kubernetes API from a Pod"). */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The API server of the cluster that this process runs in; undefined outside of one. These three facts need no library: client-node's own
 * loadFromCluster comes with 87 MB of generated clients, and reads a token that was rotated a minute late.
 */
export async function inClusterEndpoint(
  environment: ReadonlyMap<string, string>,
  clock: Clock,
  folder: string = ACCOUNT_FOLDER,
): Promise<KubeEndpoint | undefined> {
  const host = environment.get('KUBERNETES_SERVICE_HOST')
  const port = environment.get('KUBERNETES_SERVICE_PORT') ?? '443'
  if (host === undefined || host === '') return undefined
  const ca = await openAuthorityFile(`${folder}/ca.crt`, clock).catch(() => undefined)
  if (ca === undefined) return undefined
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    ca,
    credentials: fileCredentials({ token: `${folder}/token` }, clock),
  }
}
