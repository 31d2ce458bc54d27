import type { HttpClient } from '../http-client.ts'
import type { OpenContext } from '../provider.ts'
import type { AwsCredentials } from './api.ts'
import { type AwsService, endpointFor } from './endpoints.ts'
import { requestHandler, type SdkRequestHandler } from './request-handler.ts'

/** What every client of the SDK is made with. Whatever is given here the SDK does not look up in files and environment. */
export interface ClientSettings {
  readonly region: string
  readonly endpoint?: string
  readonly requestHandler: SdkRequestHandler
  /** Absent: the SDK's own chain. */
  readonly credentials?: CredentialsProvider
  /** One attempt: the CallRunner alone retries. */
  readonly maxAttempts: 1
  readonly retryMode: 'standard'
  readonly defaultsMode: 'standard'
  readonly authSchemePreference: string[]
  readonly useFipsEndpoint: boolean
  readonly useDualstackEndpoint: boolean
  readonly userAgentAppId: string
  readonly logger: SilentLogger
}

/** `memoized` keeps the SDK from a cache of its own, with a clock of its own. */
export type CredentialsProvider = (() => Promise<AwsCredentials>) & { readonly memoized: true }

/** The SDK warns on the console unless it has a logger. */
interface SilentLogger {
  trace(): void
  debug(): void
  info(): void
  warn(): void
  error(): void
}

const nothing = (): void => undefined
const silent: SilentLogger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing }

/** Throws SecretError InvalidSpec for an endpoint that is no URL. */
export function clientSettings(
  service: AwsService,
  region: string,
  { environment }: Pick<OpenContext, 'environment'>,
  http: HttpClient,
): ClientSettings {
  const endpoint = endpointFor(service, environment)
  return {
    region,
    ...(endpoint !== undefined && { endpoint }),
    requestHandler: requestHandler(http),
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    authSchemePreference: [],
    // The SDK refuses these two beside an endpoint of one's own.
    useFipsEndpoint: endpoint === undefined && environment.get('AWS_USE_FIPS_ENDPOINT') === 'true',
    useDualstackEndpoint: endpoint === undefined && environment.get('AWS_USE_DUALSTACK_ENDPOINT') === 'true',
    userAgentAppId: 'argocd-external-secrets',
    logger: silent,
  }
}

/** Settings whose requests are signed with what `held` gives at that moment. */
export function signedWith(settings: ClientSettings, held: () => AwsCredentials): ClientSettings {
  return { ...settings, credentials: Object.assign(async () => held(), { memoized: true as const }) }
}
