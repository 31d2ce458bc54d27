import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { someone, turns } from './gated-provider.ts'
import { renderFound } from './open-warm.ts'
import { Daemon, HOUR_MS } from './restarted-daemon.ts'

describe('searches while the provider is away', () => {
  async function found(): Promise<Daemon> {
    const daemon = await new Daemon().start()
    await renderFound(daemon.stores)
    await daemon.settle()
    return daemon
  }

  for (const kind of ['Unavailable', 'Throttled', 'Timeout'] as const) {
    test(`${kind}: all that was found before stands in, with the last good values of it`, async () => {
      const daemon = await found()
      daemon.away(kind)
      daemon.gated.listFailure = new SecretError(kind, 'no')
      assert.deepEqual(await renderFound(daemon.stores), ['A (stale)', 'B (stale)', 'found before'])
      assert.equal(daemon.stale.length, 3)
    })
  }

  for (const kind of ['NotFound', 'AccessDenied', 'Deadline', 'InvalidSpec', 'Bug'] as const) {
    test(`${kind}: nothing stands in`, async () => {
      const daemon = await found()
      daemon.gated.listFailure = new SecretError(kind, 'no')
      assert.deepEqual(await renderFound(daemon.stores), [kind])
    })
  }

  test('a search is never answered with less than it found: a key without its last good value fails it', async () => {
    const daemon = await new Daemon().start()
    daemon.gated.keyFailures.set('b', new SecretError('AccessDenied', 'no'))
    await renderFound(daemon.stores)
    await daemon.settle()
    daemon.gated.keyFailures.clear()
    daemon.away()
    daemon.gated.listFailure = new SecretError('Unavailable', 'no')
    assert.deepEqual(await renderFound(daemon.stores), ['A (stale)', 'Unavailable', 'found before'])
  })

  test('where only the listing fails, what was found before is read anew', async () => {
    const daemon = await found()
    daemon.gated.listFailure = new SecretError('Throttled', 'no')
    daemon.gated.values.set('a', 'A2')
    assert.deepEqual(await renderFound(daemon.stores), ['A2', 'B', 'found before'])
  })

  test('another search than was made before is the failure that it is', async () => {
    const daemon = await found()
    daemon.gated.listFailure = new SecretError('Unavailable', 'no')
    assert.deepEqual(await renderFound(daemon.stores, { id: 'another' }), ['Unavailable'])
  })

  test('what the provider refused, or says to be nowhere, does not come back', async () => {
    for (const kind of ['NotFound', 'AccessDenied'] as const) {
      const daemon = await found()
      daemon.gated.listFailure = new SecretError(kind, 'no')
      await renderFound(daemon.stores)
      await daemon.settle()
      daemon.gated.listFailure = new SecretError('Unavailable', 'no')
      assert.deepEqual(await renderFound(daemon.stores), ['Unavailable'])
    }
  })

  test('it stands in when the store cannot even be opened, for who has the credential, as long as it is not too old', async () => {
    const daemon = await new Daemon().start()
    daemon.gated.login = 'read'
    await renderFound(daemon.stores, { source: someone('pw') })
    await daemon.stores.close()
    await daemon.start()
    daemon.gated.openFailure = new SecretError('Unavailable', 'no login')
    assert.deepEqual(await renderFound(daemon.stores, { source: someone('other') }), ['Unavailable'])
    assert.deepEqual(await renderFound(daemon.stores, { source: someone('pw') }), ['A (stale)', 'B (stale)', 'found before'])
    daemon.pass(HOUR_MS + 1)
    assert.deepEqual(await renderFound(daemon.stores, { source: someone('pw') }), ['Unavailable'])
  })

  test('a listing without an answer is waited for to its end, and shortly once the provider is known to be away', async () => {
    const daemon = await found()
    daemon.gated.isOpen = false
    const patient = renderFound(daemon.stores)
    await turns()
    daemon.pass(60_000)
    await turns()
    daemon.gated.listFailure = new SecretError('Timeout', 'no')
    daemon.away()
    daemon.gated.release()
    await turns()
    daemon.gated.release()
    assert.deepEqual(await patient, ['A (stale)', 'B (stale)', 'found before'])
    const short = renderFound(daemon.stores)
    await turns()
    daemon.pass(1_000)
    await turns()
    daemon.pass(1_000)
    assert.deepEqual(await short, ['A (stale)', 'B (stale)', 'found before'])
  })
})
