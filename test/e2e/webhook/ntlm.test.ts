import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Outcome } from '../../../plugin/providers/secret-reader.ts'
import { testTls } from '../../support/emulators/tls/test-tls.ts'
import { openWebhook, type WebhookSpec } from '../../unit/providers/webhook/open-webhook.ts'
import { type NtlmServer, type NtlmServerOptions, startNtlmServer } from '../servers/ntlm-server.ts'

const ACCOUNTS = ['CORP:app:Password', ':app@corp.example:Password', 'MÜNCHEN:jürgen:Pässwörd€😀', 'CORP:empty:x']

const SERVERS: readonly (readonly [what: string, options: Omit<NtlmServerOptions, 'accounts'>])[] = [
  ['by NTLM', { scheme: 'NTLM' }],
  ['by Negotiate', { scheme: 'Negotiate' }],
  ['by NTLM over TLS, bound to its certificate', { scheme: 'NTLM', tls: true }],
]

for (const [what, options] of SERVERS) {
  describe(`a webhook store that logs in to pyspnego ${what}`, () => {
    let server: NtlmServer
    before(async () => {
      server = await startNtlmServer({ ...options, accounts: ACCOUNTS })
    })
    after(() => server.stop())

    async function read(
      user: string,
      password: string,
      keys = ['a'],
      more: Partial<WebhookSpec> = {},
    ): Promise<readonly Outcome[]> {
      const ntlm = { usernameSecret: { name: 'login', key: 'user' }, passwordSecret: { name: 'login', key: 'password' } }
      const url = `${server.url}/{{ .remoteRef.key }}`
      const trust = options.tls ? { caBundle: testTls().ca } : {}
      const spec = { url, result: { jsonPath: '$.{{ .remoteRef.property }}' }, auth: { ntlm }, ...trust, ...more }
      const reader = await openWebhook(spec, { secrets: { 'login/user': user, 'login/password': password } })
      try {
        return await reader.fetch(
          keys.map((key) => ({ key, part: 'value' as const })),
          AbortSignal.timeout(60_000),
        )
      } finally {
        await reader.close()
      }
    }

    const texts = (outcomes: readonly Outcome[]): readonly string[] =>
      outcomes.map((outcome) => {
        if (!outcome.ok) throw outcome.error
        return new TextDecoder().decode(outcome.secret.value.reveal())
      })
    const who = { result: { jsonPath: '$.who' } }

    test('is taken for who it is, with a domain', async () =>
      assert.deepEqual(texts(await read('CORP\\app', 'Password', ['a'], who)), ['CORP\\app']))

    test('is taken for who it is, by a principal name', async () =>
      assert.deepEqual(texts(await read('app@corp.example', 'Password', ['a'], who)), ['app@corp.example']))

    test('is taken for who it is, with names and a password beyond ASCII', async () =>
      assert.deepEqual(texts(await read('MÜNCHEN\\jürgen', 'Pässwörd€😀', ['a'], who)), ['MÜNCHEN\\jürgen']))

    test('sends a body behind the login', async () => {
      const request = { method: 'POST', body: 'what is asked', result: { jsonPath: '$.body' } }
      assert.deepEqual(texts(await read('CORP\\app', 'Password', ['a'], request)), ['what is asked'])
    })

    test('reads many values, on a few connections', async () => {
      const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`)
      const paths = texts(await read('CORP\\app', 'Password', keys, { result: { jsonPath: '$.path' } }))
      assert.deepEqual(
        paths,
        keys.map((key) => `/${key}`),
      )
    })

    for (const [user, password] of [
      ['CORP\\app', 'password'],
      ['OTHER\\app', 'Password'],
      ['MÜNCHEN\\jürgen', 'Pässwörd€'],
    ] as const) {
      test(`is refused as ${user} with another password, or as nobody that is known`, async () => {
        const before = await server.refusals()
        const [outcome] = await read(user, password, ['a'], who)
        assert.ok(outcome?.ok === false)
        assert.equal(outcome.error.kind, 'AccessDenied')
        assert.match(outcome.error.message, /refuses the login by NTLM/)
        assert.equal((await server.refusals()) - before, 1)
      })
    }
  })
}
