import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connectToEndpoint } from '../../../plugin/kube/connect-to-kube.ts'
import { CONFIG_MAPS } from '../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import { fixedCredentials } from '../../../plugin/kube/kube-credentials.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import { startReflector } from '../../../plugin/kube/reflector.ts'
import { type Clock, systemClock } from '../../../plugin/model/clock.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { type Etcd, startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { startedServers } from '../servers/started-servers.ts'
import { startTcpRelay, type TcpRelay } from '../servers/tcp-relay.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { ReflectorEffects } from './reflector-effects.ts'

export const NAMESPACE = 'reflected'

/** A real API server behind a relay, and reflectors of its ConfigMaps on the other side. */
export interface ReflectorScene {
  readonly etcd: Etcd
  readonly api: KubeApiServer
  readonly relay: TcpRelay
  /** host:port of the API server. */
  readonly apiAddress: string
  /** The administrator's way, which nothing impedes. */
  readonly admin: KubeClient
  /** Of the service account that reflectors use. */
  readonly accountToken: string
  /** Starts a reflector and waits for its first list; as the service account, or with another server's word for its administrator. */
  follow(server?: Pick<KubeApiServer, 'ca' | 'token'>): Promise<Followed>
  /** Another API server without a watch cache, over the same etcd. */
  withoutWatchCache(): Promise<KubeApiServer>
  stop(): Promise<void>
}

export interface Followed {
  readonly effects: ReflectorEffects
  /** How many lists were asked for: one as long as nothing went wrong that a watch cannot go on from. */
  readonly lists: () => number
  /** Why it waited, so far. */
  readonly reasons: ReadonlySet<string>
  /** Waits until the cache is what the API server has, and stops. Throws when it does not become that, or something wrong was told. */
  end(): Promise<void>
}

/** Ten times as fast where it waits: a watch counts as half open after 9 s, a server that is down is asked again after 6 s at the latest. */
const HASTY: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 10, signal) }

export async function startReflectorScene(): Promise<ReflectorScene> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reflector-'))
  const servers = startedServers()
  const stop = async (): Promise<void> => {
    await servers.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const etcd = servers.keep(await startEtcd(folder))
    const api = servers.keep(await startKubeApiServer(etcd, 'reflected', folder))
    const apiAddress = new URL(api.url).host
    const relay = servers.keep(await startTcpRelay([apiAddress]))
    const connect = (address: string, { ca, token }: Pick<KubeApiServer, 'ca' | 'token'>): KubeClient => {
      const client = clientOf(`https://${address}`, ca, token)
      servers.keep({ stop: async () => client.close() })
      return client
    }
    const admin = connect(apiAddress, api)
    const accountToken = await createAccount(api)
    return {
      etcd,
      api,
      relay,
      apiAddress,
      admin,
      accountToken,
      async follow(server = { ca: api.ca, token: accountToken }) {
        const over = new AbortController()
        servers.keep({ stop: async () => over.abort() })
        return await follow(connect(relay.address, server), admin, over)
      },
      withoutWatchCache: async () =>
        servers.keep(await startKubeApiServer(etcd, 'reflected', path.join(folder, 'uncached'), ['--watch-cache=false'])),
      stop,
    }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

function clientOf(server: string, ca: string, token: string): KubeClient {
  const credentials = fixedCredentials({ headers: { Authorization: `Bearer ${token}` } })
  const options = { environment: new Map(), requestTimeoutMs: 5_000, maxConnections: 5, userAgent: 'reflector-test/1' }
  return connectToEndpoint({ server, ca, credentials }, options, { clock: HASTY, random: systemRandom, logger: silentLogger })
}

/** The token of a service account that may list and watch ConfigMaps: unlike its administrator it is subject to the server's priorities. */
async function createAccount({ client }: KubeApiServer): Promise<string> {
  const metadata = { name: 'reflector', namespace: NAMESPACE }
  const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`
  await client.call('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await client.call('POST', `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata })
  await client.call('POST', `${roles}/roles`, {
    metadata,
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }],
  })
  await client.call('POST', `${roles}/rolebindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reflector' },
    subjects: [{ kind: 'ServiceAccount', ...metadata }],
  })
  const answer = await client.call('POST', `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/reflector/token`, { spec: {} })
  return (answer['status'] as { readonly token: string }).token
}

async function follow(client: KubeClient, admin: KubeClient, over: AbortController): Promise<Followed> {
  const effects = new ReflectorEffects()
  const reasons = new Set<string>()
  let lists = 0
  const counting: KubeClient = {
    ...client,
    list: (resource, options) => {
      lists++
      return client.list(resource, options)
    },
  }
  const reflector = startReflector<KubeObject>(
    { client: counting, resource: CONFIG_MAPS, namespace: NAMESPACE, handler: effects },
    {
      clock: HASTY,
      random: systemRandom,
      logger: silentLogger,
      onState: (state) => (state.phase === 'waiting' ? reasons.add(state.reason) : undefined),
    },
    over.signal,
  )
  const { cache, stopped } = reflector
  await reflector.synced(AbortSignal.timeout(30_000))
  return {
    effects,
    reasons,
    lists: () => lists,
    async end() {
      const objects = (await admin.list(CONFIG_MAPS, { namespace: NAMESPACE })).items
      try {
        await waitUntil(
          'the cache is what the API server has',
          async () => cache.size === objects.length && objects.every((object) => isCached(object, cache.get(object.metadata))),
          () => `waited for ${[...reasons].join(', ')}; ${cache.size} of ${objects.length} objects`,
        )
      } finally {
        over.abort()
        await stopped
        client.close()
      }
      assert.deepEqual(effects.problems, [])
    },
  }
}

function isCached({ metadata }: KubeObject, cached: KubeObject | undefined): boolean {
  return cached?.metadata.resourceVersion === metadata.resourceVersion
}
