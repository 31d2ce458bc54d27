import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { type ArgoPlace, isHealthy, startArgoProcess } from '../test/e2e/argocd/argo-process.ts'
import { writeArgoSettings } from '../test/e2e/argocd/argo-settings.ts'
import { startEtcd } from '../test/e2e/servers/etcd.ts'
import { freePort } from '../test/e2e/servers/free-port.ts'
import { createGitRepository } from '../test/e2e/servers/git-repository.ts'
import { startKubeApiServer } from '../test/e2e/servers/kube-api-server.ts'
import type { KubeClient } from '../test/e2e/servers/kube-client.ts'
import { type Redis, startRedis } from '../test/e2e/servers/redis.ts'
import type { BenchPlugin } from './argocd-plugins.ts'

/** As little of Argo CD as renders: one repo-server with the plugins of its folder, and the controller that asks it. */
export interface BenchWorld {
  readonly place: ArgoPlace
  /** repo-server's folder of plugins. */
  readonly plugins: string
  /** Makes so many Applications of a plugin, each with a folder of its own, and waits until all have been rendered. */
  populate(plugin: BenchPlugin, count: number): Promise<void>
  /** Hard-refreshes all of a plugin at once; gives the milliseconds until the last one is done. Throws when one is in error. */
  hardRefresh(plugin: BenchPlugin): Promise<number>
  stop(): Promise<void>
}

const REFRESH = 'argocd.argoproj.io/refresh'
const APPLICATIONS = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications'
const POLL_MS = 100
const PATIENCE_MS = 120_000

export async function startBenchWorld(folder: string): Promise<BenchWorld> {
  const started: { stop(): Promise<void> }[] = []
  const stop = async (): Promise<void> => void (await Promise.all(started.map((server) => server.stop())))
  const keep = <Server extends (typeof started)[number]>(server: Server): Server => {
    started.push(server)
    return server
  }
  try {
    await mkdir(folder, { recursive: true })
    const [etcd, redis] = await Promise.all([startEtcd(folder).then(keep), startRedis().then(keep)])
    const repository = await createGitRepository(path.join(folder, 'repository'))
    const home = keep(await startKubeApiServer(etcd, 'home', folder))
    await writeArgoSettings(home, home)
    await home.client.call('POST', '/api/v1/namespaces', { metadata: { name: 'bench' } })
    const place = { folder, kubeconfig: home.kubeconfig }
    const plugins = path.join(folder, 'plugins')
    await mkdir(plugins, { mode: 0o700 })
    const repoServer = await startRepoServer(place, redis, plugins, keep)
    await startController(place, redis, repoServer, keep)
    return {
      place,
      plugins,
      async populate(plugin, count) {
        const names = Array.from({ length: count }, (_, index) => `${plugin.name}-${index}`)
        await repository.commit(Object.fromEntries(names.map((name) => [`${name}/all.yaml`, plugin.manifests(name)])))
        for (const name of names) await home.client.call('POST', APPLICATIONS, applicationOf(name, plugin.name, repository.url))
        await hardRefresh(home.client, plugin.name)
      },
      hardRefresh: ({ name }) => hardRefresh(home.client, name),
      stop,
    }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

type Keep = <Server extends { stop(): Promise<void> }>(server: Server) => Server

async function startRepoServer(place: ArgoPlace, redis: Redis, plugins: string, keep: Keep): Promise<string> {
  const [port, metricsPort] = [await freePort(), await freePort()]
  const address = ['--address=127.0.0.1', `--port=${port}`, '--metrics-address=127.0.0.1', `--metrics-port=${metricsPort}`]
  const server = await startArgoProcess(place, {
    program: 'argocd-repo-server',
    name: 'repo-server',
    words: [...address, '--disable-tls', '--client-ca-path=', `--redis=${redis.address}`],
    environment: { ARGOCD_PLUGINSOCKFILEPATH: plugins },
    isReady: () => isHealthy(metricsPort),
  })
  keep(server)
  return `127.0.0.1:${port}`
}

/** It refreshes nothing by itself while the bench lasts. */
async function startController(place: ArgoPlace, redis: Redis, repoServer: string, keep: Keep): Promise<void> {
  const metricsPort = await freePort()
  const callees = ['--repo-server', repoServer, '--repo-server-plaintext', '--redis', redis.address]
  const server = await startArgoProcess(place, {
    program: 'argocd-application-controller',
    name: 'application-controller',
    words: [...callees, `--metrics-port=${metricsPort}`, '--app-resync=0', '--app-hard-resync=0'],
    isReady: () => isHealthy(metricsPort),
  })
  keep(server)
}

/** It is compared and never synced: what is measured is the way to its manifests. */
function applicationOf(name: string, plugin: string, repoURL: string): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd', labels: { plugin } },
    spec: {
      project: 'default',
      destination: { server: 'https://kubernetes.default.svc', namespace: 'bench' },
      source: { repoURL, path: name, targetRevision: 'main', plugin: { name: plugin } },
    },
  }
}

interface ApplicationFacts {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly status?: {
    readonly conditions?: readonly { readonly message: string }[]
    readonly resources?: readonly unknown[]
  }
}

async function hardRefresh(client: KubeClient, plugin: string): Promise<number> {
  const list = async (): Promise<readonly ApplicationFacts[]> =>
    (await client.call('GET', `${APPLICATIONS}?labelSelector=plugin%3D${plugin}`))['items'] as readonly ApplicationFacts[]
  const names = (await list()).map(({ metadata }) => metadata.name)
  const patch = { metadata: { annotations: { [REFRESH]: 'hard' } } }
  const start = performance.now()
  await Promise.all(names.map((name) => client.call('PATCH', `${APPLICATIONS}/${name}`, patch)))
  let applications: readonly ApplicationFacts[] = []
  do {
    if (performance.now() - start > PATIENCE_MS) throw new Error(`the applications of ${plugin} are not refreshed in time`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    applications = await list()
  } while (applications.some(({ metadata }) => metadata.annotations?.[REFRESH] !== undefined))
  const wallMs = performance.now() - start
  const wrong = applications.find(({ status }) => status?.conditions !== undefined || !status?.resources?.length)
  if (wrong) throw new Error(`${wrong.metadata.name}: ${JSON.stringify(wrong.status?.conditions ?? 'no objects')}`)
  return wallMs
}
