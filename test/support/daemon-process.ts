import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type PluginAnswer, type PluginRequest, runPlugin } from './fake-cmp-server.ts'

const MAIN = new URL('../../plugin/main.ts', import.meta.url).pathname
const READY_WITHIN_MS = 20_000

/** A daemon in a process of its own, with a folder for policy, credentials and applications. */
export interface DaemonProcess extends AsyncDisposable {
  readonly folder: string
  readonly socket: string
  readonly child: ChildProcess
  /** Everything that it logged so far. */
  log(): string
  /** Runs `generate` in a folder with these files, as argocd-cmp-server does. */
  generate(files: Readonly<Record<string, string>>, request?: Readonly<Record<string, string>>): Promise<PluginAnswer>
}

export interface DaemonStart {
  /** Another program than the sources: the bundle. */
  readonly main?: string
  /** Files of the policy folder; without them there is no policy. */
  readonly policy?: Readonly<Record<string, string>>
  /** `NAMESPACE/NAME/KEY` and what it holds. */
  readonly credentials?: Readonly<Record<string, string>>
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export const ARGO_REQUEST = {
  ARGOCD_APP_NAME: 'shop',
  ARGOCD_APP_NAMESPACE: 'shop',
  ARGOCD_APP_PROJECT_NAME: 'team-a',
  ARGOCD_APP_REVISION: 'f00f',
  ARGOCD_APP_SOURCE_PATH: '.',
  KUBE_VERSION: '1.36.3',
}

export async function startDaemonProcess(start: DaemonStart = {}): Promise<DaemonProcess> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'daemon-'))
  const socket = path.join(folder, 'socket/daemon.sock')
  await writeFiles(path.join(folder, 'policy'), start.policy ?? {})
  await writeFiles(path.join(folder, 'credentials'), start.credentials ?? {})
  const policy = start.policy ? ['--policy', path.join(folder, 'policy')] : []
  const words = ['daemon', '--socket', socket, '--listen', '', '--credentials', path.join(folder, 'credentials'), ...policy]
  const child = spawn(process.execPath, [start.main ?? MAIN, ...words, ...(start.flags ?? [])], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...start.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (log += bytes.toString()))
  await readyOrDead(child, () => log)
  let applications = 0

  return {
    folder,
    socket,
    child,
    log: () => log,
    async generate(files, request = {}) {
      const directory = path.join(folder, `application-${applications++}`)
      await writeFiles(directory, files)
      return runPlugin({ ...generateIn(directory, socket), request: { ...ARGO_REQUEST, ...request } })
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        await exited
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function generateIn(directory: string, socket: string): Omit<PluginRequest, 'request'> {
  return { command: [process.execPath, MAIN, 'generate', '.'], directory, sidecar: { ARGOCD_EXTERNAL_SECRETS_SOCKET: socket } }
}

async function readyOrDead(child: ChildProcess, log: () => string): Promise<void> {
  for (let waited = 0; waited < READY_WITHIN_MS; waited += 20) {
    if (log().includes('"message":"ready"')) return
    if (child.exitCode !== null) throw new Error(`the daemon ended: ${log()}`)
    await sleep(20)
  }
  child.kill('SIGKILL')
  throw new Error(`the daemon is not ready: ${log()}`)
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content)
  }
}
