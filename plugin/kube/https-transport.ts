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

type Agents = { readonly requests: http.Agent; readonly streams: http.Agent; readonly certificate: ClientCertificate | undefined }

/** HTTP/1.1 over kept connections: as many as there are requests under way, up to `maxConnections`, and one for each stream. */
export function httpsTransport(endpoint: KubeEndpoint, options: TransportOptions): ApiTransport {
  const started = agentsOf(endpoint, options)
  const target = { address: addressOf(endpoint), impersonation: endpoint.impersonation, options }
  let agents: Agents | undefined

  /** Another client certificate means other connections; those with the old one end when they have been idle for {@link IDLE_MS}. */
  function agentsFor({ clientCertificate }: KubeCredential): Agents {
    if (!agents || agents.certificate !== clientCertificate) agents = started(clientCertificate)
    return agents
  }

  async function send(request: ApiRequest, how: Sending, signal: AbortSignal | undefined): Promise<http.IncomingMessage> {
    const credential = await orAborted(endpoint.credentials.current(), signal)
    const answer = await begin(request, { ...how, ...target, credential, agents: agentsFor(credential) }, signal)
    if (answer.statusCode !== 401) return answer
    endpoint.credentials.renew(credential)
    const renewed = await orAborted(endpoint.credentials.current(), signal)
    if (renewed === credential) return answer
    answer.resume()
    return await begin(request, { ...how, ...target, credential: renewed, agents: agentsFor(renewed) }, signal)
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
function agentsOf(endpoint: KubeEndpoint, options: TransportOptions): (certificate: ClientCertificate | undefined) => Agents {
  const { server, ca, serverName, skipsVerification } = endpoint
  const kept = { keepAlive: true, keepAliveMsecs: PROBE_AFTER_MS, proxyEnv: proxiesFor(endpoint, options.environment) }
  const limited = { ...kept, maxSockets: options.maxConnections, maxFreeSockets: options.maxConnections, timeout: IDLE_MS }
  const authorities = [...(ca === undefined ? getCACertificates('default') : [ca]), ...(options.extraCa ? [options.extraCa] : [])]
  return (certificate) => {
    if (server.startsWith('http:')) {
      return { requests: new http.Agent(limited), streams: new http.Agent(kept), certificate }
    }
    const tls = {
      secureContext: createSecureContext({ ca: authorities, ...certificate }),
      ...(serverName !== undefined && { servername: serverName }),
      ...(skipsVerification && { rejectUnauthorized: false }),
    }
    return { requests: new https.Agent({ ...limited, ...tls }), streams: new https.Agent({ ...kept, ...tls }), certificate }
  }
}

/** `proxy-url` of a kubeconfig counts before the environment's. */
function proxiesFor({ proxyUrl }: KubeEndpoint, environment: ReadonlyMap<string, string>): NodeJS.ProcessEnv {
  return proxyUrl ? { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl } : proxyEnvironment(environment)
}
