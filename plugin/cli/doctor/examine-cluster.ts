import * as options from '../../config/options.ts'
import { setting } from '../../config/settings.ts'
import { kubeConnection } from '../kube-connection.ts'
import { clusterChecks, reachCheck } from './cluster-checks.ts'
import type { Examination } from './doctor-check.ts'
import { examine } from './examine.ts'

const MAX_CONNECTIONS = 8

/** Looks at the cluster of `--kubeconfig`, and at what it would mean to deliver the manifests at `where` inline. Throws SecretError where no API server is known. */
export async function examineCluster(
  where: string | undefined,
  examination: Examination,
): Promise<{ readonly text: string; readonly isWell: boolean }> {
  const { sources } = examination
  const connection = { requestTimeoutMs: setting(options.callTimeout, sources), maxConnections: MAX_CONNECTIONS }
  const client = await kubeConnection(sources, connection)
  try {
    const reached = await examine([reachCheck(client)], examination)
    if (!reached.isWell) return reached
    const { text, isWell } = await examine(clusterChecks(client, where), examination)
    return { text: reached.text + text, isWell }
  } finally {
    client.close()
  }
}
