import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { DoctorCheck, Examination, Finding } from './doctor-check.ts'

const execute = promisify(execFile)
const CMP_SERVER = '/var/run/argocd/argocd-cmp-server'
/** The first that tells a plugin the project (argocd.md 1.4). */
const FIRST_MAJOR = 3

/** The Argo CD around this container: its version, and whether it would log what we print. */
export const argocdCheck: DoctorCheck = {
  name: 'argo cd',
  async run(examination) {
    return [await versionFinding(examination), levelFinding(examination)]
  },
}

async function versionFinding({ signal }: Examination): Promise<Finding> {
  if (!existsSync(CMP_SERVER))
    return { state: 'skipped', text: `no ${CMP_SERVER}: this is not the container of argocd-cmp-server` }
  const { stdout } = await execute(CMP_SERVER, ['version', '--short'], { signal, timeout: 10_000, maxBuffer: 64 * 1024 }).catch(
    () => ({ stdout: '' }),
  )
  const [, version, major] = /v((\d+)\.\d+\.\d+)/.exec(stdout) ?? []
  if (version === undefined)
    return { state: 'doubt', text: 'argocd-cmp-server does not tell its version', remedy: 'see which image repo-server runs' }
  return Number(major) >= FIRST_MAJOR
    ? { state: 'ok', text: `Argo CD ${version}` }
    : { state: 'wrong', text: `Argo CD ${version} does not tell a plugin the project`, remedy: 'upgrade to Argo CD 3.0 or later' }
}

/** At debug argocd-cmp-server logs all that a plugin prints, which is every Secret (argocd.md 1.6). */
function levelFinding({ sources }: Examination): Finding {
  const level = sources.environment.get('ARGOCD_CMP_SERVER_LOGLEVEL') ?? 'info'
  return /^(debug|trace)$/i.test(level)
    ? {
        state: 'wrong',
        text: `argocd-cmp-server logs at ${level.toLowerCase()}: every rendered Secret goes to its log`,
        remedy: 'set ARGOCD_CMP_SERVER_LOGLEVEL to info, and rotate what was logged',
      }
    : { state: 'ok', text: 'argocd-cmp-server does not log what is rendered' }
}
