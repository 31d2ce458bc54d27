import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { ChangeDetector, VersionOutcome } from '../../../../plugin/providers/change-detector.ts'
import { type AzureEmulator, startAzureEmulator } from '../../../support/emulators/azure/start-azure-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { detectServicePrincipal } from './open-store.ts'

const text = (outcome: VersionOutcome | undefined): string | undefined =>
  outcome?.state === 'version' ? outcome.version : outcome?.state
const signal = (): AbortSignal => AbortSignal.timeout(20_000)

describe('changes in Key Vault', () => {
  let azure: AzureEmulator
  let detector: ChangeDetector
  const clock = new FakeClock(Date.now())

  beforeEach(async () => {
    azure = await startAzureEmulator()
    clock.advance(30_000)
    detector = await detectServicePrincipal(azure, { clock })
  })
  afterEach(async () => {
    await detector.close()
    await azure.close()
  })

  test('a secret alone and among many has the same version', async () => {
    for (let i = 0; i < 60; i++) azure.putSecret(`secret-${i}`, 'x')
    clock.advance(60_000)
    const keys = Array.from({ length: 60 }, (_, i) => ({ key: `secret-${i}` }))
    const together = await detector.versions(keys, signal())
    const [alone] = await detector.versions([{ key: 'secret/secret-59' }], signal())
    assert.equal(text(alone), text(together[59]))
  })

  test('two versions of one second are told apart while the second may have another', async () => {
    const young = await detectServicePrincipal(azure, { clock: new FakeClock(Date.now()) })
    azure.putSecret('db', 'one')
    const [first] = await young.versions([{ key: 'db' }], signal())
    azure.putSecret('db', 'two')
    clock.advance(60_000)
    const [second] = await detector.versions([{ key: 'db' }], signal())
    assert.notEqual(text(second), text(first))
    await young.close()
  })

  test('tags that change are a change; a pinned version keeps its own', async () => {
    const version = azure.putSecret('db', 'one')
    azure.contents.secrets.passTime(5)
    azure.putSecret('db', 'two')
    clock.advance(60_000)
    const queries = [{ key: 'db' }, { key: 'db', version }, { key: 'db', version: 'f'.repeat(32) }]
    const before = await detector.versions(queries, signal())
    azure.contents.secrets.passTime(5)
    azure.contents.secrets.update('db', undefined, { tags: { team: 'a' } })
    const after = await detector.versions(queries, signal())
    assert.notEqual(text(after[0]), text(before[0]))
    assert.equal(text(after[1]), text(before[1]))
    assert.equal(text(after[2]), 'absent')
  })

  test('keys and certificates are to be read, and what is no name fails', async () => {
    const outcomes = await detector.versions([{ key: 'key/k' }, { key: 'cert/c' }, { key: 'no such type/x' }], signal())
    assert.deepEqual(outcomes.map(text), ['unknown', 'unknown', 'failed'])
  })
})
