import { ECRPUBLICClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr-public'
import type { ContainerRegistryApi } from './api.ts'
import { failing } from './aws-failure.ts'
import type { ClientSettings } from './client-settings.ts'
import { registryToken } from './registry-token.ts'

/** The public gallery, which is asked in us-east-1 alone. */
export function publicRegistryApi(settings: ClientSettings): ContainerRegistryApi {
  const client = new ECRPUBLICClient(settings)
  return {
    async authorizationToken(abortSignal) {
      const { authorizationData } = await failing(client.send(new GetAuthorizationTokenCommand({}), { abortSignal }))
      return registryToken(authorizationData)
    },
    async findCredentials() {
      await failing(client.config.credentials())
    },
  }
}
