import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import type { PythonEnvironment } from '../tools/python-environment.ts'

/** A server of others in a process of its own. */
export interface ServerProcess {
  /** Sends this process a signal. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void
  /** Stops this process and waits for its end. */
  stop(): Promise<void>
}

export interface ServerCommand {
  readonly name: string
  readonly program: string
  readonly words: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** The file that gets all that it says. */
  readonly log?: string
  /** Whether the server answers as it should; may throw while it does not. */
  readonly isReady: () => Promise<boolean>
}

const READY_WITHIN_MS = 60_000
const KEEPER = new URL('keeper.py', import.meta.url).pathname

/** Starts a server and waits until it is ready. Throws with the end of its output when it is not within a minute. */
export async function startServer({ python }: PythonEnvironment, command: ServerCommand): Promise<ServerProcess> {
  const child = spawn(python, [KEEPER, command.program, ...command.words], {
    env: { PATH: process.env['PATH'] ?? '', ...command.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const said = lastLines(child, command.log)
  const exited = once(child, 'exit')
  // Its end may come before what is written to it.
  child.stdin?.on('error', () => {})
  const server: ServerProcess = {
    signal: (name) => void child.stdin?.write(`${name}\n`),
    async stop(): Promise<void> {
      child.stdin?.end()
      await exited
    },
  }
  const deadline = performance.now() + READY_WITHIN_MS
  while (!(await command.isReady().catch(() => false))) {
    const ended = child.exitCode !== null || child.signalCode !== null
    if (ended || performance.now() > deadline) {
      await server.stop()
      const why = ended ? `ended with ${child.exitCode ?? child.signalCode}` : 'was not ready within a minute'
      throw new Error(`${command.name} ${why}; its last words:\n${said()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return server
}

/** Drains the output, or the server would block on a full pipe, and remembers its end. */
function lastLines(child: ChildProcess, log: string | undefined): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = `${text}${chunk}`.slice(-4_000)
      if (log !== undefined) appendFileSync(log, chunk)
    })
  }
  return () => text
}
