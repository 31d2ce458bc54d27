import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { systemClock } from '../../../../plugin/model/clock.ts'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import { type AppRole, appRoleLogin } from '../../../support/emulators/vault/logins/app-role.ts'
import { startVaultEmulator, type VaultEmulator } from '../../../support/emulators/vault/vault-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { openVault, readOne, signal, textOf } from './open-vault.ts'

const MINUTE = 60_000

describe('the token of a reader of Vault', () => {
  const clock = new FakeClock()
  let emulator: VaultEmulator
  const roles: Record<string, AppRole> = {
    hour: { roleId: 'hour', secretId: 's', ttlSeconds: 3_600, maxTtlSeconds: 7_200 },
    fixed: { roleId: 'fixed', secretId: 's', ttlSeconds: 3_600, renewable: false },
    short: { roleId: 'short', secretId: 's', ttlSeconds: 20, renewable: false },
    batch: { roleId: 'batch', secretId: 's', ttlSeconds: 3_600, type: 'batch' },
    bare: { roleId: 'bare', secretId: 's', ttlSeconds: 3_600, policies: ['narrow'], noDefaultPolicy: true },
    narrow: { roleId: 'narrow', secretId: 's', ttlSeconds: 3_600, policies: ['narrow'] },
  }

  before(async () => {
    emulator = await startVaultEmulator({ now: clock.now })
    const { root } = emulator
    const secrets = root.enableKv2('secret')
    for (let i = 0; i < 50; i++) secrets.put(`app-${i}`, `{"number":${i}}`)
    root.enableLogin('approle', appRoleLogin(roles))
    root.setPolicy('narrow', { 'secret/*': ['read'], 'secret/data/app-1*': ['deny'] })
  })
  beforeEach(() => {
    emulator.control.reset()
    emulator.tokens.revokeLogins()
  })
  after(() => emulator.close())

  const open = (role: string, secretId = 's'): Promise<SecretReader> =>
    openVault(
      {
        server: emulator.url,
        path: 'secret',
        auth: { appRole: { roleId: role, secretRef: { name: 'vault', key: 'secret-id' } } },
      },
      { secrets: { 'vault/secret-id': secretId }, clock },
    )

  /** What the reader asked of `auth/`, in order. */
  function authCalls(): readonly string[] {
    const calls = emulator.seen.slice(-emulator.control.logins - emulator.control.calls)
    return calls.map(({ url }) => url).filter((url) => url.startsWith('/v1/auth/'))
  }

  const logins = (): number => authCalls().filter((url) => url === '/v1/auth/approle/login').length

  async function withReader(role: string, use: (reader: SecretReader) => Promise<void>): Promise<void> {
    const reader = await open(role)
    try {
      await use(reader)
    } finally {
      await reader.close()
    }
  }

  test('one login serves many references and many fetches, and ends with the reader', async () => {
    const reader = await open('hour')
    const refs = Array.from({ length: 50 }, (_, i) => ({ key: `app-${i}`, part: 'value' as const }))
    const [first, second] = await Promise.all([reader.fetch(refs, signal()), reader.fetch(refs.slice(0, 5), signal())])
    assert.equal(textOf(first[49]), '{"number":49}')
    assert.equal(textOf(second[0]), '{"number":0}')
    assert.deepEqual(authCalls(), ['/v1/auth/approle/login'])
    assert.equal(emulator.tokens.live, 1)
    await reader.close()
    assert.equal(emulator.tokens.live, 0)
  })

  test('it is renewed when it is about to expire', async () => {
    await withReader('hour', async (reader) => {
      await readOne(reader, 'app-0')
      clock.advance(58 * MINUTE)
      await readOne(reader, 'app-0')
      assert.deepEqual(authCalls(), ['/v1/auth/approle/login'])
      clock.advance(1.5 * MINUTE)
      await readOne(reader, 'app-0')
      assert.deepEqual(authCalls(), ['/v1/auth/approle/login', '/v1/auth/token/renew-self'])
    })
  })

  test('it is replaced by a login when renewals have come to their end', async () => {
    await withReader('hour', async (reader) => {
      await readOne(reader, 'app-0')
      clock.advance(59.5 * MINUTE)
      await readOne(reader, 'app-0')
      clock.advance(59.75 * MINUTE)
      await readOne(reader, 'app-0')
      const login = '/v1/auth/approle/login'
      assert.deepEqual(authCalls(), [login, '/v1/auth/token/renew-self', '/v1/auth/token/renew-self', login])
    })
  })

  test('it is replaced by a login when it cannot be renewed', async () => {
    for (const role of ['fixed', 'batch']) {
      emulator.control.reset()
      await withReader(role, async (reader) => {
        await readOne(reader, 'app-0')
        clock.advance(59.5 * MINUTE)
        await readOne(reader, 'app-0')
        assert.deepEqual(authCalls(), ['/v1/auth/approle/login', '/v1/auth/approle/login'])
      })
    }
  })

  test('one that lives shorter than the usual margin is still used for half its life', async () => {
    await withReader('short', async (reader) => {
      await readOne(reader, 'app-0')
      clock.advance(9_000)
      await readOne(reader, 'app-0')
      assert.equal(emulator.control.logins, 1)
      clock.advance(2_000)
      await readOne(reader, 'app-0')
      assert.equal(emulator.control.logins, 2)
    })
  })

  test('one that was revoked behind our back is replaced once, for all reads together', async () => {
    await withReader('hour', async (reader) => {
      await readOne(reader, 'app-0')
      emulator.tokens.revokeLogins()
      emulator.control.reset()
      const refs = Array.from({ length: 50 }, (_, i) => ({ key: `app-${i}`, part: 'value' as const }))
      const outcomes = await reader.fetch(refs, signal())
      assert.ok(outcomes.every((outcome) => outcome.ok))
      assert.deepEqual(authCalls(), ['/v1/auth/token/lookup-self', '/v1/auth/approle/login'])
    })
  })

  test('one that was revoked behind our back is replaced when the store is looked at, too', async () => {
    await withReader('hour', async (reader) => {
      await readOne(reader, 'app-0')
      emulator.tokens.revokeLogins()
      emulator.control.reset()
      assert.deepEqual(await reader.validate?.(signal()), { result: 'ready' })
      assert.equal(await readOne(reader, 'app-1'), '{"number":1}')
      assert.equal(logins(), 1)
      assert.equal(emulator.tokens.live, 1)
    })
  })

  test('where no policy lets a token look at itself, looks at the store cost one more login and not one each', async () => {
    await withReader('bare', async (reader) => {
      for (let look = 0; look < 3; look++)
        await assert.rejects(reader.validate?.(signal()) ?? Promise.resolve(), { kind: 'AccessDenied' })
      assert.equal(logins(), 2)
    })
  })

  test('fetches that meet a revoked token one after the other wait for the same login, however slow it is', async () => {
    await withReader('hour', async (reader) => {
      await readOne(reader, 'app-0')
      emulator.tokens.revokeLogins()
      emulator.control.reset()
      emulator.control.latencyMs = 100
      const first = readOne(reader, 'app-1')
      await systemClock.sleep(150)
      clock.advance(5_000)
      const second = readOne(reader, 'app-2')
      assert.deepEqual(await Promise.all([first, second]), ['{"number":1}', '{"number":2}'])
      assert.deepEqual(authCalls(), ['/v1/auth/token/lookup-self', '/v1/auth/approle/login'])
    })
  })

  test('what a policy denies costs one look at the token and no login', async () => {
    await withReader('narrow', async (reader) => {
      const refs = Array.from({ length: 30 }, (_, i) => ({ key: `app-${i}`, part: 'value' as const }))
      const outcomes = await reader.fetch(refs, signal())
      const denied = outcomes.filter((outcome) => !outcome.ok && outcome.error.kind === 'AccessDenied')
      assert.equal(denied.length, 11)
      assert.equal(outcomes.filter((outcome) => outcome.ok).length, 19)
      assert.deepEqual(authCalls(), ['/v1/auth/approle/login', '/v1/auth/token/lookup-self'])
      assert.equal(emulator.control.calls, 30)
    })
  })

  test('where no policy lets a token look at itself, what a policy denies costs one more login and not one a read', async () => {
    await withReader('bare', async (reader) => {
      const refs = Array.from({ length: 50 }, (_, i) => ({ key: 'app-1', version: String(i + 1), part: 'value' as const }))
      const outcomes = await reader.fetch([...refs, { key: 'app-2', part: 'value' }], signal())
      assert.equal(outcomes.filter((outcome) => !outcome.ok && outcome.error.kind === 'AccessDenied').length, 50)
      assert.equal(textOf(outcomes.at(-1)), '{"number":2}')
      const [login, look] = ['/v1/auth/approle/login', '/v1/auth/token/lookup-self']
      assert.deepEqual(authCalls(), [login, look, login])
    })
  })

  test('when the new login is refused there is no second one, however many reads wait for it', async () => {
    const reader = await open('hour')
    await readOne(reader, 'app-0')
    emulator.tokens.revokeLogins()
    const kept = roles['hour']!
    roles['hour'] = { ...kept, secretId: 'rotated' }
    emulator.control.reset()
    try {
      const refs = Array.from({ length: 50 }, (_, i) => ({ key: `app-${i}`, part: 'value' as const }))
      const outcomes = await reader.fetch(refs, signal())
      assert.ok(outcomes.every((outcome) => !outcome.ok && outcome.error.kind === 'AccessDenied'))
      assert.deepEqual(authCalls(), ['/v1/auth/token/lookup-self', '/v1/auth/approle/login'])
    } finally {
      roles['hour'] = kept
      await reader.close()
    }
  })

  test('a login that fails for a moment is tried again; a lasting outage rejects the fetch', async () => {
    emulator.control.injectLogin('internalError')
    await withReader('hour', async (reader) => assert.equal(await readOne(reader, 'app-1'), '{"number":1}'))
    emulator.control.injectLogin('internalError', 20)
    await withReader('hour', async (reader) => {
      await assert.rejects(reader.fetch([{ key: 'app-1', part: 'value' }], signal()), { kind: 'Unavailable' })
    })
  })

  test('a caller whose time is over does not take others with it', async () => {
    emulator.control.latencyMs = 100
    await withReader('hour', async (reader) => {
      const stop = new AbortController()
      const impatient = reader.fetch([{ key: 'app-0', part: 'value' }], stop.signal)
      const patient = reader.fetch([{ key: 'app-1', part: 'value' }], signal())
      setTimeout(() => stop.abort(), 20)
      await assert.rejects(impatient, { kind: 'Deadline' })
      assert.equal(textOf((await patient)[0]), '{"number":1}')
    })
  })

  test('closing does not fail when the token cannot be revoked', async () => {
    const reader = await open('hour')
    await readOne(reader, 'app-0')
    emulator.control.injectLogin('internalError')
    await reader.close()
    assert.equal(emulator.tokens.live, 1)
  })
})
