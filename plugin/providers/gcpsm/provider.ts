import { createCallRunner, DEFAULT_MAX_RETRIES } from '../call-runner.ts'
import type { OpenContext, Provider } from '../provider.ts'
import { Refusals } from '../refusals.ts'
import { chooseLogin } from './auth/choose-login.ts'
import type { GoogleHttp } from './auth/google-http.ts'
import { readMetadata } from './auth/metadata-server.ts'
import { createTokenCache } from './auth/token-cache.ts'
import { type GcpSmConfig, gcpSmConfig } from './config.ts'
import { type Connection, connectGoogle } from './connection.ts'
import { type DetectorParts, gcpSmDetector } from './detect.ts'
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

type Parts = Omit<DetectorParts, 'refusals'> & ReaderParts

/** What reading and looking have in common. */
async function connect(config: GcpSmConfig, context: OpenContext): Promise<Parts> {
  const connection = connectGoogle(config, context)
  try {
    return await logInWith(config, context, connection)
  } catch (thrown) {
    connection.close()
    throw thrown
  }
}

async function logInWith(config: GcpSmConfig, context: OpenContext, { google, close }: Connection): Promise<Parts> {
  const { clock, random, environment, callTimeoutMs, pace } = context
  const { endpoints, http } = google
  const location = config.location || undefined
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
