import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Request } from 'express'
import { jwtVerify } from 'jose'
import type { Emulator } from '../../emulator.ts'
import { PARTY_CANARY, type Reply, startParty } from './start-party.ts'

export interface GithubEmulator extends Emulator {
  readonly appId: string
  readonly installationId: string
  /** PEM, PKCS#1 as GitHub gives it. */
  readonly privateKey: string
  /** Every token that was made, with what it is for. */
  readonly made: { readonly token: string; readonly repositories: unknown; readonly permissions: unknown }[]
  /** The next call has used up its hour: 403 as GitHub says it. */
  limitRate(): void
}

const REPOSITORIES = new Set(['app', 'library'])

/** "Create an installation access token for an app", and the login of an app by a JWT, for one app with one installation. */
export async function startGithub(): Promise<GithubEmulator> {
  const [appId, installationId] = ['4711', '815']
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const made: { token: string; repositories: unknown; permissions: unknown }[] = []
  let isLimited = false

  async function isApp(request: Request): Promise<boolean> {
    const token = request.header('authorization')?.replace(/^Bearer /, '') ?? ''
    try {
      const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))
      const { payload } = await jwtVerify(token, key, { algorithms: ['RS256'], issuer: appId, clockTolerance: 60 })
      return (payload.exp ?? 0) - (payload.iat ?? 0) <= 600
    } catch {
      return false
    }
  }

  async function makeToken(request: Request): Promise<Reply> {
    if (request.header('user-agent') === undefined) return [403]
    if (isLimited) {
      isLimited = false
      return [403, undefined, { 'x-ratelimit-remaining': '0' }]
    }
    if (!(await isApp(request))) return [401]
    if (request.params['id'] !== installationId) return [404]
    const { repositories, permissions } = (request.body ?? {}) as { repositories?: string[]; permissions?: object }
    if (repositories?.some((name) => !REPOSITORIES.has(name))) return [422]
    const token = `ghs_${randomBytes(18).toString('hex')}`
    made.push({ token, repositories, permissions })
    return [201, { token, expires_at: '2026-01-01T01:00:00Z', permissions: permissions ?? {}, repository_selection: 'all' }]
  }

  const emulator = await startParty({
    failure: () => ({ message: PARTY_CANARY, documentation_url: 'https://docs.github.com/rest' }),
    routes: { 'POST /app/installations/:id/access_tokens': makeToken },
  })
  return {
    ...emulator,
    appId,
    installationId,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    made,
    limitRate() {
      isLimited = true
    },
  }
}
