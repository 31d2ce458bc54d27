import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startDaemonProcess } from '../support/daemon-process.ts'
import { startVaultEmulator, type VaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { externalSecret } from '../support/render-cases.ts'

const CANARY = 'canary-9034'
/** What the database engine answers. */
const LEASED = JSON.stringify({
  lease_id: 'database/creds/app/abcd',
  renewable: true,
  lease_duration: 3_600,
  data: { username: 'v-app-1', password: CANARY },
})

describe('a daemon whose administrator has a store of Vault without a mount', () => {
  let vault: VaultEmulator
  before(async () => {
    vault = await startVaultEmulator()
    vault.root.enableKv1('kv').put('app', JSON.stringify({ password: 'kept' }))
  })
  after(() => vault.close())

  const policy = (): string =>
    JSON.stringify({
      apiVersion: 'argocd-external-secrets.io/v1',
      kind: 'TenancyPolicy',
      metadata: { name: 'teams' },
      stores: [
        {
          kind: 'ClusterSecretStore',
          metadata: { name: 'vault' },
          spec: {
            provider: { vault: { server: vault.url, version: 'v1', auth: { tokenSecretRef: { name: 'vault', key: 'token' } } } },
          },
        },
      ],
      rules: [
        {
          name: 'team-a',
          projects: ['team-a'],
          namespaces: ['shop'],
          stores: [{ administrator: 'vault', keys: ['kv/**', 'database/creds/**'] }],
        },
      ],
    })
  const app = (key: string): string =>
    externalSecret({ spec: `  data: [{secretKey: password, remoteRef: {key: ${key}, property: password}}]` })
      .replace('  namespace: default\n', '')
      .replace(/secretStoreRef: .*/, 'secretStoreRef: {name: vault, kind: ClusterSecretStore}')

  test('refuses credentials that are made anew for every render, though a rule allows the key, and reads what stays', async () => {
    const credentials = { 'shop/vault/token': vault.rootToken }
    await using daemon = await startDaemonProcess({ policy: { 'policy.yaml': policy() }, credentials })
    vault.answerNext(200, LEASED)
    const refused = await daemon.generate({ 'app.yaml': app('database/creds/app') })
    assert.ok(!refused.ok, 'it was rendered')
    assert.match(refused.error, /InvalidSpec.*"database\/creds\/app".* changes with every render/s)
    assert.match(refused.error, /VaultDynamicSecret/)
    assert.doesNotMatch(`${refused.error} ${daemon.log()}`, new RegExp(CANARY))

    const kept = await daemon.generate({ 'app.yaml': app('kv/app') })
    assert.ok(kept.ok, kept.ok ? '' : kept.error)
    assert.match(JSON.stringify(kept.manifests), new RegExp(Buffer.from('kept').toString('base64')))
  })
})
