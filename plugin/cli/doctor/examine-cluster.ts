import * as options from '../../config/options.ts'
import { setting } from '../../config/settings.ts'
import { kubeConnection } from '../kube-connection.ts'
import { clusterChecks, reachCheck } from './cluster-checks.ts'
import type { Examination } from './doctor-check.ts'
import { examine, isWell, type NamedFinding } from './examine.ts'

const MAX_CONNECTIONS = 8

/** Looks at the cluster of `--kubeconfig`, and at what it would mean to deliver the manifests at `where` inline. Throws SecretError where no API server is known. */
export async function examineCluster(where: string | undefined, examination: Examination): Promise<readonly NamedFinding[]> {
  const { sources, directory } = examination
  const connection = { directory, requestTimeoutMs: setting(options.callTimeout, sources), maxConnections: MAX_CONNECTIONS }
  const client = await kubeConnection(sources, connection)
  try {
    const reached = await examine([reachCheck(client)], examination)
    return isWell(reached) ? [...reached, ...(await examine(clusterChecks(client, where), examination))] : reached
  } finally {
    client.close()
  }
}
