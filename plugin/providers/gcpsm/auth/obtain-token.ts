import { createCallRunner, DEFAULT_MAX_RETRIES } from '../../call-runner.ts'
import type { OpenContext } from '../../provider.ts'
import type { GcpSmConfig } from '../config.ts'
import { connectGoogle } from '../connection.ts'
import type { AccessToken } from './access-token.ts'
import { chooseLogin } from './choose-login.ts'

/** A token of Google's for whoever the store logs in as, to hand on. Throws SecretError. */
export async function obtainToken(config: GcpSmConfig, context: OpenContext, signal: AbortSignal): Promise<AccessToken> {
  const { google, close } = connectGoogle(config, context)
  const { callTimeoutMs, clock, random, credentials, environment } = context
  const runner = createCallRunner({ concurrency: 1, callTimeoutMs, maxRetries: DEFAULT_MAX_RETRIES }, clock, random)
  try {
    const { source } = await chooseLogin({ ...google, tokensOfGoogle: true }, config, credentials, environment)
    return await runner.run((attempt) => source.obtain(attempt), signal)
  } finally {
    close()
  }
}
