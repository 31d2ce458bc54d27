import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { vaultConfig } from '../../../../plugin/providers/vault/config.ts'
import { vault } from '../../../../plugin/providers/vault/provider.ts'
import { appRoleLogin } from '../../../support/emulators/vault/logins/app-role.ts'
import { startVaultEmulator, type VaultEmulator } from '../../../support/emulators/vault/vault-emulator.ts'
import { contextOf, openVault, readOne, type Surroundings, type VaultSpec } from './open-vault.ts'

/** What the database engine answers ("Generate credentials"). */
const LEASED = JSON.stringify({
  lease_id: 'database/creds/app/abcd',
  renewable: true,
  lease_duration: 3_600,
  data: { username: 'v-app-1', password: 'canary-hunter2' },
})
const KEY = 'database/creds/app'
const BY_TOKEN = { tokenSecretRef: { name: 'vault', key: 'token' } }
const BY_LOGIN = { appRole: { roleId: 'r', secretRef: { name: 'vault', key: 'secret-id' } } }

describe('a path that makes credentials, read as KV version 1 without a mount', () => {
  let emulator: VaultEmulator
  const warnings: string[] = []

  before(async () => {
    emulator = await startVaultEmulator()
    emulator.root.enableKv1('kv').put('app', '{"text":"kept"}')
    emulator.root.enableLogin('approle', appRoleLogin({ app: { roleId: 'r', secretId: 's' } }))
  })
  beforeEach(() => {
    emulator.control.reset()
    warnings.length = 0
  })
  after(() => emulator.close())

  const spec = (auth: VaultSpec['auth']): VaultSpec => ({ server: emulator.url, version: 'v1', auth })
  const around = (): Surroundings => ({
    secrets: { 'vault/token': emulator.rootToken, 'vault/secret-id': 's' },
    logger: { info: () => undefined, warn: (message) => void warnings.push(message) },
  })

  test('is read by a token that nobody revokes, with a warning, as External Secrets reads it', async () => {
    const reader = await openVault(spec(BY_TOKEN), around())
    emulator.answerNext(200, LEASED)
    assert.equal(await readOne(reader, KEY), '{"password":"canary-hunter2","username":"v-app-1"}')
    assert.match(warnings.join(), /new credentials with every read/)
    await reader.close()
  })

  test('is refused by a login, whose end would be the end of the credentials', async () => {
    const reader = await openVault(spec(BY_LOGIN), around())
    emulator.answerNext(200, LEASED)
    await assert.rejects(readOne(reader, KEY), (thrown: { kind: string; message: string; remedy: string }) => {
      assert.equal(thrown.kind, 'InvalidSpec')
      assert.match(thrown.message, /"database\/creds\/app" makes new credentials .* ends with the login/)
      assert.match(thrown.remedy, /VaultDynamicSecret/)
      assert.doesNotMatch(thrown.message, /hunter2|v-app/)
      return true
    })
    assert.equal(emulator.control.calls, 1, 'it is not asked again')
    await reader.close()
  })

  test('is refused where every render would be another one', async () => {
    const reader = await vault.open(vaultConfig.parse(spec(BY_TOKEN)), { ...contextOf(around()), unstable: 'refused' })
    emulator.answerNext(200, LEASED)
    await assert.rejects(readOne(reader, KEY), { kind: 'InvalidSpec', message: /changes with every render/ })
    assert.equal(await readOne(reader, 'kv/app'), '{"text":"kept"}')
    await reader.close()
  })
})
