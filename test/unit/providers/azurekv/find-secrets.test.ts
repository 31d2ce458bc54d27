import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import { found } from '../../../contract/secret-lister.contract.ts'
import { type AzureEmulator, startAzureEmulator } from '../../../support/emulators/azure/start-azure-emulator.ts'
import { openServicePrincipal } from './open-store.ts'

describe('finding secrets in Key Vault', () => {
  let azure: AzureEmulator
  let reader: SecretReader

  before(async () => {
    azure = await startAzureEmulator()
    azure.putSecret('db-user', 'u', { tags: { team: 'a' } })
    azure.putSecret('db-password', 'p', { tags: { team: 'a', kind: 'password' } })
    azure.putSecret('db-old', 'o', { tags: { team: 'a' }, attributes: { enabled: false } })
    azure.putSecret('DB-upper', 'x')
    azure.putKey('db-key', 'RSA')
  })
  beforeEach(async () => {
    azure.control.reset()
    reader = await openServicePrincipal(azure)
  })
  after(() => azure.close())

  test('name and tags are both to be met; what is disabled is left out', async () => {
    const matchesName = (name: string): boolean => name.startsWith('db-')
    assert.deepEqual(await found(reader, { matchesName }), ['db-password', 'db-user'])
    assert.deepEqual(await found(reader, { matchesName, tags: new Map([['kind', 'password']]) }), ['db-password'])
    await reader.close()
  })

  test('without name and tags every secret is found, whatever the path; keys and certificates never', async () => {
    assert.deepEqual(await found(reader, { path: 'ignored' }), ['DB-upper', 'db-password', 'db-user'])
    await reader.close()
  })

  test('who may read but not list is told what right is missing', async () => {
    azure.control.inject('denied', 1)
    await assert.rejects(found(reader, {}), { kind: 'AccessDenied', message: /not allowed to list/ })
    await reader.close()
  })

  test('a page that fails for the moment is asked for again, and the list is whole', async () => {
    for (let index = 0; index < 60; index++) azure.putSecret(`page-${index}`, 'x')
    await found(reader, {})
    azure.control.reset()
    azure.control.inject('internalError', 1)
    assert.equal((await found(reader, { matchesName: (name) => name.startsWith('page-') })).length, 60)
    assert.equal(azure.control.calls, 4)
    await reader.close()
  })
})
