import http from 'node:http'
import https from 'node:https'
import { createSecureContext, getCACertificates } from 'node:tls'
import { proxyEnvironment } from '../model/proxy-environment.ts'
import { type ApiAnswer, type ApiRequest, type ApiStream, type ApiTransport, TransportFailure } from './api-transport.ts'
import type { Impersonation } from './impersonation.ts'
import type { ClientCertificate, KubeCredential } from './kube-credentials.ts'
import type { KubeEndpoint } from './kube-endpoint.ts'

export interface TransportOptions {
  /** `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` are taken from here. */
  readonly environment: ReadonlyMap<string, string>
  /** PEM of authorities beside the endpoint's own or the system's. */
  readonly extraCa?: string | undefined
  /** From the moment that a request has a connection to the end of its answer. */
  readonly requestTimeoutMs: number
  /** Of requests at once; others wait. Streams have connections beside these. */
  readonly maxConnections: number
  readonly userAgent: string
}

/** Less than the 90 s after which the API server ends an idle connection (apiserver, IdleTimeout): a write never meets one that just ended. */
const IDLE_MS = 60_000
/** When a silent peer is asked whether it is there; Node then asks ten times, a second apart. */
const PROBE_AFTER_MS = 15_000

/** How OpenSSL names what another authority may vouch for (Node.js, X509 certificate error codes). */
const UNTRUSTED =
  /^(CERT_(SIGNATURE_FAILURE|UNTRUSTED|HAS_EXPIRED)|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|INVALID_CA)/

interface Agents {
  readonly requests: http.Agent
  readonly streams: http.Agent
  readonly certificate: ClientCertificate | undefined
  readonly ca: string | undefined
}

/** HTTP/1.1 over kept connections: as many as there are requests under way, up to `maxConnections`, and one for each stream. */
export function httpsTransport(endpoint: KubeEndpoint, options: TransportOptions): ApiTransport {
  const started = agentsOf(endpoint, options)
  const target = { address: addressOf(endpoint), impersonation: endpoint.impersonation, options }
  let agents: Agents | undefined

  /** Another client certificate or authority means other connections; those before end when they have been idle for {@link IDLE_MS}. */
  function agentsFor({ clientCertificate }: KubeCredential, ca: string | undefined): Agents {
    if (!agents || agents.certificate !== clientCertificate || agents.ca !== ca) agents = started(clientCertificate, ca)
    return agents
  }

  async function send(request: ApiRequest, how: Sending, signal: AbortSignal | undefined): Promise<http.IncomingMessage> {
    const ca = await authority(endpoint)
    try {
      return await sendTrusting(ca, request, how, signal)
    } catch (thrown) {
      // The server has seen nothing of it: the handshake comes first.
      if (typeof endpoint.ca !== 'object' || !isUntrusted(thrown)) throw thrown
      const now = await endpoint.ca.readAgain()
      if (now === ca) throw thrown
      return await sendTrusting(now, request, how, signal)
    }
  }

  async function sendTrusting(
    ca: string | undefined,
    request: ApiRequest,
    how: Sending,
    signal: AbortSignal | undefined,
  ): Promise<http.IncomingMessage> {
    const credential = await orAborted(endpoint.credentials.current(), signal)
    const answer = await begin(request, { ...how, ...target, credential, agents: agentsFor(credential, ca) }, signal)
    if (answer.statusCode !== 401) return answer
    endpoint.credentials.renew(credential)
    const renewed = await orAborted(endpoint.credentials.current(), signal)
    if (renewed === credential) return answer
    answer.resume()
    return await begin(request, { ...how, ...target, credential: renewed, agents: agentsFor(renewed, ca) }, signal)
  }

  return {
    async exchange(request, signal) {
      return await guarded(signal, async () => {
        const incoming = await send(request, { pool: 'requests', lifetimeMs: options.requestTimeoutMs }, signal)
        return { ...headOf(incoming), body: await textOf(incoming, request.maxBytes) }
      })
    },
    async open(request, lifetimeMs, signal): Promise<ApiStream> {
      const incoming = await guarded(signal, () => send(request, { pool: 'streams', lifetimeMs }, signal))
      return { ...headOf(incoming), chunks: chunksOf(incoming, signal) }
    },
    close() {
      agents?.requests.destroy()
      agents?.streams.destroy()
    },
  }
}

async function authority({ ca }: KubeEndpoint): Promise<string | undefined> {
  return typeof ca === 'object' ? await ca.current() : ca
}

function isUntrusted(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && UNTRUSTED.test(String(thrown.code))
}

