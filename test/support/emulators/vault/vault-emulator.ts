import express, { type Request, type Response } from 'express'
import { CallControl, type NativeFailures } from '../../call-control.ts'
import type { Emulator, ServerTls } from '../../emulator.ts'
import { LIST_METHOD, listenWithList, shownCertificate } from './list-method.ts'
import { isAllowed } from './policy.ts'
import { openSystemRoute, type ServerMode, systemRoute } from './system-routes.ts'
import { tokenRoute } from './token-routes.ts'
import { type Token, TokenStore } from './token-store.ts'
import { envelope, permissionDenied, VaultFailure, type VaultRequest, type VaultResult } from './vault-exchange.ts'
import { readFields, writeVaultJson } from './vault-json.ts'
import { mountOf, VaultNamespace } from './vault-namespace.ts'

export interface VaultEmulatorOptions {
  readonly tls?: ServerTls
  /** Milliseconds since the epoch; tokens expire by it. */
  readonly now?: () => number
}

/** A request that arrived, for tests that look at what was sent. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface VaultEmulator extends Emulator {
  readonly rootToken: string
  readonly root: VaultNamespace
  readonly tokens: TokenStore
  readonly seen: readonly SeenRequest[]
  mode: ServerMode
  /** Sent with every answer as X-Vault-Index when set (Vault Enterprise, "Eventual consistency"). */
  stateIndex: string | undefined
  /** So many reads that carry an index are answered 412, unless they are to be forwarded to the active node. */
  staleReads: number
  /** Makes a namespace, parents first: `team-a`, then `team-a/dev`. */
  createNamespace(path: string): VaultNamespace
  /** The next read is answered so. */
  answerNext(status: number, body: string, headers?: Readonly<Record<string, string>>): void
}

interface CannedAnswer {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** The answers that CallControl injects, as Vault words them. */
const failures: NativeFailures = {
  throttled(request, response) {
    response.setHeader('Retry-After', '0')
    answerErrors(response, 429, [`request path "${request.path.slice(4)}": rate limit quota exceeded`])
  },
  denied: (_request, response) => answerErrors(response, 403, ['1 error occurred:\n\t* permission denied\n\n']),
  internalError: (_request, response) => answerErrors(response, 500, ['internal error']),
}

function answerErrors(response: Response, status: number, errors: readonly string[]): void {
  sayJson(response)
  response.status(status).end(`${JSON.stringify({ errors })}\n`)
}

/** Vault names no charset, and hvac reads errors of exactly this type; express would add one. */
function sayJson(response: Response): void {
  response.setHeader('Content-Type', 'application/json')
}

/** How many requests {@link VaultEmulator.seen} remembers. */
const MAX_SEEN = 5_000

/** Vault's HTTP API with KV engines, logins, tokens, policies and namespaces, on a loopback port of its own choosing. */
export async function startVaultEmulator(options: VaultEmulatorOptions = {}): Promise<VaultEmulator> {
  const server = new VaultServer(options)
  const listening = await listenWithList(server.app, options.tls)
  const url = options.tls ? `https://localhost:${listening.port}` : `http://127.0.0.1:${listening.port}`
  return Object.assign(server, { url, close: () => listening.close() })
}

class VaultServer {
  readonly control = new CallControl(failures)
  readonly rootToken = 'root'
  readonly tokens: TokenStore
  readonly root: VaultNamespace
  readonly seen: SeenRequest[] = []
  readonly app = express()
  mode: ServerMode = 'active'
  stateIndex: string | undefined
  staleReads = 0
  readonly #namespaces = new Map<string, VaultNamespace>()
  readonly #canned: CannedAnswer[] = []
  readonly #now: () => number

