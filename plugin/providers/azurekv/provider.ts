import { createCallRunner, DEFAULT_MAX_RETRIES } from '../call-runner.ts'
import type { ChangeDetector } from '../change-detector.ts'
import { createHttpClient } from '../http-client.ts'
import { LoginCache } from '../login-cache.ts'
import { opaqueVersion } from '../opaque-version.ts'
import type { OpenContext, Provider } from '../provider.ts'
import { Refusals } from '../refusals.ts'
import { authorisedHttp } from './authorised-http.ts'
import { cloudOf, guardOf } from './cloud.ts'
import { type AzureKvConfig, azureKvConfig } from './config.ts'
import { azureKvDetector } from './detect.ts'
import { KeyVault } from './key-vault.ts'
import type { AccessToken } from './login/access-token.ts'
import { loginOf } from './login/login-of.ts'
import { AzureKvReader, type ReaderParts } from './reader.ts'
import type { ListingParts } from './secret-pages.ts'
import { extract, select } from './select.ts'
import { azureKvTenancy } from './tenancy.ts'

/** Azure Key Vault (external-secrets.md 7.2). */
export const azurekv: Provider<AzureKvConfig> = {
  id: 'azurekv',
  config: azureKvConfig,
  open,
  detect,
  select,
  extract,
  tenancy: azureKvTenancy,
  // Key Vault's 404 is the same for a secret and its tags; a missing property or tag is an error (external-secrets.md 3.5, 7.2).
  meansAbsent: (_ref, step) => step === 'fetch',
}

async function open(config: AzureKvConfig, context: OpenContext): Promise<AzureKvReader> {
  const connection = await connect(config, context)
  const tagKey = context.random.bytes(32)
  return new AzureKvReader({
    ...connection,
    vault: new KeyVault(config.vaultUrl, connection.send),
    nameBytes: (bytes) => opaqueVersion(tagKey, bytes),
    metadataForm: config.useAzureSDK ? 'tags' : 'tags and attributes',
  })
}

async function detect(config: AzureKvConfig, context: OpenContext): Promise<ChangeDetector> {
  const connection = await connect(config, context)
  return azureKvDetector({ ...connection, clock: context.clock, refusals: new Refusals(context) })
}

/** What reading and looking have in common. */
async function connect(config: AzureKvConfig, context: OpenContext): Promise<Connection> {
  const { clock, random, environment, extraCa, store, pace } = context
  const limits = {
    concurrency: context.concurrency,
    callTimeoutMs: context.callTimeoutMs,
    maxRetries: store.retry?.maxRetries ?? DEFAULT_MAX_RETRIES,
    ...(store.retry?.intervalMs !== undefined && { retryIntervalMs: store.retry.intervalMs }),
    pace,
  }
  const cloud = cloudOf(config, environment)
  const mayConnect = guardOf(config, cloud, context)
  const http = createHttpClient({ environment, mayConnect, ...(extraCa !== undefined && { extraCa }) })
  const direct = createHttpClient({ environment: new Map() })
  const login = await loginOf(config, cloud, { http, direct }, context)
  // Apart from the calls for data: one of those that waits for a token holds a slot of its own runner.
  const logins = createCallRunner({ ...limits, concurrency: 1 }, clock, random)
  const tokens = new LoginCache<AccessToken>(
    { login: (signal) => logins.run(login, signal), expiresAtMs: (token) => token.expiresAtMs },
    clock,
  )
  return {
    send: authorisedHttp(http, tokens),
    tokens,
    runner: createCallRunner(limits, clock, random),
    vaultUrl: config.vaultUrl,
    host: new URL(config.vaultUrl).host,
    close() {
      http.close()
      direct.close()
    },
  }
}

type Connection = ListingParts & Pick<ReaderParts, 'tokens' | 'close'>
