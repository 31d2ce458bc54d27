import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { authorisedHttp } from '../../../../plugin/providers/azurekv/authorised-http.ts'
import type { AccessToken } from '../../../../plugin/providers/azurekv/login/access-token.ts'
import { VaultFailure } from '../../../../plugin/providers/azurekv/vault-failure.ts'
import type { HttpClient } from '../../../../plugin/providers/http-client.ts'
import { LoginCache } from '../../../../plugin/providers/login-cache.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

/** A vault that takes a token by its number, and an identity whose tokens are numbered. */
function vault(takes: (token: number) => boolean): {
  readonly read: () => Promise<number>
  readonly logins: () => number
  readonly calls: () => number
} {
  let logins = 0
  let calls = 0
  const http: Pick<HttpClient, 'send'> = {
    async send({ headers }) {
      calls++
      const token = Number(headers['authorization']?.replace('Bearer ', ''))
      await new Promise((resolve) => setImmediate(resolve))
      return { status: takes(token) ? 200 : 401, headers: {}, body: new Uint8Array() }
    },
  }
  const source = {
    login: async (): Promise<AccessToken> => ({ value: SecretValue.fromText(String(++logins)), expiresAtMs: Infinity }),
    expiresAtMs: (token: AccessToken) => token.expiresAtMs,
  }
  const send = authorisedHttp(http, new LoginCache<AccessToken>(source, new FakeClock()))
  const request = { method: 'GET', url: new URL('https://vault'), headers: {}, signal: new AbortController().signal }
  return { read: async () => (await send(request)).status, logins: () => logins, calls: () => calls }
}

test('a token that the vault never took is not replaced by another of its kind', async () => {
  const { read, logins, calls } = vault(() => false)
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, read))
  for (const outcome of outcomes) assert.ok(outcome.status === 'rejected' && outcome.reason instanceof VaultFailure)
  assert.deepEqual([logins(), calls()], [1, 50])
})

test('a token that the vault takes no longer is replaced once, for all who used it', async () => {
  let revoked = 0
  const { read, logins } = vault((token) => token > revoked)
  assert.equal(await read(), 200)
  revoked = 1
  const statuses = await Promise.all(Array.from({ length: 50 }, read))
  assert.ok(statuses.every((status) => status === 200))
  assert.equal(logins(), 2)
})
