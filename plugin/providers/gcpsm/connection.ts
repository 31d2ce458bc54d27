import { createHttpClient } from '../http-client.ts'
import type { OpenContext } from '../provider.ts'
import type { GoogleHttp } from './auth/google-http.ts'
import type { GcpSmConfig } from './config.ts'
import { type Endpoints, endpointsFor } from './endpoints.ts'

/** The ways to Google. */
export interface Connection {
  readonly google: GoogleHttp
  readonly close: () => void
}

/** Throws SecretError InvalidSpec; nobody is asked yet. */
export function connectGoogle(config: Pick<GcpSmConfig, 'location'>, context: OpenContext): Connection {
  const { environment, extraCa, clock } = context
  // An empty location is none: templates of manifests leave such fields behind.
  const endpoints = endpointsFor(config.location || undefined, environment)
  const http = createHttpClient({
    environment,
    mayConnect: guardOf(endpoints, context),
    ...(extraCa !== undefined && { extraCa }),
  })
  const direct = createHttpClient({ environment: new Map() })
  return {
    google: { http, direct, endpoints, clock },
    close() {
      http.close()
      direct.close()
    },
  }
}

/**
 * Google's own hosts, which no store can change, may have private addresses (Private Service Connect). What is left is the URL of a credential
 * configuration.
 */
function guardOf({ secretManager, ...others }: Endpoints, { mayConnect }: OpenContext): OpenContext['mayConnect'] {
  if (!mayConnect) return undefined
  const own = new Set([secretManager.host, ...Object.values(others).map((url) => new URL(url).host)])
  return (host, address) => own.has(host) || mayConnect(host, address)
}
