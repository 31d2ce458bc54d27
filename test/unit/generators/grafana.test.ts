import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { grafana } from '../../../plugin/generators/grafana.ts'
import { type GrafanaEmulator, startGrafana } from '../../support/emulators/parties/grafana.ts'
import { type Around, generate, revoke, textsOf } from './ask-generator.ts'
import { saysOfBadAnswers } from './bad-answers.ts'

describe('a token of a service account of Grafana', () => {
  let server: GrafanaEmulator
  before(async () => {
    server = await startGrafana()
  })
  beforeEach(() => {
    server.control.reset()
    server.accounts.length = 0
  })
  after(() => server.close())

  const spec = (more: object = {}): object => ({
    url: server.url,
    auth: { token: { name: 'grafana', key: 'token' } },
    serviceAccount: { name: 'ci', role: 'Viewer' },
    ...more,
  })
  const around = (more: Around = {}): Around => ({
    secrets: { 'grafana/token': server.adminToken, 'grafana/password': `${server.adminPassword}\n`, 'grafana/wrong': 'wrong' },
    ...more,
  })

  test('makes the account that is missing, with its role, and describes the token by its state', async () => {
    const made = await generate(grafana, spec(), around())
    const [account] = server.accounts
    const [token] = account?.tokens ?? []
    assert.equal(account?.role, 'Viewer')
    assert.deepEqual(textsOf(made), { login: 'sa-1-ci', token: token?.key })
    assert.deepEqual(made.state, { serviceAccount: { id: account.id, login: 'sa-1-ci', tokenID: token?.id } })
    assert.equal(token?.secondsToLive, undefined)
  })

  test('is one more of the account that is there, not of one whose name only begins so, and ends when the author says', async () => {
    await generate(grafana, spec({ serviceAccount: { name: 'ci-other', role: 'Editor' } }), around())
    await generate(grafana, spec(), around())
    await generate(grafana, spec({ serviceAccount: { name: 'ci', role: 'Viewer', secondsToLive: 600 } }), around())
    assert.deepEqual(
      server.accounts.map(({ name, tokens }) => [name, tokens.map(({ secondsToLive }) => secondsToLive)]),
      [
        ['ci-other', [undefined]],
        ['ci', [undefined, 600]],
      ],
    )
  })

  test('a user with a password logs in too', async () => {
    const basic = { username: 'admin', password: { name: 'grafana', key: 'password' } }
    await generate(grafana, spec({ auth: { basic } }), around())
    assert.equal(server.accounts.length, 1)
  })

  test('is gone after revoking, the account stays, and revoking once more is no failure', async () => {
    const { state } = await generate(grafana, spec(), around())
    await revoke(grafana, spec(), state, around())
    await revoke(grafana, spec(), state, around())
    assert.deepEqual(
      server.accounts.map(({ tokens }) => tokens.length),
      [0],
    )
  })

  test('revoking with a state that says nothing is InvalidSpec, and what Grafana refuses is AccessDenied', async () => {
    const { state } = await generate(grafana, spec(), around())
    await assert.rejects(revoke(grafana, spec(), { serviceAccount: {} }, around()), { kind: 'InvalidSpec' })
    const wrong = spec({ auth: { token: { name: 'grafana', key: 'wrong' } } })
    await assert.rejects(revoke(grafana, wrong, state, around()), { kind: 'AccessDenied' })
    assert.equal(server.accounts[0]?.tokens.length, 1)
  })

  test('auth without a method is InvalidSpec at its field, a role that Grafana does not know too', async () => {
    await assert.rejects(generate(grafana, spec({ auth: {} }), around()), { kind: 'InvalidSpec', place: { field: 'spec.auth' } })
    const wrong = spec({ serviceAccount: { name: 'ci', role: 'Emperor' } })
    await assert.rejects(generate(grafana, wrong, around()), { kind: 'InvalidSpec', remedy: /role/ })
  })

  saysOfBadAnswers(() => server, {
    ask: (options) => generate(grafana, spec(), around(options)),
    // The first call looks for the account, and may be repeated.
    attempts: 5,
    canaries: () => [server.adminToken],
  })

  test('a token whose making is not answered is not made once more', async () => {
    await generate(grafana, spec(), around())
    server.control.reset()
    const calls = generate(grafana, spec(), around({ mayConnect: failingAfterFirst(server) }))
    await assert.rejects(calls, { kind: 'Unavailable' })
    assert.deepEqual(
      server.control.asked.map((asked) => asked.split(' ')[0]),
      ['GET', 'POST'],
    )
  })
})

/** Lets every connection happen, and has the server fail from the second call on. */
function failingAfterFirst({ control }: GrafanaEmulator): (host: string, address: string) => boolean {
  return () => {
    if (control.calls === 1) control.inject('internalError', 10)
    return true
  }
}
