import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { inspect, promisify } from 'node:util'
import { FAULTS } from '../../../support/call-control.ts'
import { appRoleLogin } from '../../../support/emulators/vault/logins/app-role.ts'
import { passwordLogin } from '../../../support/emulators/vault/logins/password.ts'
import { startVaultEmulator, type VaultEmulator } from '../../../support/emulators/vault/vault-emulator.ts'
import { openVault, type Surroundings, signal, type VaultSpec } from './open-vault.ts'

const run = promisify(execFile)

/** Random text that must never be seen: in an error, what it prints as, or a log line. */
const canary = (): string => `canary-${randomUUID()}`

describe('nothing that is secret to Vault is said', () => {
  const value = canary()
  const secretId = canary()
  const password = canary()
  const token = `hvs.${canary()}`
  let emulator: VaultEmulator

  before(async () => {
    emulator = await startVaultEmulator()
    emulator.root.enableKv2('secret').put('app', JSON.stringify({ text: value }))
    emulator.root.enableLogin('approle', appRoleLogin({ app: { roleId: 'r', secretId } }))
    emulator.root.enableLogin('userpass', passwordLogin('userpass', { bob: { password } }))
    emulator.tokens.issue('', { ttlSeconds: 0 }, token)
  })
  beforeEach(() => emulator.control.reset())
  after(() => emulator.close())

  const stores: readonly (readonly [string, NonNullable<VaultSpec['auth']>, Surroundings])[] = [
    ['a token', { tokenSecretRef: { name: 'vault', key: 'token' } }, { secrets: { 'vault/token': token } }],
    ['approle', { appRole: { roleId: 'r', secretRef: { name: 'vault', key: 'id' } } }, { secrets: { 'vault/id': secretId } }],
    [
      'approle that is refused',
      { appRole: { roleId: 'other', secretRef: { name: 'vault', key: 'id' } } },
      { secrets: { 'vault/id': secretId } },
    ],
    [
      'userpass',
      { userPass: { username: 'bob', secretRef: { name: 'bob', key: 'password' } } },
      { secrets: { 'bob/password': password } },
    ],
    [
      'a token that no header can hold',
      { tokenSecretRef: { name: 'vault', key: 'token' } },
      { secrets: { 'vault/token': `${token}\n${secretId}` } },
    ],
  ]

  for (const [name, auth, surroundings] of stores) {
    for (const fault of FAULTS) {
      test(`${fault} with ${name}`, async () => {
        const said: unknown[] = []
        const logger = {
          info: (...parts: unknown[]) => void said.push(parts),
          warn: (...parts: unknown[]) => void said.push(parts),
        }
        emulator.control.inject(fault, 3)
        emulator.control.injectLogin(fault, 3)
        try {
          const spec = { server: emulator.url, path: 'secret', auth }
          const reader = await openVault(spec, { ...surroundings, logger, callTimeoutMs: 200, retry: { maxRetries: 0 } })
          const refs = ['app', 'absent', value].map((key) => ({ key, part: 'value' as const }))
          said.push(await reader.fetch(refs.slice(0, 2), signal()), reader)
          await reader.close()
        } catch (thrown) {
          said.push(thrown)
        }
        const text = said
          .map((part) => `${inspect(part, { depth: 20, showHidden: true })} ${JSON.stringify(part)} ${String(part)}`)
          .join('\n')
        for (const hidden of [value, secretId, password, token]) assert.ok(!text.includes(hidden), 'something secret was said')
      })
    }
  }

  test('node-vault says nothing either, when it is asked to debug', async () => {
    const script = `
      import { createHttpClient } from './plugin/providers/http-client.ts'
      import { createVaultApi } from './plugin/providers/vault/sdk.ts'
      const [server, secretId] = process.argv.slice(1)
      const options = { server, headers: {}, readYourWrites: false, forwardInconsistent: false }
      const api = createVaultApi(options, createHttpClient({ environment: new Map() }))
      const { status } = await api.login('auth/approle/login', { role_id: 'r', secret_id: secretId }, AbortSignal.timeout(5000))
      api.close()
      process.stdout.write(String(status))`
    const env = { ...process.env, DEBUG: 'node-vault' }
    const child = await run(process.execPath, ['--input-type=module', '-e', script, emulator.url, secretId], { env })
    assert.equal(child.stdout, '200')
    assert.ok(!child.stderr.includes(secretId), 'something secret was said')
  })
})
