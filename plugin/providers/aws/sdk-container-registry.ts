import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import type { ContainerRegistryApi } from './api.ts'
import { failing } from './aws-failure.ts'
import type { ClientSettings } from './client-settings.ts'
import { registryToken } from './registry-token.ts'

/** The private registry of an account and region. */
export function containerRegistryApi(settings: ClientSettings): ContainerRegistryApi {
  const client = new ECRClient(settings)
  return {
    async authorizationToken(abortSignal) {
      const { authorizationData } = await failing(client.send(new GetAuthorizationTokenCommand({}), { abortSignal }))
      return registryToken(authorizationData?.[0])
    },
    async findCredentials() {
      await failing(client.config.credentials())
    },
  }
}
