import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import type { Emulator } from '../../emulator.ts'
import { PARTY_CANARY, type Reply, startParty } from './start-party.ts'

export interface GitlabEmulator extends Emulator {
  /** Of a maintainer, with the scope api. */
  readonly accessToken: string
  /** The deploy tokens that there are, by owner: `projects/group/app`, `groups/team`. */
  readonly tokens: Map<string, DeployToken[]>
}

export interface DeployToken {
  readonly id: number
  readonly name: string
  readonly username: string
  readonly expires_at: string | null
  readonly scopes: readonly string[]
  readonly token: string
}

/** "Deploy tokens API" of one project (`group/app`, 7) and one group (`team`). */
export async function startGitlab(): Promise<GitlabEmulator> {
  const accessToken = `glpat-${randomBytes(10).toString('hex')}`
  const tokens = new Map<string, DeployToken[]>([
    ['projects/group/app', []],
    ['projects/7', []],
    ['groups/team', []],
  ])
  let lastId = 0

  const asMaintainer =
    (answer: (request: Request, list: DeployToken[] | undefined) => Reply) =>
    (request: Request): Reply =>
      request.header('private-token') === accessToken
        ? answer(request, tokens.get([request.params['kind'], request.params['id']].join('/')))
        : [401]

  function create({ body }: Request, list: DeployToken[] | undefined): Reply {
    const { name, scopes, username, expires_at = null } = body as Partial<DeployToken>
    if (!list) return [404]
    if (!name || !scopes?.length) return [400]
    const id = ++lastId
    const token = `gldt-${randomBytes(10).toString('hex')}`
    const made = { id, name, username: username ?? `gitlab+deploy-token-${id}`, expires_at, scopes, token }
    list.push(made)
    return [201, { ...made, revoked: false, expired: false }]
  }

  function remove({ params }: Request, list: DeployToken[] = []): Reply {
    const at = list.findIndex(({ id }) => String(id) === params['token'])
    if (at < 0) return [404]
    list.splice(at, 1)
    return [204]
  }

  const emulator = await startParty({
    failure: (status) => ({ message: `${status} ${PARTY_CANARY}` }),
    routes: {
      'POST /api/v4/:kind/:id/deploy_tokens': asMaintainer(create),
      'DELETE /api/v4/:kind/:id/deploy_tokens/:token': asMaintainer(remove),
    },
  })
  return { ...emulator, accessToken, tokens }
}
