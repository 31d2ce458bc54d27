import { connectToEndpoint } from '../../../../plugin/kube/connect-to-kube.ts'
import { NAMESPACES } from '../../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../../plugin/kube/kube-client.ts'
import { fixedCredentials } from '../../../../plugin/kube/kube-credentials.ts'
import type { Resource } from '../../../../plugin/kube/resource.ts'
import { restClient } from '../../../../plugin/kube/rest-client.ts'
import { type Clock, systemClock } from '../../../../plugin/model/clock.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { systemRandom } from '../../../../plugin/model/random.ts'
import { testTls } from '../tls/test-tls.ts'
import type { AccessAnswers } from './access-reviews.ts'
import { type EmulatorHand, emulatorHand } from './emulator-hand.ts'
import type { Fault, FaultTarget } from './faults.ts'
import { type AuditEntry, KubeApi } from './kube-api.ts'
import { listenForKube } from './listen-for-kube.ts'
import { localTransport } from './local-transport.ts'
import { BUILT_IN, customResource } from './served-resources.ts'
import type { Later } from './watch-feeds.ts'

export interface KubeEmulatorOptions {
  /** Custom resources beside Secrets, ConfigMaps, Namespaces, ServiceAccounts, Events and Leases; all with a status subresource. */
  readonly resources?: readonly Resource[]
  /** Beside `default` and `kube-system`. */
  readonly namespaces?: readonly string[]
  /** Of timestamps; the system's by default. */
  readonly now?: () => number
  /** Timestamps are its, watches end by it and are sent a bookmark a minute of it, as an API server does. */
  readonly clock?: Clock
  readonly scheme?: 'http' | 'https'
}

export interface ClientOptions {
  /** Its first word is the field manager of writes that name none. */
  readonly userAgent?: string
  readonly clock?: Clock
  readonly requestTimeoutMs?: number
  readonly maxConnections?: number
}

/** A Kubernetes API server for tests. What a test does by its own methods is not in the audit list and meets no fault. */
export interface KubeEmulator extends EmulatorHand {
  readonly url: string
  /** A kubeconfig that leads here, as JSON. */
  readonly kubeconfig: string
  /** Over HTTP, as the product's. Closed with the emulator. */
  client(options?: ClientOptions): KubeClient
  /** The same without a socket: an answer is there after a few microtasks. */
  localClient(options?: ClientOptions): KubeClient

  /** The next `times` calls of `target` go wrong so. Watches are calls, too. */
  inject(fault: Fault, target?: FaultTarget, times?: number): void
  clearFaults(): void
  /** What self-subject reviews answer from now on; before it everything is allowed. */
  answerReviews(answers: AccessAnswers): void
  /** Versions up to now are forgotten: watches and pages that start there get 410. */
  compact(): void
  /** How many watches are open. */
  watches(): number
  sendBookmarks(): void
  endWatches(): void
  cutWatches(): void
  /** 410 in mid-stream. */
  expireWatches(): void
  /** Open watches fall silent, as behind a dead connection, until `releaseWatches`. */
  holdWatches(): void
  releaseWatches(): void

  /** Every request of clients so far, oldest first; `code` 0 is one without an answer. */
  audit(): readonly AuditEntry[]
  forgetAudit(): void
  /** Connections that were ever made. */
  connections(): number
  /** Of the last write. */
  revision(): string
  close(): Promise<void>
}

const BOOKMARK_MS = 60_000

export async function startKubeEmulator(options: KubeEmulatorOptions = {}): Promise<KubeEmulator> {
  const resources = [...BUILT_IN, ...(options.resources ?? []).map(customResource)]
  const { clock } = options
  const api = new KubeApi(resources, options.now ?? (() => clock?.now() ?? Date.now()), clock && laterBy(clock))
  const ending = new AbortController()
  if (clock) void sendBookmarks(api, clock, ending.signal)
  const listener = await listenForKube(api, options.scheme ?? 'http')
  const clients: KubeClient[] = []
  const keep = (client: KubeClient): KubeClient => {
    clients.push(client)
    return client
  }
  const hand = emulatorHand(api)
  for (const name of ['default', 'kube-system', ...(options.namespaces ?? [])]) hand.put(NAMESPACES, { metadata: { name } })

  return {
    url: listener.url,
    kubeconfig: kubeconfigOf(listener.url, api.token),
    client: (settings = {}) => keep(httpClient(listener.url, api.token, settings)),
    localClient: ({ userAgent = 'test', clock = systemClock } = {}) =>
      keep(restClient(localTransport(api, userAgent), { clock, random: systemRandom })),
    ...hand,
    inject: (fault, target = {}, times = 1) => api.faults.plan(fault, target, times),
    clearFaults: () => api.faults.clear(),
    answerReviews: (answers) => {
      api.access = answers
    },
    compact: () => api.storage.compact(),
    watches: () => api.feeds.size,
    sendBookmarks: () => api.feeds.bookmarkAll(),
    endWatches: () => api.feeds.endAll(),
    cutWatches: () => api.feeds.cutAll(),
    expireWatches: () => api.feeds.expireAll(),
    holdWatches: () => api.feeds.hold(),
    releaseWatches: () => api.feeds.release(),
    audit: () => api.audit,
    forgetAudit: () => {
      api.audit = []
    },
    connections: () => listener.connections(),
    revision: () => String(api.storage.revision),
    async close() {
      ending.abort()
      for (const client of clients) client.close()
      await listener.close()
    },
  }
}

function laterBy(clock: Clock): Later {
  return (ms, act) => {
    const prevented = new AbortController()
    clock.sleep(ms, prevented.signal).then(act, () => undefined)
    return () => prevented.abort()
  }
}

async function sendBookmarks(api: KubeApi, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(BOOKMARK_MS, signal).catch(() => undefined)
    if (signal.aborted) return
    api.feeds.bookmarkAll()
  }
}

function httpClient(url: string, token: string, settings: ClientOptions): KubeClient {
  const { clock = systemClock, userAgent = 'test', requestTimeoutMs = 10_000, maxConnections = 20 } = settings
  const endpoint = {
    server: url,
    ca: testTls().ca,
    credentials: fixedCredentials({ headers: { Authorization: `Bearer ${token}` } }),
  }
  const options = { environment: new Map<string, string>(), requestTimeoutMs, maxConnections, userAgent }
  return connectToEndpoint(endpoint, options, { clock, random: systemRandom, logger: silentLogger })
}

function kubeconfigOf(server: string, token: string): string {
  const authority = Buffer.from(testTls().ca).toString('base64')
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'emulator',
    clusters: [{ name: 'emulator', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'emulator', context: { cluster: 'emulator', user: 'admin' } }],
  })
}
