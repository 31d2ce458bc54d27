import assert from 'node:assert/strict'
import { connectToKube } from '../../../plugin/kube/connect-to-kube.ts'
import { SECRETS } from '../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import type { Lease } from '../../../plugin/kube/lease-record.ts'
import { systemClock } from '../../../plugin/model/clock.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { type ControllerProcess, startController } from '../../support/controller-process.ts'
import { type HeldRelay, startHeldRelay } from '../servers/held-relay.ts'
import { type OpenBao, startOpenBao } from '../servers/openbao.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { type CrdServer, startCrdServer } from './crd-server.ts'

const CORE = '/api/v1/namespaces/shop'
const SHOP = '/apis/external-secrets.io/v1/namespaces/shop'
const LEASE = 'external-secrets-controller'
/** No other request of a controller is as large as a write of the Secret. */
const FILLER = 'x'.repeat(40_000)

/** One of several controllers, with its own way to the API server and its own name there. */
export interface Replica {
  readonly user: string
  readonly relay: HeldRelay
  readonly controller: ControllerProcess
}

interface CountedSecret extends KubeObject {
  readonly data?: { readonly v?: string }
}

/** Three controllers, one ExternalSecret whose value counts up at its provider, and all that its Secret ever had. */
export class FailoverScene {
  readonly crds: CrdServer
  /** What the Secret had, in the order of the API server. */
  readonly counts: number[] = []
  readonly #bao: OpenBao
  readonly #flags: readonly string[]
  readonly #replicas = new Set<Replica>()
  readonly #servers: ReturnType<typeof startedServers>
  readonly #client: KubeClient
  readonly #stopping = new AbortController()
  #count = 0
  #started = 0
  #watching: Promise<void> | undefined

  private constructor(
    crds: CrdServer,
    bao: OpenBao,
    client: KubeClient,
    servers: ReturnType<typeof startedServers>,
    flags: readonly string[],
  ) {
    this.crds = crds
    this.#bao = bao
    this.#client = client
    this.#servers = servers
    this.#flags = flags
  }

  static async start(flags: readonly string[]): Promise<FailoverScene> {
    const servers = startedServers()
    try {
      const crds = servers.keep(await startCrdServer())
      const bao = servers.keep(await startOpenBao())
      const options = { environment: new Map<string, string>(), requestTimeoutMs: 10_000, maxConnections: 4, userAgent: 'test' }
      const client = await connectToKube(
        { ...options, kubeconfig: crds.api.kubeconfig },
        { clock: systemClock, random: systemRandom, logger: silentLogger },
      )
      const scene = new FailoverScene(crds, bao, client, servers, flags)
      await scene.#begin()
      return scene
    } catch (thrown) {
      await servers.stop()
      throw thrown
    }
  }

