import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import nodeVault from 'node-vault'
import { appRoleLogin } from '../support/emulators/vault/logins/app-role.ts'
import { passwordLogin } from '../support/emulators/vault/logins/password.ts'
import { startVaultEmulator, type VaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { FakeClock } from '../support/fake-clock.ts'

type Answer = { readonly data: Record<string, unknown>; readonly auth: Record<string, unknown> }

/** node-vault as its documentation says to use it, over its own HTTP library: what it cannot tell, our tests may build on. */
describe('the Vault emulator satisfies node-vault', () => {
  const clock = new FakeClock()
  let emulator: VaultEmulator
  let root: nodeVault.client

  before(async () => {
    emulator = await startVaultEmulator({ now: clock.now })
    root = clientOf({ token: emulator.rootToken })
    emulator.root.enableLogin('approle', appRoleLogin({ app: { roleId: 'r', secretId: 's', ttlSeconds: 60, maxTtlSeconds: 90 } }))
    emulator.root.enableLogin('userpass', passwordLogin('userpass', { bob: { password: 'pw' } }))
  })
  after(() => emulator.close())

  const clientOf = (options: nodeVault.VaultOptions): nodeVault.client => nodeVault({ endpoint: emulator.url, ...options })

  async function statusOf(call: Promise<unknown>): Promise<unknown> {
    return call.then(
      () => 200,
      (thrown: { response?: { statusCode: number } }) => thrown.response?.statusCode,
    )
  }

  test('engines are mounted and listed; the server says how it is', async () => {
    await root.mount({ mount_point: 'kv', type: 'kv', options: { version: '2' } })
    await root.mount({ mount_point: 'old', type: 'kv', options: { version: '1' } })
    const { data } = (await root.mounts()) as Answer
    assert.deepEqual(Object.keys(data), ['kv/', 'old/'])
    assert.equal(await statusOf(root.mount({ mount_point: 'kv', type: 'kv' })), 400)
    assert.equal(((await root.health()) as { sealed: boolean }).sealed, false)
  })

  test('version 2 is written, read, changed, listed, deleted, recovered and destroyed', async () => {
    const first = (await root.write('kv/data/team/app', { data: { user: 'a', tag: '<x>' } })) as Answer
    assert.equal(first.data['version'], 1)
    await root.write('kv/data/team/app', { data: { user: 'b' }, options: { cas: 1 } })
    assert.equal(await statusOf(root.write('kv/data/team/app', { data: {}, options: { cas: 1 } })), 400)
    const read = async (query = ''): Promise<unknown> => ((await root.read(`kv/data/team/app${query}`)) as Answer).data['data']
    assert.deepEqual(await read(), { user: 'b' })
    assert.deepEqual(await read('?version=1'), { user: 'a', tag: '<x>' })
    await root.update('kv/data/team/app', { data: { more: 'c' } })
    assert.deepEqual(await read(), { user: 'b', more: 'c' })
    assert.deepEqual(((await root.list('kv/metadata/')) as Answer).data, { keys: ['team/'] })
    assert.deepEqual(((await clientOf({ token: 'root', noCustomHTTPVerbs: true }).list('kv/metadata/')) as Answer).data, {
      keys: ['team/'],
    })

    await root.delete('kv/data/team/app')
    assert.equal(await statusOf(root.read('kv/data/team/app')), 404)
    await root.write('kv/undelete/team/app', { versions: [3] })
    assert.deepEqual(await read(), { user: 'b', more: 'c' })
    await root.write('kv/destroy/team/app', { versions: [3] })
    assert.equal(await statusOf(root.read('kv/data/team/app')), 404)

    await root.write('kv/metadata/team/app', { custom_metadata: { owner: 'blue' } })
    const { data } = (await root.read('kv/metadata/team/app')) as Answer
    assert.deepEqual([data['current_version'], data['custom_metadata']], [3, { owner: 'blue' }])
    await root.delete('kv/metadata/team/app')
    assert.equal(await statusOf(root.list('kv/metadata/team')), 404)
  })

  test('version 1 is written, read, listed and deleted', async () => {
    await root.write('old/team/app', { user: 'a', list: [1, 2] })
    assert.deepEqual(((await root.read('old/team/app')) as Answer).data, { user: 'a', list: [1, 2] })
    assert.deepEqual(((await root.list('old/team')) as Answer).data, { keys: ['app'] })
    await root.delete('old/team/app')
    assert.equal(await statusOf(root.read('old/team/app')), 404)
  })

  test('a login gives a token that is renewed up to its end, and then is none', async () => {
    const client = clientOf({})
    const { auth } = (await client.approleLogin({ role_id: 'r', secret_id: 's' })) as Answer
    assert.deepEqual([auth['lease_duration'], auth['renewable'], auth['token_type']], [60, true, 'service'])
    clock.advance(50_000)
    assert.equal(((await client.tokenLookupSelf()) as Answer).data['ttl'], 10)
    assert.equal(((await client.tokenRenewSelf()) as Answer).auth['lease_duration'], 40)
    clock.advance(40_000)
    assert.equal(await statusOf(client.tokenLookupSelf()), 403)
  })

  test('a token that was revoked is none', async () => {
    const client = clientOf({})
    await client.userpassLogin({ username: 'bob', password: 'pw' })
    await client.tokenLookupSelf()
    await client.tokenRevokeSelf()
    assert.equal(await statusOf(client.tokenLookupSelf()), 403)
  })

  test('wrong credentials, unknown tokens and forbidden paths are told apart by status', async () => {
    assert.equal(await statusOf(clientOf({}).approleLogin({ role_id: 'r', secret_id: 'x' })), 400)
    assert.equal(await statusOf(clientOf({ token: 'hvs.unknown' }).read('kv/data/app')), 403)
    emulator.root.setPolicy('narrow', { 'kv/*': ['read'], 'kv/data/secret/*': ['deny'] })
    const { id } = emulator.tokens.issue('', { policies: ['narrow'] })
    assert.equal(await statusOf(clientOf({ token: id }).read('kv/data/secret/x')), 403)
    assert.equal(await statusOf(clientOf({ token: id }).read('kv/data/open/x')), 404)
    assert.equal(await statusOf(clientOf({ token: id }).write('kv/data/open/x', { data: {} })), 403)
  })

  test('namespaces keep their secrets and tokens to themselves and those below', async () => {
    for (const name of ['team', 'team/dev', 'other'])
      emulator.createNamespace(name).enableKv2('kv').put('app', JSON.stringify({ name }))
    const { id } = emulator.tokens.issue('team', {})
    const read = (namespace?: string): Promise<unknown> =>
      statusOf(clientOf({ token: id, ...(namespace !== undefined && { namespace }) }).read('kv/data/app'))
    assert.deepEqual([await read('team'), await read('team/dev'), await read('other'), await read()], [200, 200, 403, 403])
    assert.equal(await read('nowhere'), 404)
  })

  test('a sealed server answers nothing but its health', async () => {
    emulator.mode = 'sealed'
    try {
      assert.equal(await statusOf(root.read('kv/data/app')), 503)
      assert.equal(((await root.health()) as { sealed: boolean }).sealed, true)
    } finally {
      emulator.mode = 'active'
    }
  })
})
