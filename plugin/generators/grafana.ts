import * as z from 'zod'
import { inCrd } from '../api/crd-facts.ts'
import { secretKeySelector } from '../api/selectors.ts'
import { SecretError } from '../model/secret-error.ts'
import { secretText, secretToken } from './credential-text.ts'
import { generatedValues } from './generated-values.ts'
import type { Generator, GeneratorContext } from './generator.ts'
import { type Party, type Question, withParty } from './party.ts'
import { below, partyUrl } from './party-url.ts'
import { stateOf, unlessGone } from './revocation.ts'

const grafanaSpec = z.object({
  url: z.string().describe('URL of the Grafana.'),
  auth: z
    .object({
      token: secretKeySelector
        .optional()
        .describe('Where the token of a service account is that may make service accounts and tokens.'),
      basic: z
        .object({
          username: z.string().describe('Name of a user of the Grafana.'),
          password: secretKeySelector.describe('Where the password is.'),
        })
        .optional()
        .describe('A user who may make service accounts and tokens; token wins.'),
    })
    .describe('How to log in: token or basic.'),
  serviceAccount: z
    .object({
      name: z.string().describe('Name of the service account that the token is of; it is made where there is none.'),
      role: z.string().describe('Role of a service account that is made: None, Viewer, Editor or Admin.'),
      secondsToLive: inCrd(
        z.int().min(1).optional().describe('For how many seconds the token is good; until it is deleted without it.'),
        {
          instead: { type: 'integer', minimum: 1 },
        },
      ),
    })
    .describe('The service account.'),
})

type GrafanaSpec = z.output<typeof grafanaSpec>

const account = z.object({ id: z.int(), name: z.string(), login: z.string() })
type Account = z.output<typeof account>
const found = z.object({ serviceAccounts: z.array(account) })
const madeToken = z.object({ id: z.int(), key: z.string().min(1) })
/** In the form that the External Secrets Operator keeps, so that each can delete what the other made. */
const state = z.object({ serviceAccount: z.object({ id: z.int(), tokenID: z.int() }) })

/** A token of a service account of Grafana, which stays unless it has an end: `login` and `token` (Grafana, "Service account HTTP API"). */
export const grafana: Generator<GrafanaSpec> = {
  kind: 'Grafana',
  spec: grafanaSpec,
  stability: 'ephemeral',
  keysOf: () => ['login', 'token'],
  async generate(spec, context, signal) {
    return await asAdministrator(spec, context, async (admin) => {
      const { id, login } = (await accountOf(spec, admin, signal)) ?? (await makeAccount(spec, admin, signal))
      const { secondsToLive } = spec.serviceAccount
      // Names of tokens are unique in an account.
      const name = `argocd-external-secrets-${Buffer.from(context.random.bytes(16)).toString('hex')}`
      const body = { name, ...(secondsToLive !== undefined && { secondsToLive }) }
      const path = ['serviceaccounts', String(id), 'tokens']
      const token = await admin.party.ask(admin.making(path, body, 'make a token of the service account'), madeToken, signal)
      return { values: generatedValues({ login, token: token.key }), state: { serviceAccount: { id, login, tokenID: token.id } } }
    })
  },
  async revoke(spec, described, context, signal) {
    const { id, tokenID } = stateOf(state, described).serviceAccount
    await asAdministrator(spec, context, async ({ party, api, headers }) => {
      const url = below(api, ['serviceaccounts', String(id), 'tokens', String(tokenID)])
      await unlessGone(party.tell({ method: 'DELETE', url, headers, doing: 'delete the token', remedies }, signal))
    })
  },
}

const remedies = {
  denied:
    'check spec.auth, and that it may write service accounts (serviceaccounts:read, serviceaccounts:create, serviceaccounts:write)',
  invalid: 'check spec.url, the name and role of spec.serviceAccount, and that secondsToLive is within what this Grafana allows',
}

/** Grafana, and who makes accounts and tokens in it. */
interface Administrator {
  readonly party: Party
  readonly api: URL
  readonly headers: Readonly<Record<string, string>>
  readonly making: (path: readonly string[], body: object, doing: string) => Question
}

async function asAdministrator<T>(
  spec: GrafanaSpec,
  context: GeneratorContext,
  use: (admin: Administrator) => Promise<T>,
): Promise<T> {
  const api = below(partyUrl(spec.url, 'spec.url', context), ['api'])
  const headers = { authorization: await authorization(spec, context) }
  return await withParty('Grafana', context, (party) =>
    use({
      party,
      api,
      headers,
      making: (path, body, doing) => ({
        method: 'POST',
        url: below(api, path),
        headers,
        body,
        doing,
        remedies,
        makesSomething: true,
      }),
    }),
  )
}

async function authorization({ auth: { token, basic } }: GrafanaSpec, context: GeneratorContext): Promise<string> {
  if (token) return `Bearer ${await secretToken(token, 'spec.auth.token', context)}`
  if (!basic) {
    throw new SecretError('InvalidSpec', 'auth names no way to log in', {
      place: { field: 'spec.auth' },
      remedy: 'give token or basic',
    })
  }
  const password = (await secretText(basic.password, 'spec.auth.basic.password', context)).replace(/[\r\n]+$/, '')
  return `Basic ${Buffer.from(`${basic.username}:${password}`).toString('base64')}`
}

/** The search finds parts of names too. */
async function accountOf(
  spec: GrafanaSpec,
  { party, api, headers }: Administrator,
  signal: AbortSignal,
): Promise<Account | undefined> {
  const { name } = spec.serviceAccount
  const url = below(api, ['serviceaccounts', 'search'], { query: name, perpage: '1000' })
  const { serviceAccounts } = await party.ask(
    { method: 'GET', url, headers, doing: 'look for the service account', remedies },
    found,
    signal,
  )
  return serviceAccounts.find((one) => one.name === name)
}

async function makeAccount(spec: GrafanaSpec, { party, making }: Administrator, signal: AbortSignal): Promise<Account> {
  const { name, role } = spec.serviceAccount
  return await party.ask(making(['serviceaccounts'], { name, role }, 'make the service account'), account, signal)
}
