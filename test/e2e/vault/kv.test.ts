import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SecretReader } from '../../../plugin/providers/secret-reader.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { openVault, readOne, signal, textOf, type VaultSpec } from '../../unit/providers/vault/open-vault.ts'
import { type AppRole, appRoleOf } from '../servers/app-role.ts'
import { type OpenBao, startOpenBao } from '../servers/openbao.ts'

const READ = [
  'path "secret/data/app/*" { capabilities = ["read"] }',
  'path "secret/metadata/app/*" { capabilities = ["read"] }',
].join('\n')

describe('reading from OpenBao', () => {
  let bao: OpenBao
  let role: AppRole

  before(async () => {
    bao = await startOpenBao()
    role = await appRoleOf(bao, READ)
  })
  after(() => bao.stop())

  async function withReader(
    use: (reader: SecretReader) => Promise<void>,
    spec: Partial<VaultSpec> = {},
    clock?: FakeClock,
  ): Promise<void> {
    const auth = spec.auth ?? { appRole: { roleId: role.roleId, secretRef: { name: 'vault', key: 'secret-id' } } }
    const reader = await openVault(
      { server: bao.url, path: 'secret', ...spec, auth },
      { secrets: { 'vault/secret-id': role.secretId, 'vault/token': bao.rootToken }, ...(clock && { clock }) },
    )
    try {
      await use(reader)
    } finally {
      await reader.close()
    }
  }

  const write = (path: string, data: object): Promise<unknown> => bao.call('POST', `secret/data/${path}`, { data })

  test('a key may begin with the mount, with a slash, or hold characters that URLs escape', async () => {
    await write('app/db', { text: 'db' })
    await write('app/with%20space%3F', { text: 'odd' })
    await withReader(async (reader) => {
      assert.equal(await readOne(reader, 'app/db'), '{"text":"db"}')
      assert.equal(await readOne(reader, '/app/db'), '{"text":"db"}')
      assert.equal(await readOne(reader, 'app/with space?'), '{"text":"odd"}')
    })
    await withReader(async (reader) => assert.equal(await readOne(reader, 'secret/app/db'), '{"text":"db"}'), {
      path: undefined,
    })
  })

  test("metadata is the custom one and the engine's own facts", async () => {
    await write('app/tagged', { text: 'value' })
    await bao.call('POST', 'secret/metadata/app/tagged', { custom_metadata: { team: 'payments', tier: '1' } })
    await withReader(async (reader) => {
      const [outcome] = await reader.fetch([{ key: 'app/tagged', part: 'metadata' }], signal())
      const { team, tier, current_version } = JSON.parse(textOf(outcome)) as Record<string, string>
      assert.deepEqual({ team, tier, current_version }, { team: 'payments', tier: '1', current_version: '1' })
    })
  })

  test('a deleted version is NotFound, and the one before it still read by its number', async () => {
    await write('app/deleted', { text: 'v1' })
    await write('app/deleted', { text: 'v2' })
    await bao.call('DELETE', 'secret/data/app/deleted')
    await withReader(async (reader) => {
      await assert.rejects(readOne(reader, 'app/deleted'), { kind: 'NotFound' })
      assert.equal(await readOne(reader, 'app/deleted', '1'), '{"text":"v1"}')
    })
  })

  test('a destroyed version is NotFound', async () => {
    await write('app/destroyed', { text: 'v1' })
    await bao.call('POST', 'secret/destroy/app/destroyed', { versions: [1] })
    await withReader((reader) => assert.rejects(readOne(reader, 'app/destroyed'), { kind: 'NotFound' }))
  })

  test('a path that the policy does not name is AccessDenied, whether it exists or not', async () => {
    await write('others/db', { text: 'db' })
    await withReader(async (reader) => {
      await assert.rejects(readOne(reader, 'others/db'), { kind: 'AccessDenied' })
      await assert.rejects(readOne(reader, 'others/absent'), { kind: 'AccessDenied' })
      assert.equal(await readOne(reader, 'app/db'), '{"text":"db"}')
    })
  })

  test('an engine that is not mounted is AccessDenied, never NotFound', async () => {
    await withReader((reader) => assert.rejects(readOne(reader, 'app/db'), { kind: 'AccessDenied' }), { path: 'nowhere' })
  })

  test('numbers keep every digit, and text is spelt as Go spells it', async () => {
    await bao.call('POST', 'secret/data/app/numbers', { data: { big: 12345678901234567000, text: '<&>' } })
    await withReader(async (reader) =>
      assert.equal(await readOne(reader, 'app/numbers'), '{"big":12345678901234567000,"text":"\\u003c\\u0026\\u003e"}'),
    )
  })

  test('a token that is revoked while the reader is open is replaced by a new login', async () => {
    await withReader(async (reader) => {
      assert.equal(await readOne(reader, 'app/db'), '{"text":"db"}')
      await bao.call('POST', 'sys/leases/revoke-prefix/auth/approle')
      assert.equal(await readOne(reader, 'app/db'), '{"text":"db"}')
    })
  })

  test('a token that ends while the reader is open is replaced by a new login', async () => {
    await bao.call('POST', 'auth/approle/role/contract', { token_policies: ['contract'], token_ttl: '1s', token_max_ttl: '1s' })
    await withReader(async (reader) => {
      assert.equal(await readOne(reader, 'app/db'), '{"text":"db"}')
      await sleep(1_500)
      assert.equal(await readOne(reader, 'app/db'), '{"text":"db"}')
    })
    await bao.call('POST', 'auth/approle/role/contract', { token_policies: ['contract'], token_ttl: '0', token_max_ttl: '0' })
  })

  test('a token that is about to end is renewed, not replaced', async () => {
    await bao.call('POST', 'auth/approle/role/contract', { token_policies: ['contract'], token_ttl: '1h', token_max_ttl: '10h' })
    const clock = new FakeClock(Date.now())
    await withReader(
      async (reader) => {
        await readOne(reader, 'app/db')
        const before = await bao.tokenAccessors()
        clock.advance(3_600_000 - 1_000)
        assert.equal(await readOne(reader, 'app/db'), '{"text":"db"}')
        assert.deepEqual(await bao.tokenAccessors(), before)
      },
      {},
      clock,
    )
  })

  test('a namespace has its own secrets', async () => {
    await bao.call('POST', 'sys/namespaces/team-a', {})
    const inTeam = { namespace: 'team-a' }
    await bao.call('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } }, inTeam)
    await bao.call('POST', 'secret/data/app/db', { data: { text: "the team's" } }, inTeam)
    const auth = { tokenSecretRef: { name: 'vault', key: 'token' } }
    await withReader(async (reader) => assert.equal(await readOne(reader, 'app/db'), '{"text":"the team\'s"}'), {
      namespace: 'team-a',
      auth,
    })
    await withReader(async (reader) => assert.equal(await readOne(reader, 'app/db'), '{"text":"db"}'), { auth })
  })

  test('a sealed server is Unavailable', async () => {
    await bao.call('PUT', 'sys/seal')
    await withReader((reader) => assert.rejects(readOne(reader, 'app/db'), { kind: 'Unavailable' }))
  })
})
