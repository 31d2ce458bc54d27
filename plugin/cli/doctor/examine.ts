import { printable } from '../../model/printable.ts'
import { asSecretError } from '../../model/secret-error.ts'
import { argocdCheck } from './argocd-check.ts'
import { clockCheck } from './clock-check.ts'
import type { DoctorCheck, Examination, Finding } from './doctor-check.ts'
import { identityCheck } from './identity-check.ts'
import { keysCheck } from './keys-check.ts'
import { networkCheck } from './network-check.ts'
import { policyCheck } from './policy-check.ts'
import { socketCheck } from './socket-check.ts'
import { storesCheck } from './stores-check.ts'
import { toolsCheck } from './tools-check.ts'

/** In the order in which they are told: what others build on comes first. */
export const doctorChecks: readonly DoctorCheck[] = [
  socketCheck,
  argocdCheck,
  toolsCheck,
  policyCheck,
  keysCheck,
  identityCheck,
  networkCheck,
  clockCheck,
  storesCheck,
]

const MARKS: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok     ',
  doubt: 'doubt  ',
  wrong: 'WRONG  ',
  skipped: 'skipped',
}

/** A line a finding, with its remedy below. */
export async function examine(
  checks: readonly DoctorCheck[],
  examination: Examination,
): Promise<{ readonly text: string; readonly isWell: boolean }> {
  const told = await Promise.all(
    checks.map(async (check) => ({ name: check.name, findings: await findingsOf(check, examination) })),
  )
  const lines = told.flatMap(({ name, findings }) => findings.map((finding) => lineOf(name, finding)))
  return { text: lines.join(''), isWell: told.every(({ findings }) => findings.every(({ state }) => state !== 'wrong')) }
}

async function findingsOf(check: DoctorCheck, examination: Examination): Promise<readonly Finding[]> {
  try {
    return await check.run(examination)
  } catch (thrown) {
    const { message, remedy, place } = asSecretError(thrown)
    const where = place.file === undefined ? '' : `${place.file}:${place.line ?? 1}: `
    return [{ state: 'wrong', text: `${where}${message}`, ...(remedy !== undefined && { remedy }) }]
  }
}

function lineOf(name: string, { state, text, remedy }: Finding): string {
  const line = `${MARKS[state]}  ${name}: ${printable(text)}\n`
  return remedy === undefined ? line : `${line}         -> ${printable(remedy)}\n`
}
