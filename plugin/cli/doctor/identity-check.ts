import { readFile } from 'node:fs/promises'
import { systemClock } from '../../model/clock.ts'
import type { DoctorCheck, Examination, Finding } from './doctor-check.ts'

/** Variables that name a file with a token of the process's own identity, and whose SDK reads them. */
const TOKEN_FILES: readonly (readonly [string, string])[] = [
  ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS (IRSA)'],
  ['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', 'AWS (pod identity)'],
  ['AZURE_FEDERATED_TOKEN_FILE', 'Azure (workload identity)'],
  ['GOOGLE_APPLICATION_CREDENTIALS', 'Google'],
]

/** The identities of the process itself, which stores without credentials of their own use. */
export const identityCheck: DoctorCheck = {
  name: 'identity',
  async run(examination) {
    const found = await Promise.all(TOKEN_FILES.map(([variable, whose]) => tokenFinding(variable, whose, examination)))
    const findings = found.flatMap((finding) => finding ?? [])
    return findings.length > 0 ? findings : [{ state: 'skipped', text: 'no identity of a cloud is set for this process' }]
  },
}

async function tokenFinding(variable: string, whose: string, { sources }: Examination): Promise<Finding | undefined> {
  const file = sources.environment.get(variable)
  if (!file) return undefined
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined)
    return {
      state: 'wrong',
      text: `${variable} names a file that cannot be read`,
      remedy: 'mount the token into this container, readable for user 999',
    }
  const expiresAt = expiryOf(text)
  return expiresAt !== undefined && expiresAt * 1000 < systemClock.now()
    ? {
        state: 'wrong',
        text: `${whose}: the token is past its end`,
        remedy: 'see why the kubelet does not renew it, and whether the clock is right',
      }
    : { state: 'ok', text: `${whose}: there is a token` }
}

/** `exp` of a JSON Web Token, in seconds (RFC 7519); `undefined` for what is none. */
function expiryOf(token: string): number | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number'
      ? claims.exp
      : undefined
  } catch {
    return undefined
  }
}
