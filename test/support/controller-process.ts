import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const MAIN = new URL('../../plugin/main.ts', import.meta.url).pathname
const WITHIN_MS = 20_000

/** `controller DUTY` in a process of its own, against some API server. */
export interface ControllerProcess extends AsyncDisposable {
  readonly child: ChildProcess
  /** `HOST:PORT` of health and metrics; beside Argo CD of all that it listens on, divided by spaces. */
  readonly address: string
  /** Everything that it logged so far. */
  log(): string
  /** Sends SIGTERM; gives its exit code. */
  stop(): Promise<number | null>
}

export async function startController(
  duty: string,
  kubeconfig: string,
  flags: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<ControllerProcess> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'controller-'))
  const file = path.join(folder, 'kubeconfig')
  await writeFile(file, kubeconfig)
  const words = ['controller', duty, '--kubeconfig', file, '--listen', '127.0.0.1:0', ...flags]
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (log += bytes.toString()))
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const address = await eventually(
    () => /"address(?:es)?":"([^"]+)"/.exec(log)?.[1],
    () => log,
    child,
  )

  async function stop(): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    return exited
  }

  return {
    child,
    address,
    log: () => log,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function eventually<T>(look: () => T | undefined, log: () => string, child: ChildProcess): Promise<T> {
  for (let waited = 0; waited < WITHIN_MS; waited += 20) {
    const found = look()
    if (found !== undefined) return found
    if (child.exitCode !== null) throw new Error(`the controller ended: ${log()}`)
    await sleep(20)
  }
  child.kill('SIGKILL')
  throw new Error(`the controller is not ready: ${log()}`)
}