  constructor(options: VaultEmulatorOptions) {
    this.#now = options.now ?? Date.now
    this.tokens = new TokenStore(this.#now)
    this.root = this.createNamespace('')
    this.tokens.issue('', { policies: ['root'], ttlSeconds: 0 }, this.rootToken)
    const isLogin = (request: Request): boolean => /^\/v1\/(?:[^?]*\/)?auth\//.test(request.path)
    const isSystem = (request: Request): boolean => /^\/v1\/(?:[^?]*\/)?sys\//.test(request.path)
    this.app.disable('x-powered-by').disable('etag')
    this.app.use(express.text({ type: () => true, limit: '4mb' }))
    this.app.use((request, response, next) => {
      this.#remember(request)
      if (isLogin(request)) this.control.login(request, response, next)
      else if (isSystem(request)) next()
      else this.control.data(request, response, next)
    })
    this.app.use((request, response) => this.#serve(request, response))
  }

  createNamespace(path: string): VaultNamespace {
    const namespace = new VaultNamespace(path, this.#now)
    this.#namespaces.set(path, namespace)
    return namespace
  }

  answerNext(status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
    this.#canned.push({ status, body, headers })
  }

  #remember(request: Request): void {
    const method = request.method === LIST_METHOD ? 'LIST' : request.method
    this.seen.push({ method, url: request.originalUrl, headers: { ...request.headers } })
    if (this.seen.length > MAX_SEEN) this.seen.shift()
  }

  async #serve(request: Request, response: Response): Promise<void> {
    sayJson(response)
    response.setHeader('Cache-Control', 'no-store')
    if (this.stateIndex !== undefined) response.set('X-Vault-Index', this.stateIndex)
    try {
      const result = await this.#answer(request, response)
      if (response.headersSent) return
      if (!result) response.status(204).end()
      else response.status(result.status ?? 200).end(`${writeVaultJson(envelope(result))}\n`)
    } catch (thrown) {
      const failure = thrown instanceof VaultFailure ? thrown : new VaultFailure(400, 'failed to parse JSON input')
      answerErrors(response, failure.status, failure.errors)
    }
  }

  async #answer(request: Request, response: Response): Promise<VaultResult | undefined> {
    const { namespace, path } = this.#locate(request)
    const open = openSystemRoute(path, this.mode, this.#now())
    if (open) return open
    if (this.mode === 'sealed') throw new VaultFailure(503, 'Vault is sealed')
    const exchange = exchangeOf(request, path)
    const login = path.startsWith('auth/') ? mountOf(namespace.logins, path.slice('auth/'.length)) : undefined
    if (login) {
      const { token, metadata } = await login.mounted.login(exchange, login.rest)
      return { auth: this.tokens.authOf(this.tokens.issue(namespace.path, token), metadata) }
    }
    const token = this.tokens.find(tokenOf(request), namespace.path)
    if (!token) throw permissionDenied()
    this.#authorise(exchange, token, namespace)
    if (path.startsWith('auth/token/')) return tokenRoute(exchange, token, this.tokens)
    if (path.startsWith('sys/')) return systemRoute(exchange, path.slice('sys/'.length), namespace)
    if (this.#sentCanned(response)) return undefined
    this.#checkIndex(request)
    const engine = mountOf(namespace.engines, path)
    if (!engine) throw new VaultFailure(404, `no handler for route "${path}". route entry not found.`)
    return engine.mounted.handle(exchange, engine.rest)
  }

  /** A namespace is named by the header, by the beginning of the path, or by both together. */
  #locate(request: Request): { readonly namespace: VaultNamespace; readonly path: string } {
    const header = (request.get('x-vault-namespace') ?? '').replace(/^\/+|\/+$/g, '')
    const full = [header, decodeURIComponent(request.path.replace(/^\/v1\/?/, ''))].filter((part) => part !== '').join('/')
    const named = [...this.#namespaces.keys()].filter((name) => name === '' || full.startsWith(`${name}/`))
    const name = named.sort((a, b) => b.length - a.length)[0] ?? ''
    if (name.length < header.length) throw new VaultFailure(404, 'namespace not found')
    return { namespace: this.#namespaces.get(name)!, path: name === '' ? full : full.slice(name.length + 1) }
  }

  #authorise(request: VaultRequest, token: Token, namespace: VaultNamespace): void {
    if (token.policies.includes('root')) return
    if (!isAllowed(namespace.policies(token.policies), request.method, request.path))
      throw new VaultFailure(403, '1 error occurred:\n\t* permission denied\n\n')
  }

  #sentCanned(response: Response): boolean {
    const canned = this.#canned.shift()
    if (canned) response.status(canned.status).set(canned.headers).end(canned.body)
    return canned !== undefined
  }

  #checkIndex(request: Request): void {
    if (this.staleReads === 0 || request.get('x-vault-index') === undefined) return
    if (request.get('x-vault-inconsistent') === 'forward-active-node') return
    this.staleReads--
    throw new VaultFailure(412, 'required index state not present')
  }
}

/** What Go's strconv.ParseBool takes for true. */
const TRUE_WORDS = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])

function exchangeOf(request: Request, path: string): VaultRequest {
  const query = new URL(request.originalUrl, 'http://vault').searchParams
  const listed = request.method === LIST_METHOD || (request.method === 'GET' && TRUE_WORDS.has(query.get('list') ?? ''))
  query.delete('list')
  return {
    method: listed ? 'LIST' : request.method,
    path: path.replace(/\/+$/, ''),
    query,
    body: readFields(typeof request.body === 'string' ? request.body : ''),
    headers: request.headers,
    clientCertificate: shownCertificate(request.socket),
  }
}

function tokenOf(request: Request): string | undefined {
  return request.get('x-vault-token') ?? /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1]
}
