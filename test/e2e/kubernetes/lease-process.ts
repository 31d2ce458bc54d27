import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { LeaseTiming } from '../../../plugin/kube/lease-timing.ts'
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

/** What contenders contend for. */
export interface Contention {
  readonly kubeconfig: string
  /** Of the Lease, and of the ConfigMap that its leader writes. */
  readonly lease: string
  readonly timing: LeaseTiming
}

export async function startContender(name: string, { kubeconfig, lease, timing }: Contention): Promise<LeaseProcess> {
  const { python } = await pythonEnvironment()
  const words = [KEEPER, process.execPath, CONTENDER, kubeconfig, name, lease, JSON.stringify(timing)]
  const child = spawn(python, words, { stdio: ['pipe', 'pipe', 'inherit'] })
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
