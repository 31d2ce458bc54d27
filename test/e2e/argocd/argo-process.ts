import { mkdirSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { type ServerProcess, startServer } from '../servers/server-process.ts'
import { goProgram } from '../tools/go-program.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'

/** What every process of Argo CD is started with. */
export interface ArgoPlace {
  /** Its own files are below it. */
  readonly folder: string
  readonly kubeconfig: string
}

export interface ArgoProcess {
  /** One binary acts as all of them, by the name that it is called by; the same name is in its requests. */
  readonly program: `argocd-${'application-controller' | 'cmp-server' | 'commit-server' | 'repo-server' | 'server'}`
  /** Distinguishes two of the same program; the log is `logs/<name>.log`. */
  readonly name: string
  readonly words: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly isReady: () => Promise<boolean>
}

/** Starts one outside of a cluster: it is told that the kubeconfig is the cluster it runs in. */
export async function startArgoProcess(place: ArgoPlace, wanted: ArgoProcess): Promise<ServerProcess> {
  const built = await goProgram('argocd')
  const own = path.join(place.folder, wanted.name)
  for (const name of ['tls', 'ssh', 'tmp', '../logs']) mkdirSync(path.join(own, name), { recursive: true })
  const program = path.join(own, wanted.program)
  await symlink(path.join(built, 'argocd'), program)
  return await startServer(await pythonEnvironment(), {
    name: wanted.name,
    program,
    words: wanted.words,
    log: path.join(place.folder, 'logs', `${wanted.name}.log`),
    environment: {
      // git-verify-wrapper.sh must be on the path, or every render ends in `permission denied`.
      PATH: [path.join(built, 'hack'), pathOfHost()].join(path.delimiter),
      HOME: own,
      TMPDIR: path.join(own, 'tmp'),
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      ARGOCD_GPG_ENABLED: 'false',
      ARGOCD_TLS_DATA_PATH: path.join(own, 'tls'),
      ARGOCD_SSH_DATA_PATH: path.join(own, 'ssh'),
      KUBECONFIG: place.kubeconfig,
      ...wanted.environment,
    },
    isReady: wanted.isReady,
  })
}

function pathOfHost(): string {
  return process.env['PATH'] ?? ''
}

/** Whether the health check at `port` says that all is well. */
export async function isHealthy(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok
}
