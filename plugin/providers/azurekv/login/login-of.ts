import type { HttpClient } from '../../http-client.ts'
import type { OpenContext } from '../../provider.ts'
import type { Cloud } from '../cloud.ts'
import type { AzureKvConfig } from '../config.ts'
import type { Login } from './access-token.ts'
import { entraIdLogin } from './entra-id.ts'
import { managedIdentityLogin } from './managed-identity.ts'
import { servicePrincipal } from './service-principal.ts'
import { workloadIdentity } from './workload-identity.ts'

/** The two ways out: `direct` for this machine's own endpoints, which no proxy knows. */
export interface LoginTransports {
  readonly http: HttpClient
  readonly direct: HttpClient
}

/** How the identity of a store logs in. Resolves its credentials at once; throws SecretError when they are missing or unusable. */
export async function loginOf(
  config: AzureKvConfig,
  cloud: Cloud,
  { http, direct }: LoginTransports,
  context: OpenContext,
): Promise<Login> {
  if (config.authType === 'ManagedIdentity') {
    return managedIdentityLogin({ resource: cloud.vaultResource, identityId: config.identityId }, { ...context, http: direct })
  }
  const application = await (config.authType === 'ServicePrincipal' ? servicePrincipal : workloadIdentity)(config, context)
  return entraIdLogin(application, { http, cloud, clock: context.clock })
}
