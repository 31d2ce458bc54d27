import { spawn } from 'node:child_process'
import { buffer, text } from 'node:stream/consumers'
import { parseAllDocuments } from 'yaml'

/** What argocd-cmp-server is asked to do: one `GenerateManifest` (argocd.md 1.4 to 1.7). */
export interface PluginRequest {
  readonly command: readonly string[]
  /** The folder of the application in the unpacked checkout. */
  readonly directory: string
  /** Of the sidecar; that of the request wins. */
  readonly sidecar?: Readonly<Record<string, string>>
  readonly request: Readonly<Record<string, string>>
  /** The caller's; the command gets 100 ms less. */
  readonly deadlineMs?: number
  /** Between SIGTERM and SIGKILL to the group. */
  readonly graceMs?: number
}

export type PluginAnswer =
  | { readonly ok: true; readonly manifests: readonly unknown[]; readonly output: string; readonly stderr: string }
  | { readonly ok: false; readonly error: string; readonly output: string }

const CALLERS_BUFFER_MS = 100

/** Runs the command as the real server does, group and signals included, and takes its output apart as it does. */
export async function runPlugin(request: PluginRequest): Promise<PluginAnswer> {
  const [program = '', ...words] = request.command
  const child = spawn(program, words, {
    cwd: request.directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...request.sidecar, ...request.request },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = new Promise<string | undefined>((resolve) => {
    child.on('exit', (code, signal) =>
      resolve(code === 0 ? undefined : signal === null ? `exit status ${code}` : `signal: ${signal}`),
    )
  })
  const deadline = setTimeout(() => child.kill('SIGKILL'), (request.deadlineMs ?? 60_000) - CALLERS_BUFFER_MS)
  const [stdout, stderr, failure] = await Promise.all([buffer(child.stdout), text(child.stderr), exit])
  clearTimeout(deadline)
  await endGroup(child.pid, request.graceMs ?? 5_000)
  const output = stdout.toString()
  if (failure !== undefined)
    return { ok: false, error: `\`${request.command.join(' ')}\` failed ${failure}: ${stderr.trim()}`, output }
  return { ok: true, manifests: manifestsOf(output), output, stderr }
}

/** Also after success: what the command left running in its group ends with the request. */
async function endGroup(leader: number | undefined, graceMs: number): Promise<void> {
  if (leader === undefined || !signalGroup(leader, 'SIGTERM')) return
  for (let waitedMs = 0; waitedMs < graceMs && signalGroup(leader, 0); waitedMs += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  signalGroup(leader, 'SIGKILL')
}

function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal)
  } catch {
    return false
  }
}

/** As the server's decoder: a stream of JSON objects when the first character says so, else YAML documents; empty ones are dropped. */
function manifestsOf(output: string): readonly unknown[] {
  if (output.trimStart().startsWith('{')) return jsonObjects(output)
  const documents = parseAllDocuments(output)
  if (!Array.isArray(documents)) return []
  return documents.map((document): unknown => document.toJS()).filter((manifest) => manifest !== null)
}

function jsonObjects(output: string): readonly unknown[] {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line))
}
