import { existsSync } from 'node:fs'
import path from 'node:path'
import { printable } from '../../model/printable.ts'
import { SecretError } from '../../model/secret-error.ts'

/** One run of helm or kustomize. */
export interface ToolRun {
  readonly program: string
  /** Its subcommand, as a report names it: `helm template`. */
  readonly title: string
  readonly arguments: readonly string[]
  readonly directory: string
  /** All of its environment. `PATH` is where the program is looked for. */
  readonly environment: Readonly<Record<string, string>> & { readonly PATH: string }
  /** What it may take of the render's time, in milliseconds. */
  readonly timeoutMs: number
  /** A run that prints more than this is stopped. */
  readonly maxOutputBytes: number
  /** It says on standard output as well what went wrong. */
  readonly saysOnOutput?: true
  /** Folders whose paths mean nothing to the author, and what a report says in their place. */
  readonly shownAs: readonly (readonly [folder: string, as: string])[]
}

export interface ToolResult {
  readonly exitCode: number
  readonly output: Uint8Array
  /** What it said on standard error: bounded, escaped, on one line. */
  readonly said: string
}

const MAX_SAID_BYTES = 64 * 1024
const MAX_SAID_CHARACTERS = 1200

/**
 * Becomes the program after it has set a guard beside it, in the same process group: once the other end of descriptor 3 is gone, because the run is
 * over or because this process was killed, the guard kills the whole group. Nothing that a tool starts outlives a render.
 */
const GUARDED = '(read -r _ <&3; kill -9 0) >/dev/null 2>&1 </dev/null & exec 3<&-; exec "$@"'

/**
 * Runs a tool in its own process group with nothing of our environment, and waits for it.
 * Throws SecretError: Unavailable when it is not installed, Deadline when its time is over, InvalidSpec when it prints too much. An exit code is the caller's.
 */
export async function runTool(run: ToolRun): Promise<ToolResult> {
  const { spawn } = await import('node:child_process')
  const program = installed(run.program, run.environment.PATH)
  const { promise, resolve, reject } = Promise.withResolvers<ToolResult>()
  const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', program, ...run.arguments], {
    cwd: run.directory,
    env: run.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const { stdout, stderr } = child
  const guard = child.stdio[3]
  const output = collector(run.maxOutputBytes, () => stop(tooMuch(run)))
  const said = collector(MAX_SAID_BYTES, () => {})
  stdout?.on('data', output.take)
  stderr?.on('data', said.take)
  const stop = (why: SecretError): void => {
    guard?.destroy()
    stdout?.destroy()
    stderr?.destroy()
    reject(why)
  }
  const timer = setTimeout(() => stop(tooLate(run)), Math.max(1, run.timeoutMs))
  child.on('error', () => stop(notStarted(run)))
  child.on('exit', () => guard?.destroy())
  child.on('close', (code) =>
    resolve({
      exitCode: code ?? -1,
      output: output.bytes(),
      said: shown([said.bytes(), ...(run.saysOnOutput ? [output.bytes()] : [])], run),
    }),
  )
  guard?.on('error', () => {})
  return promise.finally(() => clearTimeout(timer))
}

/** Where a program of that name is in the folders of `searchPath`. Throws SecretError Unavailable. */
export function installed(program: string, searchPath: string): string {
  const found = searchPath
    .split(':')
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, program))
    .find((file) => existsSync(file))
  if (found !== undefined) return found
  throw new SecretError('Unavailable', `${program} is not installed in this container`, {
    remedy: `use the image of this plugin, which has it, or put ${program} into a folder of PATH`,
  })
}

interface Collector {
  readonly take: (chunk: Buffer) => void
  bytes(): Buffer
}

function collector(maxBytes: number, onTooMuch: () => void): Collector {
  const chunks: Buffer[] = []
  let size = 0
  return {
    take(chunk) {
      if (size > maxBytes) return
      size += chunk.byteLength
      if (size > maxBytes) onTooMuch()
      else chunks.push(chunk)
    },
    bytes: () => Buffer.concat(chunks),
  }
}

function shown(parts: readonly Buffer[], { shownAs }: ToolRun): string {
  const text = shownAs.reduce((shortened, [folder, as]) => shortened.replaceAll(folder, as), parts.join('\n'))
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [printable(line.trim())]))
  const joined = lines.join(' | ')
  return joined.length > MAX_SAID_CHARACTERS ? `${joined.slice(0, MAX_SAID_CHARACTERS)}…` : joined
}

function tooLate({ title, timeoutMs }: ToolRun): SecretError {
  return new SecretError(
    'Deadline',
    `${title} was not ready after the ${Math.max(0, Math.round(timeoutMs))} ms that were left for it`,
    {
      remedy:
        'see whether it waits for a repository that cannot be reached, or raise the option timeout together with the timeouts of Argo CD',
    },
  )
}

function tooMuch({ title, maxOutputBytes }: ToolRun): SecretError {
  return new SecretError('InvalidSpec', `${title} printed more than ${maxOutputBytes} bytes`, { remedy: 'split the application' })
}

function notStarted({ title }: ToolRun): SecretError {
  return new SecretError('Unavailable', `${title} could not be started`, {
    remedy: 'see that /bin/sh is in the container and that it has memory and processes left',
  })
}
