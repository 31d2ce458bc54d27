import type { Clock } from '../../../model/clock.ts'
import type { Random } from '../../../model/random.ts'
import { SecretError } from '../../../model/secret-error.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from '../../http-client.ts'
import { type Account, identityOf } from './account.ts'
import { authenticateMessage } from './authenticate-message.ts'
import { readChallenge } from './challenge-message.ts'
import { channelBinding } from './channel-binding.ts'
import { negotiateMessage } from './negotiate-message.ts'
import { messageIn, offeredScheme } from './offered-scheme.ts'

/** What of an HTTP client a login takes, and gives. */
type Client = Pick<HttpClient, 'send' | 'close'>

/** What a client that logs in by NTLM needs. */
export interface NtlmLogin {
  readonly account: Account
  /** A client whose calls follow one another, so that each has one connection. */
  readonly connect: () => Client
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly random: Pick<Random, 'bytes'>
}

/** Logins that may be refused in a row before none is tried for a while: most domains lock an account after five to ten. */
const MAX_REFUSALS = 3
/** How long a domain usually remembers a wrong password. */
const REMEMBERED_MS = 10 * 60_000

/**
 * An HTTP client that logs in by NTLM ([MS-NTHT]). A request goes without a login first: the connection may be logged in already, for NTLM logs
 * connections in, not requests. Calls at the same time have connections of their own, which are kept. Until one is answered they are made one by
 * one, and after three refusals in a row nothing is asked for ten minutes, so that a wrong password does not lock the account.
 *
 * `send` throws SecretError beside what the HTTP client throws: AccessDenied where the server offers no NTLM or refuses the login, Unavailable for a
 * challenge that is none.
 */
export function ntlmClient(login: NtlmLogin): Client {
  const all = new Set<Client>()
  const idle: Client[] = []
  const past = { isAnswered: false, refusals: 0, refusedAt: 0 }
  let turn: Promise<unknown> = Promise.resolve()

  async function exchange(request: HttpRequest): Promise<HttpAnswer> {
    const isRemembered = login.clock.monotonic() - past.refusedAt < REMEMBERED_MS
    if (past.refusals >= MAX_REFUSALS && isRemembered) throw refusedBefore(request.url.host)
    const client = idle.pop() ?? login.connect()
    all.add(client)
    try {
      const answer = await answerOf(request, client, login)
      Object.assign(past, { isAnswered: true, refusals: 0 })
      idle.push(client)
      return answer
    } catch (thrown) {
      client.close()
      all.delete(client)
      if (thrown instanceof LoginRefused) Object.assign(past, { refusals: past.refusals + 1, refusedAt: login.clock.monotonic() })
      throw thrown
    }
  }

  return {
    send(request) {
      if (past.isAnswered) return exchange(request)
      const mine = turn.then(() => exchange(request))
      turn = mine.catch(() => undefined)
      return mine
    },
    close() {
      for (const client of all) client.close()
    },
  }
}

async function answerOf(request: HttpRequest, client: Client, login: NtlmLogin): Promise<HttpAnswer> {
  const { host } = request.url
  const first = await client.send(withAuthorization(request))
  if (first.status !== 401) return first

  const scheme = offeredScheme(first.headers['www-authenticate'])
  if (!scheme) throw noOffer(host)
  const negotiate = negotiateMessage()
  const second = await client.send(withAuthorization(request, tokenOf(scheme, negotiate)))
  if (second.status !== 401) return second

  const message = messageIn(second.headers['www-authenticate'], scheme)
  if (!message) throw noOffer(host)
  const token = tokenOf(scheme, answerToChallenge(message, negotiate, second, request.url, login))
  const third = await client.send({ ...withAuthorization(request, token), connection: second.connection })
  if (third.status === 401) throw refused(host)
  return third
}

function answerToChallenge(
  message: Buffer,
  negotiate: Uint8Array,
  { connection }: HttpAnswer,
  { host, hostname }: URL,
  { account, clock, random }: NtlmLogin,
): Uint8Array {
  const challenge = readChallenge(message)
  if (!challenge) throw noChallenge(host)
  return authenticateMessage(identityOf(account, challenge), challenge, {
    negotiate,
    targetName: `HTTP/${hostname}`,
    channelBinding: channelBinding(connection?.serverCertificate()),
    clientChallenge: random.bytes(8),
    now: clock.now(),
  })
}

function tokenOf(scheme: string, message: Uint8Array): string {
  return `${scheme} ${Buffer.from(message).toString('base64')}`
}

/** The login is ours alone: what the headers of a store say of it is not sent. */
function withAuthorization(request: HttpRequest, authorization?: string): HttpRequest {
  const others = Object.entries(request.headers).filter(([name]) => name.toLowerCase() !== 'authorization')
  return { ...request, headers: { ...Object.fromEntries(others), ...(authorization !== undefined && { authorization }) } }
}

class LoginRefused extends SecretError {}

function refused(host: string): SecretError {
  return new LoginRefused('AccessDenied', `${host} refuses the login by NTLM`, {
    remedy: "check the store's auth.ntlm: user name, domain and password, and what the user may read there",
  })
}

function refusedBefore(host: string): SecretError {
  return new SecretError(
    'AccessDenied',
    `${host} has refused ${MAX_REFUSALS} logins by NTLM in a row: none is tried for ten minutes`,
    {
      remedy: "check the store's auth.ntlm before the account is locked: user name, domain and password",
    },
  )
}

function noOffer(host: string): SecretError {
  return new SecretError('AccessDenied', `${host} wants a login and offers no NTLM`, {
    remedy: "enable NTLM on the server, or let the store's headers log in instead of auth.ntlm",
  })
}

function noChallenge(host: string): SecretError {
  return new SecretError('Unavailable', `${host} sent an NTLM challenge that cannot be read`, {
    lasting: true,
    remedy: 'check that the url is that of the server itself, and that no proxy stands in for it',
  })
}
