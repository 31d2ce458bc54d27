import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { ErrorKind, SecretError } from '../../../../plugin/model/secret-error.ts'
import type { Outcome, SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import type { Kv2 } from '../../../support/emulators/vault/kv2.ts'
import { startVaultEmulator, type VaultEmulator } from '../../../support/emulators/vault/vault-emulator.ts'
import { openVault, signal, textOf, type VaultSpec } from './open-vault.ts'

const secrets = { 'vault/token': 'root' }
const auth = { tokenSecretRef: { name: 'vault', key: 'token' } }

describe('what Vault answers when there is no secret to give', () => {
  let emulator: VaultEmulator
  let kv2: Kv2

  before(async () => {
    emulator = await startVaultEmulator()
    kv2 = emulator.root.enableKv2('secret')
    const kv1 = emulator.root.enableKv1('kv')
    kv2.put('app', '{"text":"one"}')
    kv2.put('app', '{"text":"two"}')
    kv1.put('app', '{"big":12345678901234567890,"ratio":1.50,"z":"<"}')
    kv1.put('data/app', '{"text":"of version 1"}')
  })
  beforeEach(() => emulator.control.reset())
  after(() => emulator.close())

  async function using<T>(spec: Partial<VaultSpec>, use: (reader: SecretReader) => Promise<T>): Promise<T> {
    const surroundings = { secrets, retry: { maxRetries: 0 } }
    const reader = await openVault({ server: emulator.url, path: 'secret', auth, ...spec }, surroundings)
    try {
      return await use(reader)
    } finally {
      await reader.close()
    }
  }

  async function outcome(
    spec: Partial<VaultSpec>,
    key: string,
    options: { version?: string; part?: 'metadata' } = {},
  ): Promise<Outcome> {
    const [only] = await using(spec, (reader) => reader.fetch([{ key, part: 'value', ...options }], signal()))
    assert.ok(only)
    return only
  }

  function errorOf(seen: Outcome): SecretError {
    assert.ok(!seen.ok)
    return seen.error
  }

  const STATUSES: readonly (readonly [number, string, ErrorKind])[] = [
    [400, '{"errors":["words of Vault"]}', 'InvalidSpec'],
    [403, '{"errors":["words of Vault"]}', 'AccessDenied'],
    [404, '{"errors":[]}', 'NotFound'],
    [404, '{"errors":["words of Vault"]}', 'InvalidSpec'],
    [404, '<html>words of a proxy</html>', 'Unavailable'],
    [405, '{"errors":["words of Vault"]}', 'InvalidSpec'],
    [412, '{"errors":["words of Vault"]}', 'Unavailable'],
    [429, '{"errors":["words of Vault"]}', 'Throttled'],
    [472, '{"errors":["words of Vault"]}', 'Unavailable'],
    [473, '{"errors":["words of Vault"]}', 'Unavailable'],
    [500, '{"errors":["words of Vault"]}', 'Unavailable'],
    [502, 'words of a proxy', 'Unavailable'],
    [200, '{"errors":"words of a stranger"}', 'Unavailable'],
    [200, '"words of a stranger"', 'Unavailable'],
    [200, '{"data":{"data":"words","metadata":{}}}', 'Unavailable'],
  ]

  for (const [status, body, kind] of STATUSES) {
    test(`${status} with ${body.slice(0, 20)} is ${kind}, in our words`, async () => {
      emulator.answerNext(status, body)
      const error = errorOf(await outcome({}, 'app'))
      assert.equal(error.kind, kind)
      assert.doesNotMatch(`${error.message} ${error.remedy ?? ''}`, /words/)
      assert.ok(error.remedy, 'every failure says what one can do')
    })
  }

  test('a sealed Vault is Unavailable, and says that it is to be unsealed', async () => {
    emulator.mode = 'sealed'
    try {
      const error = errorOf(await outcome({}, 'app'))
      assert.deepEqual([error.kind, error.remedy], ['Unavailable', 'unseal it'])
    } finally {
      emulator.mode = 'active'
    }
  })

  test('Retry-After is kept for whoever tries again', async () => {
    emulator.answerNext(429, '{"errors":[]}', { 'Retry-After': '2' })
    assert.equal(errorOf(await outcome({}, 'app')).retryAfterMs, 2_000)
  })

  test('a refusal names the line that the policy needs', async () => {
    emulator.control.inject('denied')
    assert.match(
      errorOf(await outcome({}, 'team/app')).remedy ?? '',
      /path "secret\/data\/team\/app" \{ capabilities = \["read"\] \}/,
    )
    emulator.control.inject('denied')
    const error = errorOf(await outcome({}, 'app', { part: 'metadata' }))
    assert.match(error.remedy ?? '', /path "secret\/metadata\/app"/)
  })

  test('a deleted, destroyed or unknown version is NotFound, its neighbours are read', async () => {
    kv2.put('gone', '{"n":1}')
    kv2.put('gone', '{"n":2}')
    kv2.softDelete('gone', 2)
    assert.equal(errorOf(await outcome({}, 'gone')).kind, 'NotFound')
    assert.equal(textOf(await outcome({}, 'gone', { version: '1' })), '{"n":1}')
    kv2.undelete('gone', 2)
    assert.equal(textOf(await outcome({}, 'gone')), '{"n":2}')
    kv2.destroy('gone', 2)
    assert.equal(errorOf(await outcome({}, 'gone')).kind, 'NotFound')
    assert.equal(errorOf(await outcome({}, 'gone', { version: '3' })).kind, 'NotFound')
  })

  test('a version that is no number is InvalidSpec', async () => {
    assert.equal(errorOf(await outcome({}, 'app', { version: 'latest' })).kind, 'InvalidSpec')
  })

  test('a secret that is deleted for good and written again has another version', async () => {
    const versions: string[] = []
    for (const text of ['before', 'after']) {
      kv2.deleteAll('again')
      kv2.put('again', JSON.stringify({ text }))
      const seen = await outcome({}, 'again')
      assert.ok(seen.ok)
      versions.push(seen.secret.version)
    }
    assert.notEqual(versions[0], versions[1])
  })

  test('the wrong version of the engine is InvalidSpec where the answer tells it', async () => {
    assert.equal(errorOf(await outcome({ version: 'v1' }, 'app')).kind, 'InvalidSpec')
    const error = errorOf(await outcome({ path: 'kv' }, 'app'))
    assert.deepEqual([error.kind, error.remedy], ['InvalidSpec', "set the store's version to v1"])
  })

  test('a version 2 path that a version 1 engine does not know looks like a missing secret, and the remedy names both', async () => {
    const error = errorOf(await outcome({ path: 'kv' }, 'elsewhere'))
    assert.equal(error.kind, 'NotFound')
    assert.match(error.remedy ?? '', /key and the version, .* store's version/)
  })

  test('an engine that is not there is InvalidSpec', async () => {
    assert.equal(errorOf(await outcome({ path: 'nowhere' }, 'app')).kind, 'InvalidSpec')
  })

  test('version 1 keeps every digit, keys sorted and Go escapes as ESO prints them', async () => {
    const seen = await outcome({ path: 'kv', version: 'v1' }, 'app')
    assert.equal(textOf(seen), String.raw`{"big":12345678901234567890,"ratio":1.50,"z":"\u003c"}`)
  })

  test('a key that leaves its mount is InvalidSpec and costs no call', async () => {
    assert.equal(errorOf(await outcome({}, '../kv/app')).kind, 'InvalidSpec')
    assert.equal(emulator.control.calls, 0)
  })

  test('metadata is three facts and the custom ones, which win', async () => {
    kv2.put('described', '{"n":1}')
    kv2.setCustomMetadata('described', { owner: 'team <a>', current_version: 'mine' })
    const seen = await outcome({}, 'described', { part: 'metadata' })
    const { created_time: created, ...rest } = JSON.parse(textOf(seen)) as Record<string, string>
    assert.deepEqual(rest, { current_version: 'mine', delete_version_after: '0s', owner: 'team <a>' })
    assert.match(created ?? '', /^\d{4}-\d\d-\d\dT/)
  })

  test('metadata of version 1 is InvalidSpec', async () => {
    assert.equal(errorOf(await outcome({ path: 'kv', version: 'v1' }, 'app', { part: 'metadata' })).kind, 'InvalidSpec')
  })

  test('version 1 says that it keeps no versions, and reads the current value', async () => {
    const warnings: string[] = []
    const logger = { info() {}, warn: (message: string) => void warnings.push(message) }
    const reader = await openVault({ server: emulator.url, path: 'kv', version: 'v1', auth }, { secrets, logger })
    const [seen] = await reader.fetch([{ key: 'app', part: 'value', version: '7' }], signal())
    await reader.close()
    assert.ok(seen?.ok)
    assert.match(warnings.join(), /no versions/)
  })
})
