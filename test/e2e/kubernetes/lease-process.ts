import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { pythonEnvironment } from '../tools/python-environment.ts'

/** A contender in a process of its own, under the keeper: it ends with the test, however that ends. */
export interface LeaseProcess {
  readonly name: string
  /** What it said so far: `leads`, `ends`, `refused`. */
  readonly said: readonly string[]
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL' | 'SIGTERM' | 'SIGUSR2'): void
  /** Resolves with its exit code. */
  readonly ended: Promise<number>
  stop(): Promise<void>
}

const KEEPER = path.join(import.meta.dirname, '../servers/keeper.py')
const CONTENDER = path.join(import.meta.dirname, 'lease-contender.ts')

export async function startContender(name: string, kubeconfig: string): Promise<LeaseProcess> {
  const { python } = await pythonEnvironment()
  const child = spawn(python, [KEEPER, process.execPath, CONTENDER, kubeconfig, name], { stdio: ['pipe', 'pipe', 'inherit'] })
  // Its end may come before what is written to it.
  child.stdin.on('error', () => {})
  const said: string[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    said.push(...lines)
  })
  const ended = once(child, 'close').then(([code]) => Number(code))
  return {
    name,
    said,
    signal: (signal) => void child.stdin.write(`${signal}\n`),
    ended,
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}
