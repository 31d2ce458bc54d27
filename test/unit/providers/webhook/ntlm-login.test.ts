import assert from 'node:assert/strict'
import http from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { systemClock } from '../../../../plugin/model/clock.ts'
import type { SecretError } from '../../../../plugin/model/secret-error.ts'
import { testTls } from '../../../support/emulators/tls/test-tls.ts'
import { type GateHabits, NtlmGate } from '../../../support/emulators/webhook/ntlm-gate.ts'
import { startWebhookEmulator, type WebhookEmulator } from '../../../support/emulators/webhook/webhook-emulator.ts'
import { openWebhook, type Surroundings, type WebhookSpec } from './open-webhook.ts'

const PASSWORD = 'Password'
const ntlm = {
  usernameSecret: { name: 'login', key: 'user' },
  passwordSecret: { name: 'login', key: 'password' },
}

function as(user: string, password = PASSWORD): Pick<Surroundings, 'secrets'> {
  return { secrets: { 'login/user': user, 'login/password': password } }
}

describe('a webhook store that logs in by NTLM', () => {
  const gate = new NtlmGate()
  let server: WebhookEmulator
  before(async () => {
    server = await startWebhookEmulator(undefined, gate)
  })
  beforeEach(() => {
    gate.reset()
    server.control.reset()
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) server.put(key, Buffer.from(`value of ${key}`))
  })
  after(() => server.close())

  async function read(around: Surroundings, keys = ['a'], spec: Partial<WebhookSpec> = {}) {
    const url = `${server.url}/text/{{ .remoteRef.key }}`
    const reader = await openWebhook({ url, result: {}, auth: { ntlm }, ...spec }, { retry: { maxRetries: 0 }, ...around })
    try {
      return await reader.fetch(
        keys.map((key) => ({ key, part: 'value' as const })),
        AbortSignal.timeout(30_000),
      )
    } finally {
      await reader.close()
    }
  }

  async function texts(...asked: Parameters<typeof read>): Promise<readonly string[]> {
    const outcomes = await read(...asked)
    return outcomes.map((outcome) => {
      if (!outcome.ok) throw outcome.error
      return new TextDecoder().decode(outcome.secret.value.reveal())
    })
  }

  async function failure(habits: GateHabits, around: Surroundings = as('CORP\\app')): Promise<SecretError> {
    gate.habits = habits
    const [outcome] = await read(around)
    assert.ok(outcome?.ok === false, 'it failed')
    const { message, remedy } = outcome.error
    assert.ok(remedy, 'it has a remedy')
    assert.doesNotMatch(`${message} ${remedy}`, /Password|who are you|prove it|CORP/)
    return outcome.error
  }

  const NAMES: readonly (readonly [name: string, password: string, login: string])[] = [
    ['CORP\\app', PASSWORD, 'CORP\\app'],
    ['app@corp.example', PASSWORD, '\\app@corp.example'],
    ['local', PASSWORD, 'EMULATOR\\local'],
    ['MÜNCHEN\\jürgen', 'Pässwörd€😀', 'MÜNCHEN\\jürgen'],
    ['CORP\\app\n', `${PASSWORD}\n`, 'CORP\\app'],
  ]
  for (const [name, password, login] of NAMES) {
    test(`as ${JSON.stringify(name)} reads what ${login} may read`, async () => {
      assert.deepEqual(await texts(as(name, password)), ['value of a'])
      assert.deepEqual(gate.logins, [login])
      assert.deepEqual(gate.refusals, [])
    })
  }

  const SERVERS: readonly (readonly [what: string, habits: GateHabits])[] = [
    ['offers Negotiate alone', { offers: 'Negotiate' }],
    ['offers several schemes', { offers: 'Basic realm="x"|Negotiate|NTLM' }],
    ['tells no time', { withoutTime: true }],
    ['tells nothing of itself', { withoutTarget: true }],
  ]
  for (const [what, habits] of SERVERS) {
    test(`logs in to a server that ${what}`, async () => {
      gate.habits = habits
      assert.deepEqual(await texts(as('CORP\\app')), ['value of a'])
      assert.deepEqual(gate.refusals, [])
    })
  }

  test('logs in once a connection, and has four connections at most', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`)
    for (const key of keys) server.put(key, Buffer.from(key))
    server.control.latencyMs = 5
    assert.deepEqual(await texts(as('CORP\\app'), keys), keys)
    assert.ok(gate.logins.length <= 4, `${gate.logins.length} logins`)
    assert.equal(server.control.calls, keys.length)
  })

  test('sends the body and the headers of the store, but not its authorization', async () => {
    const headers = { Authorization: 'Bearer of-the-store', 'x-key': 'k' }
    await texts(as('CORP\\app'), ['a'], { method: 'POST', body: 'the body', headers })
    const { body, headers: seen } = server.seen.at(-1) ?? {}
    assert.deepEqual([body, seen?.['x-key']], ['the body', 'k'])
    assert.deepEqual(gate.schemes, ['', 'NTLM', 'NTLM'])
  })

  test('keeps a body that is larger than what fits a packet, and the connection with it', async () => {
    await texts(as('CORP\\app'), ['a'], { method: 'POST', body: '{{ repeat 60000 "x" }}' })
    assert.equal(server.seen.at(-1)?.body.length, 60_000)
    assert.deepEqual(gate.logins, ['CORP\\app'])
  })

  test('is told when the password is wrong, and does not try again', async () => {
    const error = await failure({}, as('CORP\\app', 'wrong'))
    assert.equal(error.kind, 'AccessDenied')
    assert.match(error.message, /refuses the login by NTLM/)
    assert.match(error.remedy ?? '', /auth\.ntlm/)
    assert.deepEqual(gate.refusals, ['another password'])
  })

  test('tries a wrong password three times in ten minutes, however much is read, so that the account is not locked', async () => {
    const clock = { ...systemClock, monotonic: () => minutes * 60_000 }
    let minutes = 0
    const ref = { key: 'a', part: 'value' } as const
    const url = `${server.url}/text/a`
    const reader = await openWebhook({ url, result: {}, auth: { ntlm } }, { ...as('CORP\\app', 'wrong'), clock })
    const refusals = async (): Promise<readonly string[]> => {
      const outcomes = []
      for (let i = 0; i < 6; i++) outcomes.push(...(await reader.fetch([ref], AbortSignal.timeout(30_000))))
      return outcomes.map((outcome) => (outcome.ok ? '' : `${outcome.error.kind}: ${outcome.error.message.replace(/.* /, '')}`))
    }
    try {
      const three = ['AccessDenied: NTLM', 'AccessDenied: NTLM', 'AccessDenied: NTLM']
      const none = ['AccessDenied: minutes', 'AccessDenied: minutes', 'AccessDenied: minutes']
      assert.deepEqual(await refusals(), [...three, ...none])
      assert.equal(gate.refusals.length, 3)
      minutes = 9
      assert.deepEqual(await refusals(), [...none, ...none])
      minutes = 11
      await refusals()
      assert.equal(gate.refusals.length, 4)
    } finally {
      await reader.close()
    }
  })

  test('tries it three times also for what is read at once', async () => {
    const outcomes = await read(as('CORP\\app', 'wrong'), ['a', 'b', 'c', 'd', 'e', 'f'])
    assert.ok(outcomes.every((outcome) => !outcome.ok && outcome.error.kind === 'AccessDenied'))
    assert.equal(gate.refusals.length, 3)
  })

  test('goes on after a refusal that is of one secret alone', async () => {
    const outcomes = await read(as('CORP\\app'), ['a', 'absent', 'b'])
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.kind)),
      ['ok', 'NotFound', 'ok'],
    )
  })

  test('sends no password to a server that offers no NTLM', async () => {
    const error = await failure({ offers: 'Basic realm="NTLM, Negotiate"' })
    assert.equal(error.kind, 'AccessDenied')
    assert.match(error.message, /offers no NTLM/)
    assert.deepEqual(gate.messages, { negotiate: 0, authenticate: 0 })
  })

  const BROKEN: readonly (readonly [what: string, challenge: string])[] = [
    ['empty', ''],
    ['no base64', '!!!!'],
    ['too short', Buffer.from('NTLMSSP\0\u0002\0\0\0', 'latin1').toString('base64')],
    ['something else', Buffer.alloc(100, 'x').toString('base64')],
  ]
  for (const [what, challenge] of BROKEN) {
    test(`refuses a challenge that is ${what}`, async () => {
      const error = await failure({ challenge })
      assert.equal(error.kind, challenge === '' ? 'AccessDenied' : 'Unavailable')
      assert.equal(gate.messages.authenticate, 0)
    })
  }

  test('refuses a challenge that is larger than any', async () => {
    const error = await failure({ challenge: Buffer.alloc(100_000).toString('base64') })
    assert.equal(error.kind, 'Unavailable')
    assert.equal(gate.messages.authenticate, 0)
  })

  for (const afterChallenge of ['announcedEnd', 'end'] as const) {
    test(`answers a challenge on no other connection: ${afterChallenge}`, async () => {
      const error = await failure({ afterChallenge })
      assert.equal(error.kind, 'Unavailable')
      assert.equal(gate.messages.authenticate, 0)
    })
  }

  test('begins again where a connection ends in the middle of a login', async () => {
    gate.habits = { afterChallenge: 'announcedEnd' }
    const reading = texts({ ...as('CORP\\app'), retry: { maxRetries: 4, intervalMs: 20 } })
    while (gate.messages.negotiate === 0) await new Promise((resolve) => setImmediate(resolve))
    gate.habits = {}
    assert.deepEqual(await reading, ['value of a'])
  })

  const MISSING: readonly (readonly [what: string, secrets: Record<string, string>, field: string])[] = [
    ['no such Secret', { 'other/user': 'x' }, 'usernameSecret'],
    ['no such key', { 'login/user': 'CORP\\app' }, 'passwordSecret'],
    ['an empty name', { 'login/user': '', 'login/password': 'p' }, 'usernameSecret'],
    ['a name that is too long', { 'login/user': 'x'.repeat(2000), 'login/password': 'p' }, 'usernameSecret'],
  ]
  for (const [what, secrets, name] of MISSING) {
    test(`says where there is ${what}, and asks nobody`, async () => {
      const field = `spec.provider.webhook.auth.ntlm.${name}`
      await assert.rejects(read({ secrets }), { kind: 'InvalidSpec', place: { field } })
      assert.deepEqual(gate.schemes, [])
    })
  }

  test('goes to no address that the policy refuses', async () => {
    const error = await failure({}, { ...as('CORP\\app'), mayConnect: () => false })
    assert.equal(error.kind, 'AccessDenied')
    assert.match(error.message, /private address/)
    assert.deepEqual(gate.messages, { negotiate: 0, authenticate: 0 })
  })
})

/** Passes the bytes of TLS on, and counts connections. */
async function startTunnel(): Promise<{ readonly url: string; readonly connections: () => number; close(): void }> {
  let connections = 0
  const server = http.createServer().on('connect', ({ url = '' }, client: Socket) => {
    connections++
    const { hostname, port } = new URL(`tcp://${url}`)
    const onward = connect(Number(port), hostname, () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    onward.pipe(client).pipe(onward)
    onward.on('error', () => client.destroy())
    client.on('error', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections, close }
}

describe('a login by NTLM over TLS', () => {
  const tls = testTls()
  const gate = new NtlmGate()
  let server: WebhookEmulator
  before(async () => {
    server = await startWebhookEmulator(tls, gate)
    server.put('a', Buffer.from('over TLS'))
  })
  beforeEach(() => gate.reset())
  after(() => server.close())

  async function logIn(first: GateHabits, around: Surroundings = {}): Promise<void> {
    gate.habits = { certificate: tls.cert, ...first }
    const spec = { url: `${server.url}/text/a`, result: {}, auth: { ntlm }, caBundle: tls.ca }
    const reader = await openWebhook(spec, { ...as('CORP\\app'), retry: { maxRetries: 4, intervalMs: 20 }, ...around })
    try {
      const reading = reader.fetch([{ key: 'a', part: 'value' }], AbortSignal.timeout(30_000))
      while (gate.messages.negotiate === 0) await new Promise((resolve) => setImmediate(resolve))
      gate.habits = { certificate: tls.cert }
      const [outcome] = await reading
      assert.deepEqual(gate.refusals, [])
      assert.ok(outcome?.ok)
      assert.deepEqual(gate.logins, ['CORP\\app'])
    } finally {
      await reader.close()
    }
  }

  test('is bound to the certificate of the server', () => logIn({}))

  test('is bound to it also on a connection that resumes another', () => logIn({ afterChallenge: 'announcedEnd' }))

  test('keeps to one connection through a proxy too, bound to the certificate of the server behind it', async () => {
    const tunnel = await startTunnel()
    try {
      await logIn({}, { environment: new Map([['HTTPS_PROXY', tunnel.url]]) })
      assert.equal(tunnel.connections(), 1)
    } finally {
      tunnel.close()
    }
  })
})
