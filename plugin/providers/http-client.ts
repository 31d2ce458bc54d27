import { lookup as dnsLookup } from 'node:dns'
import { lookup } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext, TLSSocket } from 'node:tls'
import { proxyEnvironment } from '../model/proxy-environment.ts'
import { SecretError } from '../model/secret-error.ts'

/** One exchange. No redirect is ever followed (R5): an SDK or provider sees the 3xx and calls it a failure. */
export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
  readonly signal: AbortSignal
  /** Of an answer: the request goes over that connection, or fails as Unavailable before a byte of it is sent. */
  readonly connection?: HttpConnection | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** What it came over. A client whose calls follow one another keeps to one connection an origin, as long as the server does. */
  readonly connection?: HttpConnection
}

/** A connection to a server, for logins that belong to one. */
export class HttpConnection {
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  isOf(socket: Socket): boolean {
    return this.#socket === socket
  }

  /** DER; `undefined` without TLS, or when the connection is gone. */
  serverCertificate(): Uint8Array | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket.getPeerX509Certificate()?.raw : undefined
  }
}

/** An answer that lasts: its body comes piece by piece, and whoever takes it bounds it. */
export interface HttpStream extends Omit<HttpAnswer, 'body'> {
  /** Throws as {@link HttpClient.send}; leaving it ends the connection. */
  readonly chunks: AsyncIterable<Uint8Array>
}

export interface HttpClient {
  /** Throws SecretError Unavailable (with the remedy) when there is no answer; any status is an answer. */
  send(request: HttpRequest): Promise<HttpAnswer>
  /** The same, as soon as the head of the answer is there; the signal counts until its end. */
  open(request: HttpRequest): Promise<HttpStream>
  /** Ends idle connections. */
  close(): void
}

