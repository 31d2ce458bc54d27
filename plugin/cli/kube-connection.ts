import path from 'node:path'
import * as controllerOptions from '../config/controller-options.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { connectToKube } from '../kube/connect-to-kube.ts'
import type { KubeClient } from '../kube/kube-client.ts'
import { systemClock } from '../model/clock.ts'
import { type Logger, silentLogger } from '../model/logger.ts'
import { systemRandom } from '../model/random.ts'

export interface KubeConnection {
  /** Where the user is: what paths are relative to. */
  readonly directory: string
  readonly requestTimeoutMs: number
  readonly maxConnections: number
  /** Told of retries; nobody without it. */
  readonly logger?: Logger
}

/** The API server of `--kubeconfig` and `--context`, or of this pod. Throws SecretError where none is known. */
export async function kubeConnection(sources: OptionSources, connection: KubeConnection): Promise<KubeClient> {
  const { directory, requestTimeoutMs, maxConnections, logger = silentLogger } = connection
  const files = setting(controllerOptions.kubeconfig, sources) || (sources.environment.get('KUBECONFIG') ?? '')
  const kubeconfig = resolvedFiles(files, directory)
  const context = setting(controllerOptions.context, sources)
  const named = { ...(kubeconfig !== '' && { kubeconfig }), ...(context !== '' && { context }) }
  return await connectToKube(
    { environment: sources.environment, requestTimeoutMs, maxConnections, userAgent: 'argocd-external-secrets', ...named },
    { clock: systemClock, random: systemRandom, logger },
  )
}

/** Several files are divided as in `KUBECONFIG`. */
function resolvedFiles(files: string, directory: string): string {
  const named = files.split(path.delimiter).filter((file) => file !== '')
  return named.map((file) => path.resolve(directory, file)).join(path.delimiter)
}
