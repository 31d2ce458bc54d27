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

/** A finding, and the check that found it. */
export interface NamedFinding extends Finding {
  readonly check: string
}

/** What all checks find, in their order. */
export async function examine(checks: readonly DoctorCheck[], examination: Examination): Promise<readonly NamedFinding[]> {
  const told = await Promise.all(
    checks.map(async (check) => ({ check: check.name, findings: await findingsOf(check, examination) })),
  )
  return told.flatMap(({ check, findings }) => findings.map((finding) => ({ check, ...finding })))
}

export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== 'wrong')
}

/** A line a finding, with its remedy below. */
export function findingsText(findings: readonly NamedFinding[]): string {
  return findings.map(lineOf).join('')
}

/** One object for programs. */
export function findingsJson(findings: readonly NamedFinding[]): string {
  const told = findings.map(({ check, state, text, remedy }) => ({ check, state, text, ...(remedy !== undefined && { remedy }) }))
  return `${JSON.stringify({ isWell: isWell(findings), findings: told }, undefined, 2)}\n`
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

function lineOf({ check, state, text, remedy }: NamedFinding): string {
  const line = `${MARKS[state]}  ${check}: ${printable(text)}\n`
  return remedy === undefined ? line : `${line}         -> ${printable(remedy)}\n`
}
