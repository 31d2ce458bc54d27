import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** The built program as the controller of ExternalSecrets. */
export interface BenchController {
  /** When its process began, in milliseconds since the epoch. */
  readonly startedAtMs: number
  /** When it said that it is ready; rejects with its last words when it ends instead. */
  ready(): Promise<number>
  /** Of its CPU since the start, in seconds. */
  cpuSeconds(): number
  /** Resident memory now and at most, in MiB. */
  memory(): { readonly now: number; readonly peak: number }
  lastWords(): string
  /** Ends it by SIGTERM; throws when it does not end well in time. */
  stop(): Promise<void>
}

export interface BenchControllerStart {
  /** `dist/main.js` */
  readonly main: string
  readonly kubeconfig: string
  readonly namespace: string
  readonly folder: string
  /** Beside those that every one has. */
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Linux counts the CPU of processes in hundredths of a second. */
const TICKS_A_SECOND = 100
const POLL_MS = 10
const STOP_MS = 30_000
const READY_MS = 60_000

export function startBenchController(start: BenchControllerStart): BenchController {
  const { main, kubeconfig, namespace, folder, environment } = start
  const startedAtMs = Date.now()
  const flags = ['--kubeconfig', kubeconfig, '--listen', '127.0.0.1:0', '--lease-namespace', namespace, ...(start.flags ?? [])]
  const child = spawn(process.execPath, [main, 'controller', 'external-secrets', ...flags], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, POD_NAMESPACE: namespace, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const closed = once(child, 'close')
  let log = ''
  child.stderr.on('data', (bytes: Buffer) => (log = `${log}${bytes.toString()}`.slice(-20_000)))
  let address: string | undefined
  child.stderr.on('data', () => (address ??= /"address":"([^"]+)"/.exec(log)?.[1]))
  const isReady = async (): Promise<boolean> => address !== undefined && (await fetch(`http://${address}/readyz`)).ok
  const stat = (name: string): string => readFileSync(`/proc/${child.pid}/${name}`, 'utf8')
  const kib = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(stat('status'))?.[1])
  return {
    startedAtMs,
    async ready() {
      for (const until = Date.now() + READY_MS; Date.now() < until; await sleep(POLL_MS)) {
        if (child.exitCode !== null) break
        if (await isReady()) return Date.now()
      }
      throw new Error(`the controller is not ready: ${log}`)
    },
    cpuSeconds() {
      // Its name, which may hold anything, ends with the last bracket; user and system time are the 14th and 15th field.
      const fields = stat('stat').split(') ').at(-1)?.split(' ') ?? []
      return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
    },
    memory: () => ({ now: kib('VmRSS') / 1024, peak: kib('VmHWM') / 1024 }),
    lastWords: () => log,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the controller has ended: ${log}`)
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      const [exitCode] = (await closed) as [number | null]
      clearTimeout(late)
      if (exitCode !== 0) throw new Error(`the controller ended with ${exitCode}: ${log}`)
    },
  }
}
