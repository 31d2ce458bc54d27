import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { testClientCertificate, testTls } from '../../../support/emulators/tls/test-tls.ts'
import { appRoleLogin } from '../../../support/emulators/vault/logins/app-role.ts'
import { startVaultEmulator, type VaultEmulator } from '../../../support/emulators/vault/vault-emulator.ts'
import { openVault, readOne, type Surroundings, type VaultSpec } from './open-vault.ts'

const secrets = { 'vault/token': 'root', 'vault/secret-id': 's' }
const auth = { tokenSecretRef: { name: 'vault', key: 'token' } }
const appRole = { roleId: 'r', secretRef: { name: 'vault', key: 'secret-id' } }

describe('how Vault is spoken to', () => {
  let emulator: VaultEmulator
  let secure: VaultEmulator

  before(async () => {
    const tls = testTls()
    emulator = await startVaultEmulator()
    secure = await startVaultEmulator({ tls: { ...tls, clientCa: tls.ca } })
    for (const { root } of [emulator, secure]) root.enableKv2('secret').put('app', '{"text":"root"}')
    const team = emulator.createNamespace('team')
    team.enableKv2('secret').put('app', '{"text":"team"}')
    for (const namespace of [team, emulator.createNamespace('team/logins'), emulator.root]) {
      namespace.enableLogin('approle', appRoleLogin({ app: { roleId: 'r', secretId: 's' } }))
    }
  })
  beforeEach(() => emulator.control.reset())
  after(async () => {
    await emulator.close()
    await secure.close()
  })

  async function read(spec: Partial<VaultSpec>, surroundings: Surroundings = {}): Promise<string> {
    const reader = await openVault({ server: emulator.url, path: 'secret', auth, ...spec }, { secrets, ...surroundings })
    try {
      return await readOne(reader, 'app')
    } finally {
      await reader.close()
    }
  }

  const lastHeaders = (): Readonly<Record<string, unknown>> => emulator.seen.at(-1)?.headers ?? {}

  test('a redirect is not followed: neither token nor login goes elsewhere', async () => {
    const arrived: string[] = []
    const elsewhere = http.createServer((request, response) => {
      arrived.push(request.url ?? '')
      response.end('{}')
    })
    elsewhere.listen(0, '127.0.0.1')
    await once(elsewhere, 'listening')
    try {
      emulator.control.redirectTarget = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/v1/secret/data/app`
      emulator.control.inject('redirect')
      await assert.rejects(read({}), { kind: 'Unavailable', message: /not followed/ })
      emulator.control.injectLogin('redirect')
      await assert.rejects(read({ auth: { appRole } }), { kind: 'Unavailable', message: /not followed/ })
      assert.deepEqual(arrived, [])
    } finally {
      elsewhere.close()
    }
  })

  test("the store's headers are sent, those that Vault needs win over them", async () => {
    await read({ headers: { 'X-Tenant': 'blue', 'x-vault-token': 'hvs.other', 'X-Vault-Request': 'false' } })
    const { 'x-tenant': tenant, 'x-vault-token': token, 'x-vault-request': request } = lastHeaders()
    assert.deepEqual([tenant, token, request], ['blue', 'root', 'true'])
  })

  test('the namespace of the store is that of reads, and of logins unless auth names another', async () => {
    assert.equal(await read({ namespace: 'team' }), '{"text":"team"}')
    assert.equal(await read({ namespace: 'team', auth: { appRole } }), '{"text":"team"}')
    const namespaces = emulator.seen.slice(-3).map(({ url, headers }) => [url, headers['x-vault-namespace']])
    assert.deepEqual(namespaces, [
      ['/v1/auth/approle/login', 'team'],
      ['/v1/secret/data/app', 'team'],
      ['/v1/auth/token/revoke-self', 'team'],
    ])
    await assert.rejects(read({ namespace: 'team', auth: { namespace: 'team/logins', appRole } }), { kind: 'AccessDenied' })
  })

  test('a token of a namespace above reads below', async () => {
    const reader = await openVault(
      { server: emulator.url, path: 'logins/none', namespace: 'team', auth: { namespace: 'team', appRole } },
      { secrets },
    )
    await assert.rejects(readOne(reader, 'app'), { kind: 'InvalidSpec', message: /no secrets engine/ })
    await reader.close()
  })

  test('a namespace that is not there is InvalidSpec, at the login and at the read', async () => {
    await assert.rejects(read({ namespace: 'nowhere' }), { kind: 'InvalidSpec' })
    await assert.rejects(read({ namespace: 'nowhere', auth: { appRole } }), { kind: 'InvalidSpec' })
  })

  test('VAULT_ variables of the process change nothing', async () => {
    const set = {
      VAULT_ADDR: 'http://127.0.0.1:9',
      VAULT_TOKEN: 'hvs.ambient',
      VAULT_NAMESPACE: 'team',
      VAULT_PREFIX: '/x',
      VAULT_SKIP_VERIFY: '1',
    }
    Object.assign(process.env, set)
    try {
      assert.equal(await read({}), '{"text":"root"}')
      await assert.rejects(readWithoutAuth(), { kind: 'AccessDenied' })
      assert.equal(lastHeaders()['x-vault-token'], undefined)
      await assert.rejects(read({ server: secure.url }), { kind: 'Unavailable', message: /TLS/ })
    } finally {
      for (const name of Object.keys(set)) delete process.env[name]
    }
  })

  async function readWithoutAuth(): Promise<string> {
    const reader = await openVault({ server: emulator.url, path: 'secret' })
    try {
      return await readOne(reader, 'app')
    } finally {
      await reader.close()
    }
  }

  test('reads ask for the state that the login told of, and may be forwarded', async () => {
    const state = (local: number): string => Buffer.from(`v1:cluster:${local}:7:signature`).toString('base64')
    emulator.stateIndex = state(12)
    try {
      emulator.staleReads = 1
      assert.equal(await read({ readYourWrites: true, auth: { appRole } }), '{"text":"root"}')
      assert.equal(emulator.control.calls, 2)
      const reads = emulator.seen.filter(({ url }) => url === '/v1/secret/data/app')
      assert.equal(reads.at(-1)?.headers['x-vault-index'], state(12))
      emulator.staleReads = 1
      emulator.control.reset()
      await read({ readYourWrites: true, forwardInconsistent: true, auth: { appRole } })
      assert.equal(emulator.control.calls, 1)
      await read({})
      assert.equal(lastHeaders()['x-vault-index'], undefined)
    } finally {
      emulator.stateIndex = undefined
      emulator.staleReads = 0
    }
  })

  test('the server is trusted by caBundle as PEM or base64 of it, by caProvider, or by the administrator', async () => {
    const { ca } = testTls()
    const server = secure.url
    assert.equal(await read({ server, caBundle: ca }), '{"text":"root"}')
    assert.equal(await read({ server, caBundle: Buffer.from(ca).toString('base64') }), '{"text":"root"}')
    const caProvider = { type: 'ConfigMap', name: 'authorities', key: 'ca.crt' } as const
    assert.equal(await read({ server, caProvider }, { secrets: { ...secrets, 'authorities/ca.crt': ca } }), '{"text":"root"}')
    await assert.rejects(read({ server }), { kind: 'Unavailable', lasting: true })
    assert.equal(await read({ server }, { extraCa: ca }), '{"text":"root"}')
    for (const caBundle of ['not a certificate', Buffer.from('neither').toString('base64')]) {
      await assert.rejects(read({ server, caBundle }), { kind: 'InvalidSpec', message: /CA bundle/ })
    }
  })

  test("tls shows a client certificate, from the Secret's usual keys", async () => {
    const { cert, key } = testClientCertificate()
    const tls = { certSecretRef: { name: 'client' }, keySecretRef: { name: 'client' } }
    const known = { ...secrets, 'client/tls.crt': cert, 'client/tls.key': key }
    assert.equal(await read({ server: secure.url, caBundle: testTls().ca, tls }, { secrets: known }), '{"text":"root"}')
    await assert.rejects(read({ server: secure.url, tls }), { kind: 'InvalidSpec' })
  })

  test('a server below a path of a gateway is reached there', async () => {
    const gateway = http.createServer((request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ data: { data: { at: request.url }, metadata: { version: 1, created_time: 'now' } } }))
    })
    gateway.listen(0, '127.0.0.1')
    await once(gateway, 'listening')
    try {
      const { port } = gateway.address() as AddressInfo
      assert.equal(await read({ server: `http://127.0.0.1:${port}/vault/` }), '{"at":"/vault/v1/secret/data/app"}')
    } finally {
      gateway.close()
    }
  })

  test('retrySettings decide how often an outage is tried again', async () => {
    for (const [retry, calls] of [
      [{}, 1],
      [{ maxRetries: 2, intervalMs: 1 }, 3],
    ] as const) {
      emulator.control.reset()
      emulator.control.inject('internalError', 20)
      await assert.rejects(read({}, { retry }), { kind: 'Unavailable' })
      assert.equal(emulator.control.calls, calls)
    }
  })
})
