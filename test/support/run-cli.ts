import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

export interface CliResult {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
}

export interface CliOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  readonly directory?: string
  /** For Node itself. */
  readonly nodeFlags?: readonly string[]
  /** The program's file; the sources' own without it. */
  readonly main?: string
}

const MAIN = new URL('../../plugin/main.ts', import.meta.url).pathname

/** Runs the command line from source in a process of its own, with only PATH, HOME and the given variables in its environment. */
export async function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), options.main ?? MAIN, ...words], {
    cwd: options.directory ?? process.cwd(),
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit])
  return { stdout, stderr, exitCode }
}
