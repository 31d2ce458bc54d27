import path from 'node:path'
import { freePort } from '../servers/free-port.ts'
import { type ServerProcess, startServer } from '../servers/server-process.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'
import type { ArgoPlace } from './argo-process.ts'

/** How long a daemon gives a value again without asking for it (R15). */
export const VALUE_TTL_MS = 2_000

/** What an administrator gives the daemon of a repo-server. */
export interface DaemonSettings {
  /** `dist/main.js` */
  readonly main: string
  /** Folder of the tenancy policy. */
  readonly policy: string
  /** Folder of mounted Secrets. */
  readonly credentials: string
  /** Folder of the keys that all replicas have. */
  readonly keys: string
  readonly environment: Readonly<Record<string, string>>
}

export interface DaemonPlace {
  /** Its own socket. */
  readonly socket: string
  /** Its own volume. */
  readonly state: string
  /** Folder with helm and kustomize. */
  readonly programs: string
  /** repo-server's folder of plugins, to serve the plugin there itself. */
  readonly pluginSockets?: string
}

/** Starts the daemon of one repo-server; its log is among those of Argo CD's processes. */
export async function startDaemon(
  place: ArgoPlace,
  name: string,
  { main, policy, credentials, keys, environment, socket, state, programs, pluginSockets }: DaemonSettings & DaemonPlace,
): Promise<ServerProcess> {
  const port = await freePort()
  return await startServer(await pythonEnvironment(), {
    name,
    program: process.execPath,
    words: [
      main,
      'daemon',
      `--policy=${policy}`,
      `--credentials=${credentials}`,
      `--keys=${keys}`,
      `--state=${state}`,
      `--cache-ttl=${VALUE_TTL_MS}`,
      `--socket=${socket}`,
      `--listen=127.0.0.1:${port}`,
      ...(pluginSockets === undefined ? [] : [`--cmp-socket=${pluginSockets}`]),
    ],
    log: path.join(place.folder, 'logs', `${name}.log`),
    environment: { PATH: `${programs}:/usr/bin:/bin`, ...environment },
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok,
  })
}
