import { SecretError } from '../../model/secret-error.ts'
import type { SecretValue } from '../../model/secret-value.ts'
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../http-client.ts'
import type { OpenContext } from '../provider.ts'
import { clientCertificate, trustedCa } from '../tls-material.ts'
import { type KubernetesConfig, serverOf } from './config-schema.ts'
import { readKubeconfig } from './kubeconfig.ts'
import { serverUrl } from './server-url.ts'

export const STORE_FIELD = 'spec.provider.kubernetes'

/** One API server and one identity there. */
export interface KubeConnection {
  readonly server: URL
  readonly http: HttpClient
  /** The headers that log in now; a token of a ServiceAccount is asked for anew each time, whoever gives it knows how long it lives. */
  login(): Promise<Readonly<Record<string, string>>>
}

interface Identity {
  readonly login: KubeConnection['login']
  readonly tls?: Pick<HttpClientOptions, 'clientCertificate'>
}

/** Throws SecretError; nobody has been asked yet but for credentials. */
export async function connectToKube(config: KubernetesConfig, context: OpenContext): Promise<KubeConnection> {
  const { authRef } = config
  if (authRef) return byKubeconfig({ ...authRef, key: authRef.key ?? 'config' }, context)
  const named = serverOf(config)
  const server = serverUrl(named.url)
  if (!server) throw new SecretError('InvalidSpec', 'no URL of an API server', { place: { field: `${STORE_FIELD}.server.url` } })
  const ca = await trustedCa(named, context.credentials, `${STORE_FIELD}.server`)
  const { login, tls } = await identityOf(config, context)
  await login()
  return { server, http: httpOf(context, { ...(ca !== undefined && { ca }), ...tls }), login }
}

async function byKubeconfig(
  selector: Parameters<OpenContext['credentials']['secretKey']>[0],
  context: OpenContext,
): Promise<KubeConnection> {
  const field = `${STORE_FIELD}.authRef`
  const {
    server,
    ca,
    token,
    clientCertificate: pair,
  } = await readKubeconfig(textOf(await context.credentials.secretKey(selector, field)), field)
  const certificate = pair && clientCertificate(pair.cert, pair.key, field)
  const headers = token === undefined ? {} : bearer(token, field)
  const tls = { ...(ca !== undefined && { ca }), ...(certificate && { clientCertificate: certificate }) }
  return { server, http: httpOf(context, tls), login: async () => headers }
}

async function identityOf({ auth = {} }: KubernetesConfig, { credentials }: OpenContext): Promise<Identity> {
  const { cert, token, serviceAccount } = auth
  if (serviceAccount) {
    const field = `${STORE_FIELD}.auth.serviceAccount`
    return { login: async () => bearer(textOf(await credentials.serviceAccountToken(serviceAccount, field)), field) }
  }
  if (token) {
    const field = `${STORE_FIELD}.auth.token.bearerToken`
    const { bearerToken } = token
    const value = await credentials.secretKey({ ...bearerToken, key: bearerToken.key ?? 'token' }, field)
    const headers = bearer(textOf(value), field)
    return { login: async () => headers }
  }
  if (!cert) throw new SecretError('InvalidSpec', 'no auth provider given', { place: { field: `${STORE_FIELD}.auth` } })
  const field = `${STORE_FIELD}.auth.cert`
  const { clientCert, clientKey } = cert
  const certificate = await credentials.secretKey({ ...clientCert, key: clientCert.key ?? 'tls.crt' }, `${field}.clientCert`)
  const key = await credentials.secretKey({ ...clientKey, key: clientKey.key ?? 'tls.key' }, `${field}.clientKey`)
  return { login: async () => ({}), tls: { clientCertificate: clientCertificate(textOf(certificate), textOf(key), field) } }
}

function httpOf(
  { environment, mayConnect, extraCa }: OpenContext,
  tls: Pick<HttpClientOptions, 'ca' | 'clientCertificate'>,
): HttpClient {
  return createHttpClient({ environment, mayConnect, ...(extraCa !== undefined && { extraCa }), ...tls })
}

/** A token without the white space around it that files tend to end in. */
function bearer(text: string, field: string): Readonly<Record<string, string>> {
  const token = text.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return { authorization: `Bearer ${token}` }
  throw new SecretError('InvalidSpec', 'the token is empty or has characters that none can have', { place: { field } })
}

function textOf(value: SecretValue): string {
  return new TextDecoder().decode(value.reveal())
}
