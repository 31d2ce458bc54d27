import { createCallRunner, DEFAULT_MAX_RETRIES } from '../call-runner.ts'
import { createHttpClient } from '../http-client.ts'
import type { OpenContext, Provider } from '../provider.ts'
import { Refusals } from '../refusals.ts'
import { chooseLogin } from './auth/choose-login.ts'
import type { GoogleHttp } from './auth/google-http.ts'
import { readMetadata } from './auth/metadata-server.ts'
import { createTokenCache } from './auth/token-cache.ts'
import { type GcpSmConfig, gcpSmConfig } from './config.ts'
import { type DetectorParts, gcpSmDetector } from './detect.ts'
import { endpointsFor } from './endpoints.ts'
import { checkSearch } from './find-secrets.ts'
import { createReader, type ReaderParts } from './reader.ts'
import { checkProject, type SecretScope } from './resource-names.ts'
import { extractOf, selectOf } from './select.ts'
import { gcpSmTenancy } from './tenancy.ts'

/** Methods about secrets instead of payloads have a quota of 600 a minute (limits-and-threats.md 1.5): ten a second at 200 ms each. */
const METADATA_CONCURRENCY = 2

/** Google Cloud Secret Manager, over REST (external-secrets.md 7.3). */
export const gcpsm: Provider<GcpSmConfig> = {
  id: 'gcpsm',
  config: gcpSmConfig,
  tenancy: gcpSmTenancy,
  open: async (config, context) => createReader(await connect(config, context)),
  detect: async (config, context) => gcpSmDetector({ ...(await connect(config, context)), refusals: new Refusals(context) }),
  select: selectOf,
  extract: extractOf,
  convertsFoundNames: true,
  checkSearch,
  // A missing property is an error there, never "no such secret" (external-secrets.md 3.5).
  meansAbsent: (_ref, step) => step === 'fetch',
}

/**
 * Google's own hosts, which no store can change, may have private addresses (Private Service Connect). What is left is the URL of a credential
 * configuration.
 */
function guardOf({ location }: GcpSmConfig, { environment, mayConnect }: OpenContext): OpenContext['mayConnect'] {
  if (!mayConnect) return undefined
  const { secretManager, ...others } = endpointsFor(location || undefined, environment)
  const own = new Set([secretManager.host, ...Object.values(others).map((url) => new URL(url).host)])
  return (host, address) => own.has(host) || mayConnect(host, address)
}

type Parts = Omit<DetectorParts, 'refusals'> & ReaderParts

/** What reading and looking have in common. */
async function connect(config: GcpSmConfig, context: OpenContext): Promise<Parts> {
  const { environment, extraCa } = context
  const http = createHttpClient({
    environment,
    mayConnect: guardOf(config, context),
    ...(extraCa !== undefined && { extraCa }),
  })
  const direct = createHttpClient({ environment: new Map() })
  const close = (): void => {
    http.close()
    direct.close()
  }
  try {
    return await logInWith(config, context, { http, direct, close })
  } catch (thrown) {
    close()
    throw thrown
  }
}

interface Transports extends Pick<GoogleHttp, 'http' | 'direct'> {
  readonly close: () => void
}

async function logInWith(config: GcpSmConfig, context: OpenContext, { http, direct, close }: Transports): Promise<Parts> {
  const { clock, random, environment, callTimeoutMs, pace } = context
  // An empty location is none: templates of manifests leave such fields behind.
  const location = config.location || undefined
  const endpoints = endpointsFor(location, environment)
  const google: GoogleHttp = { http, direct, endpoints, clock }
  const login = await chooseLogin(google, config, context.credentials, environment)
  const tokens = createTokenCache(login.source, clock)
  const { createSecretManagerApi } = await import('./sdk.ts')
  const runner = (concurrency: number): ReturnType<typeof createCallRunner> =>
    createCallRunner({ concurrency, callTimeoutMs, maxRetries: DEFAULT_MAX_RETRIES, pace }, clock, random)
  return {
    api: createSecretManagerApi({ endpoint: endpoints.secretManager, http, tokens, quotaProject: login.quotaProject }),
    logIn: (signal) => tokens.get(signal),
    scope: scopeOf({ location, project: config.projectID || login.project || environment.get('GOOGLE_CLOUD_PROJECT') }, google),
    policy: config.secretVersionSelectionPolicy,
    runners: {
      access: runner(context.concurrency),
      metadata: runner(Math.min(context.concurrency, METADATA_CONCURRENCY)),
    },
    close,
  }
}

/**
 * The project: the store's, else the cluster's or the key's, else the environment's, else the metadata server's (external-secrets.md 7.3).
 * Throws SecretError InvalidSpec for what is no project's id.
 */
function scopeOf(
  { location, project }: { readonly location: string | undefined; readonly project: string | undefined },
  google: GoogleHttp,
): (signal: AbortSignal) => Promise<SecretScope> {
  let scope: SecretScope | undefined = project ? { project: checkProject(project), location } : undefined
  return async (signal) => {
    scope ??= { project: checkProject(await readMetadata(google, 'project/project-id', PROJECT_REMEDY, signal)), location }
    return scope
  }
}

const PROJECT_REMEDY = 'set spec.provider.gcpsm.projectID'
