import type { AwsApi } from '../providers/aws/api.ts'
import { callLimits } from '../providers/aws/call-limits.ts'
import type { ClientSettings } from '../providers/aws/client-settings.ts'
import { checkAwsConfig } from '../providers/aws/config-rules.ts'
import type { AwsConfig } from '../providers/aws/config-schema.ts'
import { connectAws } from '../providers/aws/connection.ts'
import type { AwsService } from '../providers/aws/endpoints.ts'
import type { Attempt } from '../providers/aws/explain.ts'
import { serviceCalls } from '../providers/aws/service-calls.ts'
import { createCallRunner } from '../providers/call-runner.ts'
import { borrowedLogin } from './borrowed-login.ts'
import type { GeneratorContext } from './generator.ts'

/** Who a generator is to AWS. */
export type AwsCaller = Pick<AwsConfig, 'region' | 'auth' | 'role'>

/** What is wrong with the fields that say so, together; paths are below `spec`. */
export function checkAwsCaller(caller: AwsCaller): ReturnType<typeof checkAwsConfig> {
  return checkAwsConfig(storeOf(caller))
}

/** One call of a service, in the name of `caller`: logged in as a store does, retried and explained. Throws SecretError. */
export async function callAws<Api extends AwsApi, Answer>(
  { service, caller, attempt }: { readonly service: AwsService; readonly caller: AwsCaller; readonly attempt: Attempt },
  context: GeneratorContext,
  apiOf: (settings: ClientSettings) => Promise<Api>,
  send: (api: Api, signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  return await borrowedLogin([['spec.provider.aws', 'spec']], context, async (opening) => {
    const { settings, identity, close } = connectAws(service, storeOf(caller), opening)
    try {
      const api = await apiOf(settings)
      const runner = createCallRunner(callLimits(opening, service), context.clock, context.random)
      const calls = serviceCalls(api, identity, runner)
      await calls.login(signal)
      return await calls.call(attempt, (attemptSignal) => send(api, attemptSignal), signal)
    } finally {
      await close()
    }
  })
}

/** The store whose calls the same identity signs; the service is one that its login does not look at. */
function storeOf({ region, auth, role }: AwsCaller): AwsConfig {
  return { service: 'SecretsManager', region, auth, role, sessionTagsPolicy: 'None' }
}
