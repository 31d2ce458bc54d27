import * as z from 'zod'
import { inCrd } from '../api/crd-facts.ts'
import { SecretValue } from '../model/secret-value.ts'
import { obtainToken } from '../providers/gcpsm/auth/obtain-token.ts'
import { gcpSmConfig } from '../providers/gcpsm/config.ts'
import { borrowedLogin } from './borrowed-login.ts'
import type { Generator } from './generator.ts'

const loginOfStores = gcpSmConfig.shape.auth.unwrap()

/** Stores can do without the cluster's names. */
const workloadIdentity = inCrd(loginOfStores.shape.workloadIdentity.unwrap().clone(), {
  beside: { required: ['clusterLocation', 'clusterName', 'serviceAccountRef'] },
})

const gcrSpec = z.object({
  auth: loginOfStores
    .extend({ workloadIdentity: workloadIdentity.optional() })
    .describe(
      'How to log in: the first of secretRef, workloadIdentity, workloadIdentityFederation; Application Default Credentials without.',
    ),
  projectID: z.string().describe('Project of the registry; of the GKE cluster too, unless workloadIdentity says otherwise.'),
})

/** A login to Google's registries of containers: `username`, `password` and `expiry` (Artifact Registry, "Access token"). */
export const gcrAccessToken: Generator<z.output<typeof gcrSpec>> = {
  kind: 'GCRAccessToken',
  spec: gcrSpec,
  stability: 'ephemeral',
  keysOf: () => ['username', 'password', 'expiry'],
  async generate({ auth, projectID }, context, signal) {
    const config = { auth, projectID, secretVersionSelectionPolicy: 'LatestOrFail' } as const
    const { token, expiresAt } = await borrowedLogin([['spec.provider.gcpsm', 'spec']], context, (opening) =>
      obtainToken(config, opening, signal),
    )
    return {
      values: new Map([
        ['username', SecretValue.fromText('oauth2accesstoken')],
        ['password', token],
        ['expiry', SecretValue.fromText(String(Math.floor(expiresAt / 1000)))],
      ]),
    }
  },
}
