import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { freePort } from '../servers/free-port.ts'
import { type ServerProcess, startServer } from '../servers/server-process.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'
import { accountToken } from './argo-api.ts'
import type { World } from './world.ts'

const MAIN = new URL('../../../plugin/main.ts', import.meta.url).pathname

/** Where the controller will be, for daemons that start before it. */
export interface ControllerPlace {
  readonly folder: string
  readonly intakePort: number
  readonly tokenFile: string
  /** Variables by which a daemon finds it. */
  readonly ofDaemons: Readonly<Record<string, string>>
}

export async function controllerPlace(folder: string): Promise<ControllerPlace> {
  await mkdir(folder, { recursive: true })
  const intakePort = await freePort()
  const tokenFile = path.join(folder, 'intake-token')
  await writeFile(tokenFile, 'token-of-daemons')
  const ofDaemons = {
    ARGOCD_EXTERNAL_SECRETS_CONTROLLER: `http://127.0.0.1:${intakePort}`,
    ARGOCD_EXTERNAL_SECRETS_CONTROLLER_TOKEN: tokenFile,
  }
  return { folder, intakePort, tokenFile, ofDaemons }
}

export interface Controller extends ServerProcess {
  /** Sum of all samples of a metric whose labels have this text. */
  metric(name: string, labels?: string): Promise<number>
  /** The lines of a metric. */
  samples(name: string): Promise<readonly string[]>
}

/**
 * Starts `controller applications` beside the Argo CD of `world`, with a token that has `applications, get`; the syncer's has `applications, sync` as
 * well. In Kubernetes it is an administrator, but for `kubeconfig`.
 */
export async function startController(
  world: World,
  place: ControllerPlace,
  words: readonly string[],
  account: 'reader' | 'syncer' = 'reader',
  kubeconfig: string = world.home.kubeconfig,
): Promise<Controller> {
  const port = await freePort()
  const argoToken = path.join(place.folder, 'argo-token')
  await writeFile(argoToken, await accountToken(world, account))
  const server = await startServer(await pythonEnvironment(), {
    name: 'controller',
    program: process.execPath,
    words: [
      MAIN,
      'controller',
      'applications',
      `--kubeconfig=${kubeconfig}`,
      `--policy=${world.daemon.policy}`,
      `--credentials=${world.daemon.credentials}`,
      `--argocd-url=${world.apiUrl}`,
      `--argocd-token=${argoToken}`,
      `--intake=127.0.0.1:${place.intakePort}`,
      `--intake-token=${place.tokenFile}`,
      '--operator-listen=',
      `--listen=127.0.0.1:${port}`,
      ...words,
    ],
    log: path.join(place.folder, 'controller.log'),
    environment: { HOME: place.folder },
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok,
  })
  const samples = async (name: string): Promise<readonly string[]> => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    return text.split('\n').filter((line) => new RegExp(`^argocd_external_secrets_controller_${name}(\\{| )`).test(line))
  }
  const metric = async (name: string, labels = ''): Promise<number> => {
    const lines = (await samples(name)).filter((line) => line.includes(labels))
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }
  return { ...server, metric, samples }
}
