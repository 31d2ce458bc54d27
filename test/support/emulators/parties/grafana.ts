import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import type { Emulator } from '../../emulator.ts'
import { PARTY_CANARY, type Reply, startParty } from './start-party.ts'

export interface GrafanaEmulator extends Emulator {
  /** Of a service account that may make others. */
  readonly adminToken: string
  /** Of the user `admin`. */
  readonly adminPassword: string
  readonly accounts: GrafanaAccount[]
}

export interface GrafanaAccount {
  readonly id: number
  readonly name: string
  readonly login: string
  readonly role: string
  readonly tokens: {
    readonly id: number
    readonly name: string
    readonly key: string
    readonly secondsToLive: number | undefined
  }[]
}

/** "Service account HTTP API" of one organisation, below the path `/grafana`, which `url` has. */
export async function startGrafana(): Promise<GrafanaEmulator> {
  const [adminToken, adminPassword] = [`glsa_${randomBytes(16).toString('hex')}`, `pass:${randomBytes(6).toString('hex')}`]
  const basic = Buffer.from(`admin:${adminPassword}`).toString('base64')
  const accounts: GrafanaAccount[] = []
  let lastId = 0

  const asAdmin =
    (answer: (request: Request) => Reply) =>
    (request: Request): Reply =>
      [`Bearer ${adminToken}`, `Basic ${basic}`].includes(request.header('authorization') ?? '') ? answer(request) : [401]
  const accountOf = ({ params }: Request): GrafanaAccount | undefined => accounts.find(({ id }) => String(id) === params['id'])

  function search({ query }: Request): Reply {
    const part = typeof query['query'] === 'string' ? query['query'] : ''
    const found = accounts.filter(({ name }) => name.includes(part))
    return [200, { totalCount: found.length, serviceAccounts: found, page: 1, perPage: 1000 }]
  }

  function makeAccount({ body }: Request): Reply {
    const { name, role } = body as Partial<GrafanaAccount>
    if (!name || !role || !/^(None|Viewer|Editor|Admin)$/.test(role) || accounts.some((one) => one.name === name)) return [400]
    const made = { id: ++lastId, name, login: `sa-1-${name}`, role, tokens: [] }
    accounts.push(made)
    return [201, { ...made, orgId: 1, isDisabled: false }]
  }

  function makeToken(request: Request): Reply {
    const account = accountOf(request)
    const { name, secondsToLive } = request.body as { name?: string; secondsToLive?: number }
    if (!account) return [404]
    if (!name || account.tokens.some((one) => one.name === name)) return [400]
    const made = { id: ++lastId, name, key: `glsa_${randomBytes(16).toString('hex')}`, secondsToLive }
    account.tokens.push(made)
    return [200, { id: made.id, name, key: made.key }]
  }

  function deleteToken(request: Request): Reply {
    const tokens = accountOf(request)?.tokens ?? []
    const at = tokens.findIndex(({ id }) => String(id) === request.params['token'])
    if (at < 0) return [404]
    tokens.splice(at, 1)
    return [200, { message: 'Service account token deleted' }]
  }

  const emulator = await startParty({
    failure: () => ({ message: PARTY_CANARY, messageId: 'serviceaccounts.Err', traceID: '' }),
    routes: {
      'GET /grafana/api/serviceaccounts/search': asAdmin(search),
      'POST /grafana/api/serviceaccounts': asAdmin(makeAccount),
      'POST /grafana/api/serviceaccounts/:id/tokens': asAdmin(makeToken),
      'DELETE /grafana/api/serviceaccounts/:id/tokens/:token': asAdmin(deleteToken),
    },
  })
  return { ...emulator, url: `${emulator.url}/grafana`, adminToken, adminPassword, accounts }
}
