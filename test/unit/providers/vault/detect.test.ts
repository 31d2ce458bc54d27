import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { VersionQuery } from '../../../../plugin/providers/change-detector.ts'
import type { Kv2 } from '../../../support/emulators/vault/kv2.ts'
import { startVaultEmulator, type VaultEmulator } from '../../../support/emulators/vault/vault-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { detectVault, type VaultSpec } from './open-vault.ts'

describe('changes in Vault', () => {
  let emulator: VaultEmulator
  let kv: Kv2
  // Ahead of the emulator's: what was deleted a moment ago is deleted.
  const clock = new FakeClock(Date.now() + 60_000)

  beforeEach(async () => {
    emulator = await startVaultEmulator()
    kv = emulator.root.enableKv2('team/kv')
  })
  afterEach(() => emulator.close())

  async function look(spec: Partial<VaultSpec>, ...queries: readonly VersionQuery[]): Promise<readonly string[]> {
    const detector = await detectVault(
      { server: emulator.url, auth: { tokenSecretRef: { name: 'vault', key: 'token' } }, ...spec },
      { secrets: { 'vault/token': emulator.rootToken }, clock },
    )
    const outcomes = await detector.versions(queries, AbortSignal.timeout(5_000))
    await detector.close()
    return outcomes.map((outcome) => (outcome.state === 'version' ? outcome.version.replace(/@.*/, '') : outcome.state))
  }

  test('the version of a key however it is written, with the mount in the store or in the key', async () => {
    kv.put('app/db', '{"a":1}')
    kv.put('app/db', '{"a":2}')
    assert.deepEqual(await look({ path: 'team/kv' }, { key: 'app/db' }, { key: 'team/kv/data/app/db' }), ['2', '2'])
    assert.deepEqual(await look({}, { key: 'team/kv/data/app/db' }), ['2'])
  })

  test('a version that is named, deleted, destroyed, or was never there', async () => {
    for (const json of ['{"a":1}', '{"a":2}', '{"a":3}']) kv.put('db', json)
    kv.softDelete('db', 1)
    kv.destroy('db', 2)
    const queries = ['1', '2', '3', '9', ''].map((version) => ({ key: 'db', version }))
    assert.deepEqual(await look({ path: 'team/kv' }, ...queries), ['absent', 'absent', '3', 'absent', '3'])
    kv.softDelete('db')
    assert.deepEqual(await look({ path: 'team/kv' }, { key: 'db' }), ['absent'])
  })

  test('a version that will be deleted is there until then', async () => {
    kv.put('db', '{"a":1}')
    const at = (ms: number): string => new Date(clock.now() + ms).toISOString()
    for (const [deletionTime, expected] of [
      [at(60_000), '1'],
      [at(-1_000), 'absent'],
    ] as const) {
      const metadata = {
        current_version: 1,
        versions: { 1: { created_time: at(-9_000), deletion_time: deletionTime, destroyed: false } },
      }
      emulator.answerNext(200, JSON.stringify({ data: metadata }))
      assert.deepEqual(await look({ path: 'team/kv' }, { key: 'db' }), [expected])
    }
  })

  test('custom metadata, and keys that are in no engine of version 2, are for reading to tell', async () => {
    kv.put('db', '{"a":1}')
    assert.deepEqual(await look({ path: 'team/kv' }, { key: 'db', metadata: true }), ['unknown'])
    assert.deepEqual(await look({ path: 'nowhere' }, { key: 'db' }), ['failed'])
    assert.deepEqual(await look({ path: 'team/kv' }, { key: '../db' }), ['failed'])
  })

  test('an answer that is none of Vault is no absence', async () => {
    for (const body of ['{"data":{}}', '{}', '[]', '{"data":{"versions":{}}}']) {
      emulator.answerNext(200, body)
      const [outcome] = await look({ path: 'team/kv' }, { key: 'db' })
      assert.equal(outcome, 'failed', body)
    }
  })
})
