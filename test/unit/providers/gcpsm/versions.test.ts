import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type GcpEmulator, startGcpEmulator } from '../../../support/emulators/gcp/gcp-emulator.ts'
import type { ServiceAccountKey } from '../../../support/emulators/gcp/principals.ts'
import { openStore } from './open-store.ts'
import { readOnce, type Seen } from './read.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('versions of a secret in Secret Manager', () => {
  let gcp: GcpEmulator
  let key: ServiceAccountKey

  before(async () => {
    gcp = await startGcpEmulator()
    key = gcp.serviceAccountKey()
  })
  beforeEach(() => gcp.control.reset())
  after(() => gcp.close())

  function read(secret: string, config: object = {}, version?: string): Promise<Seen> {
    return readOnce(openStore(gcp, config, { key }), { key: secret, ...(version !== undefined && { version }) })
  }

  function put(secret: string, ...values: readonly string[]): void {
    for (const value of values) gcp.putSecret(secret, bytes(value))
  }

  test('the version that was read is named by its number, also when latest was asked', async () => {
    put('numbered', 'one', 'two')
    const unnamed = await read('numbered')
    assert.match(unnamed.version ?? '', /^projects\/\d+\/secrets\/numbered\/versions\/2$/)
    assert.deepEqual(await read('numbered', {}, 'latest'), unnamed)
    assert.deepEqual(await read('numbered', {}, '2'), unnamed)
  })

  for (const state of ['Disable', 'Destroy'] as const) {
    test(`a newest version after ${state} is refused, not replaced by the one before it, and the remedy names the policy`, async () => {
      put(`failing-${state}`, 'one', 'two')
      gcp.setVersionState(`failing-${state}`, '2', state)
      const { error } = await read(`failing-${state}`)
      assert.equal(error?.kind, 'AccessDenied')
      assert.match(error.remedy ?? '', /LatestOrFetch/)
      assert.equal(gcp.control.calls, 1)
    })

    test(`LatestOrFetch reads the newest enabled version when the newest is ${state}d`, async () => {
      put(`fetching-${state}`, 'one', 'two', 'three', 'four')
      for (const version of ['3', '4']) gcp.setVersionState(`fetching-${state}`, version, state)
      const { text, version } = await read(`fetching-${state}`, { secretVersionSelectionPolicy: 'LatestOrFetch' })
      assert.equal(text, 'two')
      assert.match(version ?? '', /versions\/2$/)
      assert.deepEqual(gcp.methodsCalled, ['AccessSecretVersion', 'ListSecretVersions', 'AccessSecretVersion'])
    })
  }

  test('LatestOrFetch costs one call as long as the newest version is enabled', async () => {
    put('healthy', 'one')
    assert.equal((await read('healthy', { secretVersionSelectionPolicy: 'LatestOrFetch' })).text, 'one')
    assert.equal(gcp.control.calls, 1)
  })

  test('LatestOrFetch does not replace a version that was asked by its number', async () => {
    put('exact', 'one', 'two')
    gcp.setVersionState('exact', '2', 'Disable')
    const { error } = await read('exact', { secretVersionSelectionPolicy: 'LatestOrFetch' }, '2')
    assert.equal(error?.kind, 'AccessDenied')
  })

  test('LatestOrFetch without an enabled version is refused as the newest is', async () => {
    put('gone', 'one')
    gcp.setVersionState('gone', '1', 'Destroy')
    const { error } = await read('gone', { secretVersionSelectionPolicy: 'LatestOrFetch' })
    assert.equal(error?.kind, 'AccessDenied')
  })

  test('LatestOrFetch needs the right to list versions, and the error names its role', async () => {
    put('unlisted', 'one', 'two')
    gcp.setVersionState('unlisted', '2', 'Disable')
    const narrow = gcp.serviceAccountKey({ email: 'narrow@test.iam.gserviceaccount.com', roles: ['secretAccessor'] })
    const opening = openStore(gcp, { secretVersionSelectionPolicy: 'LatestOrFetch' }, { key: narrow })
    const { error } = await readOnce(opening, { key: 'unlisted' })
    assert.equal(error?.kind, 'AccessDenied')
    assert.match(error.remedy ?? '', /secretmanager\.viewer/)
  })

  test('a payload that came damaged is read again', async () => {
    put('damaged', 'intact')
    gcp.corruptNext(1)
    assert.equal((await read('damaged')).text, 'intact')
    assert.equal(gcp.control.calls, 2)
  })

  test('a payload that always comes damaged is Unavailable', async () => {
    put('broken', 'intact')
    gcp.corruptNext(100)
    const { error } = await read('broken')
    gcp.corruptNext(0)
    assert.equal(error?.kind, 'Unavailable')
    assert.match(error.message, /CRC32C/)
  })

  for (const name of ['projects/other/secrets/theirs', 'a/b', '../theirs', 'a%2Fb', '']) {
    test(`the key "${name}" cannot reach outside of the store's project`, async () => {
      const { error } = await read(name)
      assert.equal(error?.kind, 'InvalidSpec')
      assert.equal(gcp.control.calls, 0)
    })
  }

  test('a version that is neither a number nor a name is InvalidSpec before any call', async () => {
    put('strict', 'one')
    assert.equal((await read('strict', {}, '1/../2')).error?.kind, 'InvalidSpec')
    assert.equal(gcp.control.calls, 0)
  })

  test('calls under way at once fail each by its own name', async () => {
    const reader = await openStore(gcp, {}, { key })
    const keys = Array.from({ length: 60 }, (_, i) => `absent-${i}`)
    const outcomes = await reader.fetch(
      keys.map((key) => ({ key, part: 'value' })),
      AbortSignal.timeout(20_000),
    )
    await reader.close()
    const said = outcomes.map((outcome) => (outcome.ok ? '' : outcome.error.message))
    assert.deepEqual(
      said.map((message) => /secrets\/([\w-]+)/.exec(message)?.[1]),
      keys,
    )
  })

  test('a payload without a checksum is read as it is', async () => {
    put('unchecked', 'v1')
    gcp.omitChecksums(1)
    assert.equal((await read('unchecked')).text, 'v1')
    assert.equal(gcp.control.calls, 1)
  })

  test('a regional secret is not the global one of the same name', async () => {
    gcp.putSecret('twin', bytes('global'))
    gcp.putSecret('twin', bytes('regional'), { location: 'europe-west3' })
    assert.equal((await read('twin')).text, 'global')
    assert.equal((await read('twin', { location: 'europe-west3' })).text, 'regional')
  })
})
