import { createCallRunner, DEFAULT_MAX_RETRIES } from '../../call-runner.ts'
import { createHttpClient } from '../../http-client.ts'
import type { OpenContext } from '../../provider.ts'
import { cloudOf, guardOf } from '../cloud.ts'
import type { AzureKvConfig } from '../config.ts'
import type { AccessToken } from './access-token.ts'
import { loginOf } from './login-of.ts'

/** A token for `resource`, without a slash at its end, of whoever such a store logs in as. Throws SecretError. */
export async function obtainToken(
  config: AzureKvConfig,
  resource: string,
  context: OpenContext,
  signal: AbortSignal,
): Promise<AccessToken> {
  const { environment, extraCa, callTimeoutMs, clock, random } = context
  const cloud = cloudOf(config, environment)
  const http = createHttpClient({
    environment,
    mayConnect: guardOf(config, cloud, context),
    ...(extraCa !== undefined && { extraCa }),
  })
  const direct = createHttpClient({ environment: new Map() })
  try {
    const login = await loginOf(config, { ...cloud, vaultResource: resource }, { http, direct }, context)
    const runner = createCallRunner({ concurrency: 1, callTimeoutMs, maxRetries: DEFAULT_MAX_RETRIES }, clock, random)
    return await runner.run(login, signal)
  } finally {
    http.close()
    direct.close()
  }
}
