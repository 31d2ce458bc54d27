import { createCallRunner, DEFAULT_MAX_RETRIES } from '../call-runner.ts'
import { createHttpClient, type HttpClientOptions } from '../http-client.ts'
import type { OpenContext } from '../provider.ts'
import { clientCertificate, trustedCa } from '../tls-material.ts'
import type { VaultApi } from './api.ts'
import type { VaultConfig } from './config-schema.ts'
import { type Authentication, chooseAuthentication } from './login/choose-login.ts'
import { full, STORE_FIELD, type StoreCredentials, storeCredentials } from './login/store-credentials.ts'
import type { VaultReaderOptions } from './reader.ts'
import { givenSession, LoginSession, type Session } from './session.ts'

export type Connection = Pick<VaultReaderOptions, 'api' | 'session' | 'runner' | 'mount' | 'namespace'>

/** What reading, looking and asking for dynamic secrets have in common. Throws SecretError; nobody has logged in yet. */
export async function connectVault(config: VaultConfig, context: OpenContext): Promise<Connection> {
  const credentials = storeCredentials(context.credentials)
  noteWithoutEffect(config, context)
  const authentication = await chooseAuthentication(config.auth, credentials, context)
  const api = await apiOf(config, await tlsOf(config, authentication, credentials, context), context)
  const { concurrency, callTimeoutMs, clock, random, store, pace } = context
  const limits = { concurrency, callTimeoutMs, pace, ...retriesOf(store.retry) }
  return {
    api,
    session: sessionOf(config, authentication, api, context),
    runner: createCallRunner(limits, clock, random),
    mount: { path: config.path, version: config.version },
    namespace: config.namespace,
  }
}

async function apiOf(config: VaultConfig, tls: Tls, { environment, extraCa, mayConnect }: OpenContext): Promise<VaultApi> {
  const { createVaultApi } = await import('./sdk.ts')
  const options = {
    server: config.server,
    namespace: config.namespace,
    loginNamespace: config.auth?.namespace ?? config.namespace,
    headers: config.headers ?? {},
    readYourWrites: config.readYourWrites ?? false,
    forwardInconsistent: config.forwardInconsistent ?? false,
  }
  return createVaultApi(options, createHttpClient({ environment, mayConnect, ...(extraCa !== undefined && { extraCa }), ...tls }))
}

function sessionOf(config: VaultConfig, authentication: Authentication, api: VaultApi, { clock, logger }: OpenContext): Session {
  if (authentication.kind === 'none') return givenSession(undefined)
  if (authentication.kind === 'token') return givenSession(authentication.token)
  const namespace = config.auth?.namespace ?? config.namespace
  return new LoginSession({ api, method: authentication.method, namespace, clock, logger })
}

type Tls = Pick<HttpClientOptions, 'ca' | 'clientCertificate'>

/** Whom to trust and what to show. The certificate of a login by certificate takes the place of the one of `tls`. */
async function tlsOf(
  config: VaultConfig,
  authentication: Authentication,
  credentials: StoreCredentials,
  context: OpenContext,
): Promise<Tls> {
  const authorities = await trustedCa(config, context.credentials, STORE_FIELD)
  const ca: Tls = authorities === undefined ? {} : { ca: authorities }
  const { clientCert, secretRef } = config.auth?.cert ?? {}
  if (logsInBy('auth.cert', authentication) && clientCert && secretRef) {
    const cert = await credentials.text(clientCert, 'auth.cert.clientCert', 'tls.crt')
    const key = await credentials.text(secretRef, 'auth.cert.secretRef', 'tls.key')
    return { ...ca, clientCertificate: clientCertificate(cert, key, full('auth.cert')) }
  }
  const { certSecretRef, keySecretRef } = config.tls ?? {}
  if (!certSecretRef || !keySecretRef) return ca
  const cert = await credentials.text(certSecretRef, 'tls.certSecretRef', 'tls.crt')
  const key = await credentials.text(keySecretRef, 'tls.keySecretRef', 'tls.key')
  return { ...ca, clientCertificate: clientCertificate(cert, key, full('tls')) }
}

function logsInBy(field: string, authentication: Authentication): boolean {
  return authentication.kind === 'login' && authentication.method.field === full(field)
}

/** `spec.retrySettings` as Vault's client takes them: without a number there are no retries (external-secrets.md 5.1). */
function retriesOf(retry: OpenContext['store']['retry']): { readonly maxRetries: number; readonly retryIntervalMs?: number } {
  if (!retry) return { maxRetries: DEFAULT_MAX_RETRIES }
  return { maxRetries: retry.maxRetries ?? 0, ...(retry.intervalMs !== undefined && { retryIntervalMs: retry.intervalMs }) }
}

function noteWithoutEffect({ auth }: VaultConfig, { logger, store }: OpenContext): void {
  if (auth?.jwt?.kubernetesServiceAccountToken?.expirationSeconds === undefined) return
  logger.warn(
    'expirationSeconds has no effect: the token of the ServiceAccount is a mounted one, which lives as long as it was made to',
    {
      store: store.name,
      field: full('auth.jwt.kubernetesServiceAccountToken.expirationSeconds'),
    },
  )
}
