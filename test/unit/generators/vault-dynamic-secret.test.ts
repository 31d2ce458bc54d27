import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { vaultDynamicSecret } from '../../../plugin/generators/vault-dynamic-secret.ts'
import { publicOnly } from '../../../plugin/providers/private-address.ts'
import { startVaultEmulator, type VaultEmulator } from '../../support/emulators/vault/vault-emulator.ts'
import { type Around, generate, generateTexts } from './ask-generator.ts'
import { saysOfBadAnswers } from './bad-answers.ts'

describe('a dynamic secret of Vault', () => {
  let vault: VaultEmulator
  before(async () => {
    vault = await startVaultEmulator()
    vault.root.enableKv1('kv1').put('app', '{"user":"app","port":5432,"tls":true,"none":null,"hosts":["a","<b>"]}')
    const kv2 = vault.root.enableKv2('kv2')
    kv2.put('app', '{"n":"first"}')
    kv2.put('app', '{"n":"second"}')
  })
  beforeEach(() => vault.control.reset())
  after(() => vault.close())

  const spec = (more: object = {}): object => ({
    provider: { server: vault.url, auth: { tokenSecretRef: { name: 'vault', key: 'token' } } },
    path: 'kv1/app',
    ...more,
  })
  const around = (more: Around = {}): Around => ({ secrets: { 'vault/token': vault.rootToken }, ...more })
  const texts = (more: object): Promise<Readonly<Record<string, string>>> =>
    generateTexts(vaultDynamicSecret, spec(more), around())

  test('has the fields of data, text as it is and the rest as JSON', async () => {
    const data = { user: 'app', port: '5432', tls: 'true', none: '', hosts: '["a","\\u003cb\\u003e"]' }
    for (const method of [undefined, '', 'GET']) assert.deepEqual(await texts({ method }), data)
    assert.deepEqual(await texts({ path: '//kv1//app/' }), data)
  })

  test('a GET may have a query, and nothing else has', async () => {
    const first = await texts({ path: 'kv2/data/app', getParameters: { version: ['1'] } })
    assert.equal(first['data'], '{"n":"first"}')
    await texts({ path: 'kv2/metadata', method: 'LIST', getParameters: { version: ['1'] } })
    assert.deepEqual(
      vault.control.asked.map((asked) => asked.split(' ')[1]),
      ['/v1/kv2/data/app?version=1', '/v1/kv2/metadata'],
    )
  })

  test('every other method writes the parameters', async () => {
    for (const method of ['POST', 'PUT', 'WRITE', 'get']) {
      const written = await texts({ path: 'kv2/data/written', method, parameters: { data: { by: method } } })
      assert.ok(written['version'])
    }
    assert.equal((await texts({ path: 'kv2/data/written' }))['data'], '{"by":"get"}')
  })

  test('a LIST has the names', async () => {
    assert.deepEqual(await texts({ path: 'kv1', method: 'LIST' }), { keys: '["app"]' })
  })

  test('Auth has the fields of auth, Raw all that says something', async () => {
    const asked = { path: 'auth/token/create', method: 'POST', parameters: { policies: ['reader'] } }
    const auth = await texts({ ...asked, resultType: 'Auth' })
    assert.match(auth['client_token'] ?? '', /./)
    assert.equal(auth['renewable'], 'true')
    const raw = await texts({ ...asked, resultType: 'Raw' })
    assert.ok(raw['auth']?.includes('client_token'))
    assert.ok(!Object.hasOwn(raw, 'data'))
  })

  const EMPTY: readonly (readonly [string, object])[] = [
    ['nothing at the path', { path: 'kv1/absent' }],
    ['a deletion, which answers without content', { path: 'kv1/nothing', method: 'DELETE' }],
    ['data of an answer that has auth alone', { path: 'auth/token/create', method: 'POST' }],
  ]
  for (const [what, more] of EMPTY) {
    test(`${what} is NotFound, or no values where the author allows it`, async () => {
      await assert.rejects(texts(more), { kind: 'NotFound', message: /empty response from Vault/ })
      assert.deepEqual(await texts({ ...more, allowEmptyResponse: true }), {})
    })
  }

  test('a path without an engine is InvalidSpec, also where an empty answer is allowed', async () => {
    await assert.rejects(texts({ path: 'unknown/creds/app', allowEmptyResponse: true }), { kind: 'InvalidSpec' })
  })

  test('what a policy denies names the capability', async () => {
    const token = vault.tokens.issue('', { policies: ['reader'], ttlSeconds: 600 })
    const asReader = around({ secrets: { 'vault/token': token.id } })
    const write = spec({ path: 'kv2/data/app', method: 'POST', parameters: {} })
    await assert.rejects(generate(vaultDynamicSecret, write, asReader), {
      kind: 'AccessDenied',
      remedy: /capabilities = \["update"\]/,
    })
  })

  for (const path of ['', '/', 'kv1/../sys/raw', './kv1/app']) {
    test(`the path "${path}" asks nobody`, async () => {
      await assert.rejects(texts({ path }), { kind: 'InvalidSpec', place: { field: 'spec.path' } })
      assert.equal(vault.control.calls, 0)
    })
  }

  test('fields of the provider are called as they are in the spec', async () => {
    await assert.rejects(generate(vaultDynamicSecret, spec(), {}), {
      kind: 'InvalidSpec',
      place: { field: 'spec.provider.auth.tokenSecretRef' },
    })
  })

  test('in Argo CD a private address is refused unless the administrator listed it', async () => {
    const { host } = new URL(vault.url)
    await generate(vaultDynamicSecret, spec(), around({ mayConnect: publicOnly([host]) }))
    await assert.rejects(generate(vaultDynamicSecret, spec(), around({ mayConnect: publicOnly([]) })), { kind: 'AccessDenied' })
  })

  test('is asked for once, unless retrySettings says more', async () => {
    vault.control.inject('internalError', 2)
    await generate(vaultDynamicSecret, spec({ retrySettings: { maxRetries: 2, retryInterval: '1ms' } }), around())
    assert.equal(vault.control.calls, 3)
    vault.control.reset()
    vault.control.inject('internalError')
    await assert.rejects(generate(vaultDynamicSecret, spec({ retrySettings: {} }), around()), { kind: 'Unavailable' })
    assert.equal(vault.control.calls, 1)
  })

  saysOfBadAnswers(() => vault, {
    ask: (options) => generate(vaultDynamicSecret, spec(), around(options)),
    attempts: 1,
    canaries: () => ['rate limit quota exceeded'],
  })
})