  async #begin(): Promise<void> {
    const { client } = this.crds.api
    await client.call('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
    await client.call('POST', `${CORE}/secrets`, { metadata: { name: 'bao' }, stringData: { token: this.#bao.rootToken } })
    const auth = { tokenSecretRef: { name: 'bao', key: 'token' } }
    const provider = { vault: { server: this.#bao.url, path: 'secret', version: 'v2', auth } }
    await client.call('POST', `${SHOP}/secretstores`, { ...head('SecretStore', 'bao'), spec: { provider } })
    await this.rotate()
    const data = [{ secretKey: 'v', remoteRef: { key: 'counted', property: 'v' } }]
    await client.call('POST', `${SHOP}/externalsecrets`, {
      ...head('ExternalSecret', 'counted'),
      spec: { refreshInterval: '1s', secretStoreRef: { name: 'bao' }, data },
    })
    this.#watching = this.#watch((await this.#client.list(SECRETS, { namespace: 'shop' })).resourceVersion)
    await Promise.all([this.startOne(), this.startOne(), this.startOne()])
    await this.served()
  }

  async #watch(resourceVersion: string): Promise<void> {
    const { signal } = this.#stopping
    const options = { namespace: 'shop', fieldSelector: 'metadata.name=counted', resourceVersion, timeoutSeconds: 3_600, signal }
    try {
      for await (const event of this.#client.watch<CountedSecret>(SECRETS, options)) {
        if (event.type === 'BOOKMARK') continue
        this.counts.push(Number.parseInt(Buffer.from(event.object.data?.v ?? '', 'base64').toString(), 10))
      }
    } catch (thrown) {
      if (!signal.aborted) throw thrown
    }
  }

  async startOne(): Promise<void> {
    const name = `replica-${++this.#started}`
    const { api } = this.crds
    await api.client.call('POST', `${CORE}/serviceaccounts`, { metadata: { name } })
    await api.client.call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'shop' }],
    })
    const { status } = await api.client.call('POST', `${CORE}/serviceaccounts/${name}/token`, { spec: {} })
    const relay = this.#servers.keep(await startHeldRelay(new URL(api.url).host))
    const cluster = { server: `https://${relay.address}`, 'certificate-authority-data': Buffer.from(api.ca).toString('base64') }
    const kubeconfig = {
      'current-context': 'here',
      clusters: [{ name: 'here', cluster }],
      users: [{ name: 'itself', user: { token: (status as { readonly token: string }).token } }],
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'itself' } }],
    }
    const controller = await startController('external-secrets', JSON.stringify(kubeconfig), [
      '--lease-namespace',
      'shop',
      '--lease-name',
      LEASE,
      ...this.#flags,
    ])
    this.#replicas.add({ user: `system:serviceaccount:shop:${name}`, relay, controller })
  }

  /** The value is another one at the provider. */
  async rotate(): Promise<void> {
    await this.#bao.call('POST', 'secret/data/counted', { data: { v: `${++this.#count} ${FILLER}` } })
  }

  /** Waits until the Secret has the latest value; gives how many milliseconds that took. */
  async served(): Promise<number> {
    const began = performance.now()
    const [wanted] = [this.#count]
    await waitUntil(`the Secret has ${wanted}`, async () => this.counts.at(-1) === wanted, this.standing)
    return performance.now() - began
  }

  /** The one that has the Lease. */
  async leader(): Promise<Replica> {
    let found: Replica | undefined
    await waitUntil('somebody leads', async () => (found = await this.#holder()) !== undefined, this.standing)
    assert.ok(found)
    return found
  }

  async #holder(): Promise<Replica | undefined> {
    const lease = (await this.crds.api.client.find(`/apis/coordination.k8s.io/v1/namespaces/shop/leases/${LEASE}`)) as
      | Lease
      | undefined
    const identity = lease?.spec?.holderIdentity || 'nobody'
    return [...this.#replicas].find(({ controller }) => controller.log().includes(`"identity":"${identity}"`))
  }

  async replace(former: Replica): Promise<void> {
    this.#replicas.delete(former)
    await this.startOne()
  }

  /** How often the API server answered so to updates of Secrets by this one. */
  async updates({ user }: Replica, code: number): Promise<number> {
    return (await this.crds.api.audit()).filter(
      (event) =>
        event.user?.username === user &&
        event.verb === 'update' &&
        event.objectRef?.resource === 'secrets' &&
        event.responseStatus?.code === code,
    ).length
  }

  readonly standing = (): string =>
    [`the Secret had ${this.counts.join(' ')}`, ...Array.from(this.#replicas, ({ controller }) => controller.log())].join('\n')

  async stop(): Promise<void> {
    for (const { controller } of this.#replicas) controller.child.kill('SIGKILL')
    await Promise.all(Array.from(this.#replicas, ({ controller }) => controller[Symbol.asyncDispose]()))
    this.#stopping.abort()
    await this.#watching
    this.#client.close()
    await this.#servers.stop()
  }
}

function head(kind: string, name: string): object {
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name, namespace: 'shop' } }
}
