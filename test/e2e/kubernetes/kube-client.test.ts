import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connectToKube } from '../../../plugin/kube/connect-to-kube.ts'
import { SECRETS } from '../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import { systemClock } from '../../../plugin/model/clock.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { kubeClientContract } from '../../contract/kube-client.contract.ts'
import { type KubeSubject, WIDGETS } from '../../contract/kube-world.ts'
import { type Etcd, startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { startedServers } from '../servers/started-servers.ts'

kubeClientContract('kube-apiserver', startSubject)

async function startSubject(): Promise<KubeSubject> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kube-client-'))
  const servers = startedServers()
  const clients: KubeClient[] = []
  const close = async (): Promise<void> => {
    for (const client of clients) client.close()
    await servers.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const connect = async ({ kubeconfig }: KubeApiServer): Promise<KubeClient> => {
    const client = await clientOf(kubeconfig)
    clients.push(client)
    return client
  }
  try {
    const etcd = servers.keep(await startEtcd(folder))
    const api = servers.keep(await startKubeApiServer(etcd, 'contract', folder))
    await defineWidgets(api)
    const client = await connect(api)
    let forgotten: ReturnType<KubeSubject['forgotten']> | undefined
    return {
      client,
      forgotten: () => {
        forgotten ??= forget(client, etcd).then(async (resourceVersion) => {
          // One that has watched from the start remembers by itself what etcd forgot.
          const young = servers.keep(await startKubeApiServer(etcd, 'contract', path.join(folder, 'young')))
          return { client: await connect(young), resourceVersion }
        })
        return forgotten
      },
      close,
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

async function clientOf(kubeconfig: string): Promise<KubeClient> {
  const options = { kubeconfig, environment: new Map(), requestTimeoutMs: 10_000, maxConnections: 20, userAgent: 'contract/1' }
  return await connectToKube(options, { clock: systemClock, random: systemRandom, logger: silentLogger })
}

/** A version, once etcd has been compacted beyond it. */
async function forget(client: KubeClient, etcd: Etcd): Promise<string> {
  const { resourceVersion } = await client.list(SECRETS)
  const last = await client.create<KubeObject>(SECRETS, { metadata: { name: 'after', namespace: 'default' } })
  await etcd.compact(Number(last.metadata.resourceVersion))
  return resourceVersion
}

async function defineWidgets({ client }: KubeApiServer): Promise<void> {
  const { group, version, plural, kind } = WIDGETS
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  await client.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [{ name: version, served: true, storage: true, subresources: { status: {} }, schema }],
    },
  })
  const isServed = (): Promise<boolean> => client.find(`/apis/${group}/${version}/${plural}`).then(Boolean, () => false)
  while (!(await isServed())) await new Promise((resolve) => setTimeout(resolve, 100))
}
