import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { DoctorCheck, Examination, Finding } from './doctor-check.ts'

const execute = promisify(execFile)

interface Tool {
  readonly command: readonly [string, ...string[]]
  readonly needed: string
}

const TOOLS: readonly Tool[] = [
  { command: ['helm', 'version', '--short'], needed: 'applications with a Chart.yaml' },
  { command: ['kustomize', 'version'], needed: 'applications with a kustomization' },
  { command: ['git', '--version'], needed: 'kustomizations with remote bases' },
]

/** What sources are rendered with. */
export const toolsCheck: DoctorCheck = {
  name: 'tools',
  run: (examination) => Promise.all(TOOLS.map((tool) => toolFinding(tool, examination))),
}

async function toolFinding({ command: [program, ...words], needed }: Tool, { sources, signal }: Examination): Promise<Finding> {
  try {
    const env = { PATH: sources.environment.get('PATH') ?? '', HOME: '/tmp' }
    const { stdout } = await execute(program, words, { env, signal, timeout: 10_000, maxBuffer: 64 * 1024 })
    return { state: 'ok', text: `${program}: ${stdout.trim().split('\n')[0]?.slice(0, 100) ?? ''}` }
  } catch {
    return {
      state: 'doubt',
      text: `${program} does not run: ${needed} cannot be rendered here`,
      remedy: `put ${program} on the PATH of the container that renders`,
    }
  }
}