/** A program that asks for credentials may never end: whoever has a deadline for its request has it for that, too. */
async function orAborted<T>(pending: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await pending
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(signal.reason)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([aborted, pending])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

interface Sending {
  readonly pool: 'requests' | 'streams'
  readonly lifetimeMs: number
}

interface Address {
  readonly protocol: string
  readonly hostname: string
  readonly port: string
  /** Of every path: empty unless the API server is behind one of its own. */
  readonly prefix: string
}

function addressOf({ server }: KubeEndpoint): Address {
  const { protocol, hostname, port, pathname } = new URL(server)
  return { protocol, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port, prefix: pathname.replace(/\/$/, '') }
}

interface Attempt extends Sending {
  readonly address: Address
  readonly impersonation: Impersonation | undefined
  readonly credential: KubeCredential
  readonly agents: Agents
  readonly options: TransportOptions
}

/** Sends, and gives the answer as soon as its head is there. Time is counted from when the request has a connection. */
function begin(
  request: ApiRequest,
  { pool, lifetimeMs, address, impersonation, credential, agents, options }: Attempt,
  signal: AbortSignal | undefined,
): Promise<http.IncomingMessage> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  // Node would write the head in the encoding of a body that is a string; bytes leave it as it is, which matters for names of an impersonation.
  const body = request.body === undefined ? undefined : Buffer.from(request.body)
  const start = address.protocol === 'http:' ? http.request : https.request
  const outgoing = start({
    ...address,
    path: address.prefix + request.path,
    method: request.method,
    agent: agents[pool],
    headers: {
      Accept: request.accept,
      'User-Agent': options.userAgent,
      ...(request.contentType !== undefined && { 'Content-Type': request.contentType }),
      ...(body !== undefined && { 'Content-Length': body.byteLength }),
      ...credential.headers,
      ...impersonation,
    },
  })
  const deadline = deadlineOf(outgoing, lifetimeMs, options.requestTimeoutMs)
  // Node's own option for this looks at every event of request and answer.
  const stop = (): void => void outgoing.destroy()
  signal?.addEventListener('abort', stop)
  outgoing.once('close', () => signal?.removeEventListener('abort', stop))
  outgoing.once('socket', (socket) => {
    if (pool === 'streams') socket.setKeepAlive(true, PROBE_AFTER_MS)
    deadline.start()
  })
  outgoing.once('response', (incoming) => {
    deadline.answered(incoming)
    resolve(incoming)
  })
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}

interface Deadline {
  start(): void
  answered(incoming: http.IncomingMessage): void
}

/** Ends a request whose answer does not begin within `headMs`, or does not end within `lifetimeMs`. */
function deadlineOf(outgoing: http.ClientRequest, lifetimeMs: number, headMs: number): Deadline {
  let answer: http.IncomingMessage | undefined
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    const failure = new TransportFailure('ETIMEDOUT')
    if (answer) answer.destroy(failure)
    else outgoing.destroy(failure)
  }
  outgoing.once('close', () => clearTimeout(timer))
  return {
    start() {
      timer = setTimeout(end, Math.min(lifetimeMs, headMs))
    },
    answered(incoming) {
      answer = incoming
      if (lifetimeMs <= headMs) return
      clearTimeout(timer)
      timer = setTimeout(end, lifetimeMs)
    },
  }
}

function headOf({ statusCode = 0, headers }: http.IncomingMessage): Omit<ApiAnswer, 'body'> {
  return { status: statusCode, retryAfter: headers['retry-after'] }
}

/** The whole body; by events, which cost a third of what an iterator does. */
function textOf(incoming: http.IncomingMessage, maxBytes: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: Uint8Array[] = []
  let size = 0
  incoming.on('data', (chunk: Uint8Array) => {
    size += chunk.byteLength
    if (size > maxBytes) incoming.destroy(new TransportFailure('TooLarge'))
    else chunks.push(chunk)
  })
  incoming.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
  incoming.once('error', reject)
  return promise
}

async function* chunksOf(incoming: http.IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* incoming as AsyncIterable<Uint8Array>
  } catch (thrown) {
    throw failureOf(thrown, signal)
  } finally {
    incoming.destroy()
  }
}

async function guarded<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (thrown) {
    throw failureOf(thrown, signal)
  }
}

/** The caller's own reason, or ours for what Node says; anything else (a credential that cannot be read) as it is. */
function failureOf(thrown: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason
  if (thrown instanceof AggregateError) return failureOf(thrown.errors[0], signal)
  const hasCode = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
  return hasCode && !(thrown instanceof TransportFailure) ? new TransportFailure(String(thrown.code)) : thrown
}

/** The certificates as one ready context: an agent that gets them as options parses them for every connection. */
function agentsOf(
  endpoint: KubeEndpoint,
  options: TransportOptions,
): (certificate: ClientCertificate | undefined, ca: string | undefined) => Agents {
  const { server, serverName, skipsVerification } = endpoint
  const kept = { keepAlive: true, keepAliveMsecs: PROBE_AFTER_MS, proxyEnv: proxiesFor(endpoint, options.environment) }
  const limited = { ...kept, maxSockets: options.maxConnections, maxFreeSockets: options.maxConnections, timeout: IDLE_MS }
  return (certificate, ca) => {
    if (server.startsWith('http:')) {
      return { requests: new http.Agent(limited), streams: new http.Agent(kept), certificate, ca }
    }
    const authorities = [
      ...(ca === undefined ? getCACertificates('default') : [ca]),
      ...(options.extraCa ? [options.extraCa] : []),
    ]
    const tls = {
      secureContext: createSecureContext({ ca: authorities, ...certificate }),
      ...(serverName !== undefined && { servername: serverName }),
      ...(skipsVerification && { rejectUnauthorized: false }),
    }
    return { requests: new https.Agent({ ...limited, ...tls }), streams: new https.Agent({ ...kept, ...tls }), certificate, ca }
  }
}

/** `proxy-url` of a kubeconfig counts before the environment's. */
function proxiesFor({ proxyUrl }: KubeEndpoint, environment: ReadonlyMap<string, string>): NodeJS.ProcessEnv {
  return proxyUrl ? { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl } : proxyEnvironment(environment)
}
