import nodeVault from 'node-vault'
import type { HttpClient } from '../http-client.ts'
import type { VaultAnswer, VaultApi, VaultApiOptions } from './api.ts'
import { type ConsistentCall, createConsistency } from './consistency.ts'

/** A request as node-vault hands it to its HTTP library. */
interface OutgoingRequest {
  readonly method: string
  readonly uri: string
  readonly headers: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly signal: AbortSignal
}

/** What node-vault wants back. Its own idea of a failure quotes Vault's words, so it is told that all went well and we judge. */
interface RawAnswer {
  readonly statusCode: 200
  readonly body: VaultAnswer
  readonly request: { readonly path: '' }
}

type Call = (method: string, path: string, token: string | undefined, signal: AbortSignal, json?: unknown) => Promise<VaultAnswer>

/** node-vault over our own HTTP transport: no redirects, capped bodies, proxies, and neither its environment variables nor its debug output. */
export function createVaultApi(options: VaultApiOptions, http: HttpClient): VaultApi {
  const consistent = createConsistency(options)
  const call = caller(options, options.namespace, http, consistent)
  const callLogin = caller(options, options.loginNamespace, http, consistent)
  return {
    read: (path, token, signal) => call('GET', path, token, signal),
    list: (path, token, signal) => call('LIST', path, token, signal),
    write: (path, fields, token, signal) => call('POST', path, token, signal, fields),
    remove: (path, token, signal) => call('DELETE', path, token, signal),
    login: (path, fields, signal) => callLogin('POST', path, undefined, signal, fields),
    lookupSelf: (token, signal) => callLogin('GET', 'auth/token/lookup-self', token, signal),
    renewSelf: (token, signal) => callLogin('POST', 'auth/token/renew-self', token, signal, {}),
    revokeSelf: (token, signal) => callLogin('POST', 'auth/token/revoke-self', token, signal, {}),
    close: () => http.close(),
  }
}

function caller(options: VaultApiOptions, namespace: string | undefined, http: HttpClient, consistent: ConsistentCall): Call {
  const send = async (request: OutgoingRequest): Promise<RawAnswer> => {
    const body = await consistent(lowerCased(request.headers), (headers) => exchange(request, headers, http))
    return { statusCode: 200, body, request: { path: '' } }
  }
  const client = nodeVault({
    endpoint: options.server,
    'request-promise': { defaults: () => send },
    debug: () => undefined,
  })
  // node-vault fills these from VAULT_TOKEN, VAULT_NAMESPACE and VAULT_PREFIX: ambient words that a store did not ask for (R4).
  Object.assign(client, { token: '', namespace: namespace ?? '', pathPrefix: '' })
  return async (method, path, token, signal, json) => {
    const headers = {
      ...lowerCased(options.headers),
      'x-vault-request': 'true',
      ...(token !== undefined && { 'x-vault-token': token }),
    }
    const answer: VaultAnswer = await client.request({
      method,
      path: `/${path}`,
      headers,
      signal,
      ...(json !== undefined && { json }),
    })
    return answer
  }
}

async function exchange(
  request: OutgoingRequest,
  headers: Readonly<Record<string, string>>,
  http: HttpClient,
): Promise<VaultAnswer> {
  const hasBody = request.json !== undefined
  const {
    status,
    headers: answered,
    body,
  } = await http.send({
    method: request.method,
    url: new URL(request.uri),
    headers: { ...headers, accept: 'application/json', ...(hasBody && { 'content-type': 'application/json' }) },
    ...(hasBody && { body: JSON.stringify(request.json) }),
    signal: request.signal,
  })
  return { status, headers: answered, text: new TextDecoder().decode(body) }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