export interface HttpClientOptions {
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` are taken from here. */
  readonly environment: ReadonlyMap<string, string>
  /** PEM; replaces the system's authorities. `NODE_EXTRA_CA_CERTS` is Node's own affair. */
  readonly ca?: string
  /** PEM of authorities beside those of the system or of `ca`. */
  readonly extraCa?: string
  /** R5: asked before a connection is made; see `OpenContext.mayConnect`. */
  readonly mayConnect?: ((host: string, address: string) => boolean) | undefined
  /** PEM of a client certificate and its key. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string }
}

/** R5: bodies are capped. The largest answers are a batch of 20 secrets of 64 KiB from AWS and a secret of 1 MiB from Vault. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024

/** When the silent peer of a stream is asked whether it is there, in milliseconds. */
const PROBE_AFTER_MS = 15_000

/**
 * The one HTTP transport beneath every provider's SDK: keep-alive, proxies, size cap, no redirects.
 * It has as many connections as calls under way; call-runner.ts bounds those.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agentOptions = { keepAlive: true, proxyEnv: proxyEnvironment(options.environment) }
  const agents = new Map<string, http.Agent | https.Agent>()

  function agentFor({ protocol }: URL): http.Agent | https.Agent {
    const known = agents.get(protocol)
    if (known) return known
    const made = protocol === 'http:' ? new http.Agent(agentOptions) : new https.Agent({ ...agentOptions, ...ownTls(options) })
    agents.set(protocol, made)
    return made
  }

  async function answered<T>(request: HttpRequest, take: (incoming: http.IncomingMessage) => T | Promise<T>): Promise<T> {
    try {
      await checkDestination(request.url, options)
      return await take(await begin(request, agentFor(request.url), options.mayConnect))
    } catch (thrown) {
      throw transportError(thrown, request.url)
    }
  }

  return {
    send: (request) => answered(request, async (incoming) => ({ ...headOf(incoming), body: await bodyOf(incoming) })),
    open: (request) =>
      answered(request, (incoming) => {
        incoming.socket.setKeepAlive(true, PROBE_AFTER_MS)
        return { ...headOf(incoming), chunks: chunksOf(incoming, request.url) }
      }),
    close() {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

/**
 * The certificates as one ready context: an agent that gets them as options parses them for every connection, and joins all of them
 * into the name of the connection for every request. Nothing where Node's own list is right.
 */
function ownTls({ ca, extraCa, clientCertificate }: HttpClientOptions): { readonly secureContext?: SecureContext } {
  if (ca === undefined && extraCa === undefined && !clientCertificate) return {}
  const own = ca === undefined ? getCACertificates('default') : [ca]
  return { secureContext: createSecureContext({ ca: extraCa === undefined ? own : [...own, extraCa], ...clientCertificate }) }
}

/** No connection goes there: who may have this address may have any. */
const UNSPECIFIED = '0.0.0.0'

/**
 * R5. A name is looked at where the connection is made ({@link guardedLookup}), so that nothing can change in between. An address in place of a
 * name is never looked up, and a proxy looks names up itself: these are checked here. A name that only the proxy knows has to be listed.
 */
async function checkDestination(url: URL, { mayConnect, environment }: HttpClientOptions): Promise<void> {
  if (!mayConnect || mayConnect(url.host, UNSPECIFIED)) return
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const usesProxy = Object.keys(proxyEnvironment(environment)).some((variable) => !/no_proxy/i.test(variable))
  const addresses = isIP(name) !== 0 ? [name] : usesProxy ? (await lookup(name, { all: true })).map(({ address }) => address) : []
  const refused = addresses.find((address) => !mayConnect(url.host, address))
  if (refused !== undefined) throw privateAddress(url.host)
}

/** Node's lookup, with the word of the policy about every address that it found. */
function guardedLookup(host: string, mayConnect: (host: string, address: string) => boolean): LookupFunction {
  return (name, options, callback) => {
    dnsLookup(name, { ...options, all: true }, (error, addresses) => {
      if (error) callback(error, [])
      else if (addresses.some(({ address }) => !mayConnect(host, address))) callback(privateAddress(host), [])
      else if (options.all) callback(null, addresses)
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family)
    })
  }
}

function privateAddress(host: string): SecretError {
  return new SecretError('AccessDenied', `${host} is named in Git and has a private address`, {
    lasting: true,
    remedy: `have the administrator add ${host} to hosts of the rule that allows this store`,
  })
}

/** Sends, and gives the answer as soon as its head is there. */
function begin(
  request: HttpRequest,
  agent: http.Agent | https.Agent,
  mayConnect: HttpClientOptions['mayConnect'],
): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const start = request.url.protocol === 'http:' ? http.request : https.request
  const outgoing = start(request.url, {
    method: request.method,
    headers: request.headers,
    agent,
    signal: request.signal,
    ...(mayConnect && { lookup: guardedLookup(request.url.host, mayConnect) }),
  })
  outgoing.on('error', reject)
  outgoing.on('socket', (socket) => {
    if (request.connection && !request.connection.isOf(socket)) outgoing.destroy(connectionLost(request.url))
  })
  outgoing.on('response', resolve)
  outgoing.end(request.body)
  return promise
}

function bodyOf(incoming: http.IncomingMessage): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const chunks: Buffer[] = []
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size > MAX_BODY_BYTES) incoming.destroy(new BodyTooLarge())
  })
  incoming.on('error', reject)
  incoming.on('end', () => resolve(Buffer.concat(chunks)))
  return promise
}

async function* chunksOf(incoming: http.IncomingMessage, url: URL): AsyncGenerator<Uint8Array> {
  try {
    yield* incoming as AsyncIterable<Uint8Array>
  } catch (thrown) {
    throw transportError(thrown, url)
  } finally {
    incoming.destroy()
  }
}

/** To be called before the body has ended: then an answer has no socket any more. */
function headOf(incoming: http.IncomingMessage): Omit<HttpAnswer, 'body'> {
  return { status: incoming.statusCode ?? 0, headers: flatHeaders(incoming), connection: new HttpConnection(incoming.socket) }
}

function flatHeaders(incoming: http.IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
}

function connectionLost({ host }: URL): SecretError {
  return new SecretError('Unavailable', `${host} ended the connection in the middle of the login`, {
    remedy:
      'see whether the server, or what is in front of it, keeps connections open: the login needs one for all of its requests',
  })
}

class BodyTooLarge extends Error {}

/** Node's error codes of a chain or name that cannot be trusted (node:tls, X509 verification errors). */
const UNTRUSTED = /^(CERT_|ERR_TLS_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO|ERR_SSL_|ERR_OSSL_)/

/** What a transport failure means. Names the host and Node's code, never what was sent or received. */
function transportError(thrown: unknown, url: URL): SecretError {
  if (thrown instanceof SecretError) return thrown
  if (thrown instanceof BodyTooLarge) {
    return new SecretError('Unavailable', `${url.host} sent more than ${MAX_BODY_BYTES} bytes`, {
      lasting: true,
      remedy: 'check that this is the right endpoint',
    })
  }
  const code = errorCode(thrown)
  if (UNTRUSTED.test(code)) {
    return new SecretError('Unavailable', `the TLS connection to ${url.host} failed (${code})`, {
      lasting: true,
      remedy: "give the server's authority by the store's caBundle or caProvider, or by NODE_EXTRA_CA_CERTS",
    })
  }
  return new SecretError('Unavailable', `cannot reach ${url.host} (${code})`, {
    remedy: 'check the endpoint, DNS, proxy and network policy of this process',
  })
}

function errorCode(thrown: unknown): string {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code
  if (thrown instanceof AggregateError) return errorCode(thrown.errors[0])
  return thrown instanceof Error ? thrown.name : 'unknown'
}
