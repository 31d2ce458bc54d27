import type { CredentialSource } from '../../credential-source.ts'
import type { WorkloadIdentity } from '../config.ts'
import type { TokenSource } from './access-token.ts'
import type { GoogleHttp } from './google-http.ts'
import { impersonatedTokens } from './impersonation.ts'
import { readMetadata } from './metadata-server.ts'
import { exchangeClusterToken } from './token-exchange.ts'

/** GKE, "Workload Identity Federation for GKE": the annotation of a ServiceAccount that names the Google one to act as. */
export const ACT_AS_ANNOTATION = 'iam.gke.io/gcp-service-account'

const FIELD = 'spec.provider.gcpsm.auth.workloadIdentity'

/** Logs in as a ServiceAccount of a GKE cluster; missing facts about the cluster come from its metadata server (external-secrets.md 7.3). */
export async function workloadIdentityTokens(
  google: GoogleHttp,
  config: WorkloadIdentity,
  projectID: string | undefined,
  credentials: CredentialSource,
): Promise<TokenSource> {
  const account = config.serviceAccountRef
  const field = `${FIELD}.serviceAccountRef`
  const federated: TokenSource = {
    async obtain(signal) {
      const fact = async (given: string | undefined, path: Parameters<typeof readMetadata>[1], name: string): Promise<string> =>
        given || (await readMetadata(google, path, `set ${FIELD}.${name}`, signal))
      const project = await fact(config.clusterProjectID || projectID, 'project/project-id', 'clusterProjectID')
      const location = await fact(config.clusterLocation, 'instance/attributes/cluster-location', 'clusterLocation')
      const name = await fact(config.clusterName, 'instance/attributes/cluster-name', 'clusterName')
      const pool = `${project}.svc.id.goog`
      const cluster = `https://container.googleapis.com/v1/projects/${project}/locations/${location}/clusters/${name}`
      const token = await credentials.serviceAccountToken({ ...account, audiences: [pool, ...(account.audiences ?? [])] }, field)
      return exchangeClusterToken(google, pool, cluster, new TextDecoder().decode(token.reveal()).trim(), signal)
    },
  }
  const email = (await credentials.serviceAccountAnnotations(account, field))?.get(ACT_AS_ANNOTATION)
  return email ? impersonatedTokens(google, email, federated) : federated
}
