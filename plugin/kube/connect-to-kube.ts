import { access } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from '../model/logger.ts'
import { SecretError } from '../model/secret-error.ts'
import { httpsTransport, type TransportOptions } from './https-transport.ts'
import { inClusterEndpoint } from './in-cluster-endpoint.ts'
import type { KubeClient } from './kube-client.ts'
import type { KubeEndpoint } from './kube-endpoint.ts'
import { kubeconfigEndpoint } from './kubeconfig-endpoint.ts'
import { restClient } from './rest-client.ts'
import type { RetryPorts } from './retry-reads.ts'

export interface KubeOptions extends TransportOptions {
  /** Files as in `KUBECONFIG`, divided by `:`. Without it: `KUBECONFIG`, then the pod's own account, then `~/.kube/config`. */
  readonly kubeconfig?: string | undefined
  /** Of the kubeconfig; its current one without it. */
  readonly context?: string | undefined
}

export interface KubePorts extends RetryPorts {
  readonly logger: Logger
}

/** Finds the API server and how to log in to it; nothing is asked of it yet. Throws SecretError InvalidSpec when there is none. */
export async function connectToKube(options: KubeOptions, ports: KubePorts): Promise<KubeClient> {
  return connectToEndpoint(await findEndpoint(options, ports), options, ports)
}

export function connectToEndpoint(endpoint: KubeEndpoint, options: TransportOptions, ports: KubePorts): KubeClient {
  if (endpoint.skipsVerification) {
    ports.logger.warn('the certificate of the Kubernetes API server is not verified: the kubeconfig says so', {
      server: endpoint.server,
    })
  }
  return restClient(httpsTransport(endpoint, options), ports)
}

async function findEndpoint({ kubeconfig, context, environment }: KubeOptions, { clock }: KubePorts): Promise<KubeEndpoint> {
  const named = kubeconfig ?? environment.get('KUBECONFIG') ?? ''
  if (named !== '') return await kubeconfigEndpoint(named.split(path.delimiter).filter(Boolean), context, clock)
  const inCluster = await inClusterEndpoint(environment, clock)
  if (inCluster) return inCluster
  const home = environment.get('HOME')
  const file = home ? path.join(home, '.kube', 'config') : undefined
  if (file !== undefined && (await isThere(file))) return await kubeconfigEndpoint([file], context, clock)
  const isPod = Boolean(environment.get('KUBERNETES_SERVICE_HOST'))
  throw isPod
    ? new SecretError('InvalidSpec', 'this pod has no account for the Kubernetes API', {
        remedy: 'let its service account be mounted (automountServiceAccountToken), or give --kubeconfig or KUBECONFIG',
      })
    : new SecretError('InvalidSpec', `no Kubernetes API server is known${file === undefined ? '' : `: there is no ${file}`}`, {
        remedy: 'run in a pod with a service account, or give --kubeconfig or KUBECONFIG',
      })
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  )
}
