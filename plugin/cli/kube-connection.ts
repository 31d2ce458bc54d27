import * as controllerOptions from '../config/controller-options.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { connectToKube } from '../kube/connect-to-kube.ts'
import type { KubeClient } from '../kube/kube-client.ts'
import { systemClock } from '../model/clock.ts'
import { type Logger, silentLogger } from '../model/logger.ts'
import { systemRandom } from '../model/random.ts'

export interface KubeConnection {
  readonly requestTimeoutMs: number
  readonly maxConnections: number
  /** Told of retries; nobody without it. */
  readonly logger?: Logger
}

/** The API server of `--kubeconfig` and `--context`, or of this pod. Throws SecretError where none is known. */
export async function kubeConnection(sources: OptionSources, connection: KubeConnection): Promise<KubeClient> {
  const { requestTimeoutMs, maxConnections, logger = silentLogger } = connection
  const kubeconfig = setting(controllerOptions.kubeconfig, sources)
  const context = setting(controllerOptions.context, sources)
  const named = { ...(kubeconfig !== '' && { kubeconfig }), ...(context !== '' && { context }) }
  return await connectToKube(
    { environment: sources.environment, requestTimeoutMs, maxConnections, userAgent: 'argocd-external-secrets', ...named },
    { clock: systemClock, random: systemRandom, logger },
  )
}
