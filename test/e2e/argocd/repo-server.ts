import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { freePort } from '../servers/free-port.ts'
import type { Redis } from '../servers/redis.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { StartedServers } from '../servers/started-servers.ts'
import { type ArgoPlace, isHealthy, startArgoProcess } from './argo-process.ts'
import { type DaemonSettings, startDaemon } from './daemon.ts'
import { PLUGIN_DEFINITION, PLUGIN_NAME } from './plugin.ts'

/**
 * How repo-server reaches the plugin: `forked`, an argocd-cmp-server that starts the thin client for every render; `native`, the daemon serves the
 * plugin's socket itself.
 */
export type PluginWay = 'forked' | 'native'

/** A pod of repo-server: the server, the sidecar with the plugin unless the daemon is it, and the daemon. */
export interface RepoServer {
  /** host:port of its gRPC. */
  readonly address: string
}

export interface RepoServerSettings {
  readonly redis: Redis
  readonly daemon: DaemonSettings
  /** Folder with the programs of the plugin's container. */
  readonly programs: string
  readonly way: PluginWay
  readonly keep: StartedServers['keep']
}

/** Starts `argocd-repo-server` as `name`, and what belongs to it. */
export async function startRepoServer(
  place: ArgoPlace,
  name: string,
  { redis, daemon, programs, way, keep }: RepoServerSettings,
): Promise<RepoServer> {
  const folder = path.join(place.folder, name)
  const [sockets, socket] = [path.join(folder, 'plugins'), path.join(folder, 'daemon/daemon.sock')]
  await mkdir(sockets, { recursive: true, mode: 0o700 })
  await mkdir(path.dirname(socket), { mode: 0o700 })
  const ofDaemon = { ...daemon, socket, programs, state: path.join(folder, 'state') }
  await mkdir(ofDaemon.state, { mode: 0o700 })
  const [port, metricsPort] = [await freePort(), await freePort()]
  const starting = [
    ...(way === 'native'
      ? [startDaemon(place, `${name}-daemon`, { ...ofDaemon, pluginSockets: sockets })]
      : [startDaemon(place, `${name}-daemon`, ofDaemon), startSidecar(place, `${name}-plugin`, { sockets, socket, programs })]),
    startArgoProcess(place, {
      program: 'argocd-repo-server',
      name,
      words: [
        '--address=127.0.0.1',
        `--port=${port}`,
        '--metrics-address=127.0.0.1',
        `--metrics-port=${metricsPort}`,
        // 3.6 wants to hear as well that clients are not asked for certificates.
        '--disable-tls',
        '--client-ca-path=',
        `--redis=${redis.address}`,
      ],
      environment: { ARGOCD_PLUGINSOCKFILEPATH: sockets },
      isReady: () => isHealthy(metricsPort),
    }),
  ]
  await Promise.all(starting.map((server) => server.then(keep)))
  return { address: `127.0.0.1:${port}` }
}

interface Sidecar {
  readonly sockets: string
  readonly socket: string
  readonly programs: string
}

async function startSidecar(place: ArgoPlace, name: string, { sockets, socket, programs }: Sidecar): Promise<ServerProcess> {
  const config = path.join(place.folder, name, 'config')
  await mkdir(config, { recursive: true })
  await writeFile(path.join(config, 'plugin.yaml'), PLUGIN_DEFINITION)
  return await startArgoProcess(place, {
    program: 'argocd-cmp-server',
    name,
    words: ['--config-dir-path', config],
    environment: {
      PATH: `${programs}:/usr/bin:/bin`,
      ARGOCD_PLUGINSOCKFILEPATH: sockets,
      ARGOCD_CMP_WORKDIR: path.join(place.folder, name, 'work'),
      ARGOCD_EXTERNAL_SECRETS_SOCKET: socket,
    },
    isReady: async () => existsSync(path.join(sockets, `${PLUGIN_NAME}.sock`)),
  })
}
