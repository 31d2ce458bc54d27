import { createHttpClient } from '../http-client.ts'
import type { OpenContext } from '../provider.ts'
import { type ClientSettings, clientSettings, signedWith } from './client-settings.ts'
import type { AwsConfig } from './config-schema.ts'
import type { AwsService } from './endpoints.ts'
import type { Identity } from './identity.ts'
import { identityOf } from './login.ts'

/** What a client of one service is made with, and whose credentials sign its calls. */
export interface Connection {
  readonly settings: ClientSettings
  /** `undefined` where the SDK's own chain finds them. */
  readonly identity: Identity | undefined
  readonly close: () => Promise<void>
}

/** Throws SecretError InvalidSpec; nobody is asked yet. */
export function connectAws(service: AwsService, config: AwsConfig, context: OpenContext): Connection {
  const { environment, extraCa } = context
  const http = createHttpClient({ environment, ...(extraCa !== undefined && { extraCa }) })
  const identity = identityOf(config, context, http)
  const settings = clientSettings(service, config.region, context, http)
  return {
    settings: identity ? signedWith(settings, identity.held) : settings,
    identity,
    async close() {
      identity?.close()
      http.close()
    },
  }
}
