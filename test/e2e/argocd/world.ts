import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bundleProgram } from '../../../.ci/build.ts'
import { type Etcd, startEtcd } from '../servers/etcd.ts'
import { freePort } from '../servers/free-port.ts'
import { createGitRepository, type GitRepository } from '../servers/git-repository.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { startKubeControllerManager } from '../servers/kube-controller-manager.ts'
import { type Redis, startRedis } from '../servers/redis.ts'
import { type StartedServers, startedServers } from '../servers/started-servers.ts'
import { startTcpRelay, type TcpRelay } from '../servers/tcp-relay.ts'
import { type ArgoPlace, isHealthy, startArgoProcess } from './argo-process.ts'
import { writeArgoSettings } from './argo-settings.ts'
import { type SecretsManager, startSecretsManager, startVault, type Vault } from './backends.ts'
import type { DaemonSettings } from './daemon.ts'
import { daemonSettings } from './daemon-settings.ts'
import { createEsoKinds } from './eso-kinds.ts'
import { pluginPrograms } from './plugin.ts'
import { type PluginWay, type RepoServer, startRepoServer } from './repo-server.ts'

/** Argo CD and all that it needs, on the loopback. */
export interface World {
  /** The cluster that Argo CD runs in, a destination as well. */
  readonly home: KubeApiServer
  /** The destination `remote`. */
  readonly remote: KubeApiServer
  readonly etcd: Etcd
  readonly redis: Redis
  readonly repository: GitRepository
  readonly vault: Vault
  readonly secretsManager: SecretsManager
  /** What the administrator gave the daemons. */
  readonly daemon: DaemonSettings
  readonly repoServers: readonly RepoServer[]
  /** What controller and API server take for the repo-server; leads to all of them in turn. */
  readonly repoServer: TcpRelay
  /** URL of argocd-server. */
  readonly apiUrl: string
  /** Everything that any process of Argo CD has said so far. */
  logs(): Promise<string>
  stop(): Promise<void>
}

/** Namespaces besides `argocd` in which Applications may be. */
export const TEAM_NAMESPACE = 'team-apps'

type Variables = Readonly<Record<string, string>>

/** Starts everything, with these variables for the daemons and Argo CD's controller; stops what it has started when one part does not start. */
export async function startWorld(way: PluginWay, ofDaemons: Variables = {}, ofController: Variables = {}): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'argocd-'))
  const servers = startedServers()
  const stop = async (): Promise<void> => {
    await servers.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    return { ...(await startAll(folder, servers.keep, way, ofDaemons, ofController)), stop }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

type Keep = StartedServers['keep']

async function startAll(
  folder: string,
  keep: Keep,
  way: PluginWay,
  ofDaemons: Variables,
  ofController: Variables,
): Promise<Omit<World, 'stop'>> {
  const [etcd, redis, repository, vault, secretsManager, programs] = await Promise.all([
    startEtcd(folder).then(keep),
    startRedis().then(keep),
    createGitRepository(path.join(folder, 'repository')),
    startVault().then(keep),
    startSecretsManager().then(keep),
    pluginPrograms(folder),
    buildProgram(path.join(folder, 'program')),
  ])
  const [home, remote] = await Promise.all([
    startKubeApiServer(etcd, 'home', folder).then(keep),
    startKubeApiServer(etcd, 'remote', folder).then(keep),
  ])
  await Promise.all([startKubeControllerManager(home).then(keep), writeArgoSettings(home, remote), createEsoKinds(home.client)])
  const place: ArgoPlace = { folder, kubeconfig: home.kubeconfig }
  const settings = await daemonSettings(folder, { vault, secretsManager })
  const daemon = { ...settings, environment: { ...settings.environment, ...ofDaemons } }
  const repoServers = await Promise.all(
    ['repo-server-1', 'repo-server-2'].map((name) => startRepoServer(place, name, { redis, daemon, programs, way, keep })),
  )
  const repoServer = keep(await startTcpRelay(repoServers.map(({ address }) => address)))
  const apiUrl = await startControlPlane(place, { repoServer, redis }, ofController, keep)
  const logs = (): Promise<string> => logsBelow(folder)
  return { home, remote, etcd, redis, repository, vault, secretsManager, daemon, repoServers, repoServer, apiUrl, logs }
}

/** As an image has it: with a package.json that says what the files are. */
async function buildProgram(folder: string): Promise<void> {
  await bundleProgram(folder)
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}')
}

/** Controller, commit server and API server; gives the URL of the last. */
async function startControlPlane(
  place: ArgoPlace,
  { repoServer, redis }: { readonly repoServer: TcpRelay; readonly redis: Redis },
  ofController: Variables,
  keep: Keep,
): Promise<string> {
  const callees = ['--repo-server', repoServer.address, '--repo-server-plaintext', '--redis', redis.address]
  const commitServer = await startCommitServer(place, keep)
  const [, apiUrl] = await Promise.all([
    startController(place, [...callees, '--commit-server', commitServer], ofController).then(keep),
    startApi(place, callees, keep),
  ])
  return apiUrl
}

async function startController(
  place: ArgoPlace,
  callees: readonly string[],
  variables: Variables,
): ReturnType<typeof startArgoProcess> {
  const metricsPort = await freePort()
  return await startArgoProcess(place, {
    program: 'argocd-application-controller',
    name: 'application-controller',
    words: [...callees, `--metrics-port=${metricsPort}`, `--application-namespaces=${TEAM_NAMESPACE}`, '--hydrator-enabled'],
    // Waves follow each other at once: their order is looked at, not their distance.
    environment: { ARGOCD_SYNC_WAVE_DELAY: '0', ...variables },
    isReady: () => isHealthy(metricsPort),
  })
}

/** What pushes the manifests of the Source Hydrator. */
async function startCommitServer(place: ArgoPlace, keep: Keep): Promise<string> {
  const [port, metricsPort] = [await freePort(), await freePort()]
  const server = await startArgoProcess(place, {
    program: 'argocd-commit-server',
    name: 'commit-server',
    words: ['--address=127.0.0.1', `--port=${port}`, '--metrics-address=127.0.0.1', `--metrics-port=${metricsPort}`],
    isReady: () => isHealthy(metricsPort),
  })
  keep(server)
  return `127.0.0.1:${port}`
}

async function startApi(place: ArgoPlace, callees: readonly string[], keep: Keep): Promise<string> {
  const [port, metricsPort] = [await freePort(), await freePort()]
  const server = await startArgoProcess(place, {
    program: 'argocd-server',
    name: 'server',
    words: [
      ...callees,
      '--insecure',
      '--address=127.0.0.1',
      `--port=${port}`,
      '--metrics-address=127.0.0.1',
      `--metrics-port=${metricsPort}`,
      `--application-namespaces=${TEAM_NAMESPACE}`,
    ],
    isReady: () => isHealthy(port),
  })
  keep(server)
  return `http://127.0.0.1:${port}`
}

async function logsBelow(folder: string): Promise<string> {
  const logs = path.join(folder, 'logs')
  const files = (await readdir(logs)).map((name) => readFile(path.join(logs, name), 'utf8'))
  return (await Promise.all(files)).join('\n')
}
