import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Clock } from '../../../../plugin/model/clock.ts'
import type { Outcome } from '../../../../plugin/providers/secret-reader.ts'
import { type GcpEmulator, startGcpEmulator } from '../../../support/emulators/gcp/gcp-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { openStore } from './open-store.ts'
import { readOnce } from './read.ts'

const HOUR_MS = 3_600_000

describe('tokens of Secret Manager', () => {
  let gcp: GcpEmulator

  before(async () => {
    gcp = await startGcpEmulator()
    for (let i = 0; i < 200; i++) gcp.putSecret(`key-${i}`, new TextEncoder().encode(`value-${i}`))
  })
  beforeEach(() => gcp.control.reset())
  after(() => gcp.close())

  async function fetchAll(clock?: Clock): Promise<{ again: () => Promise<readonly Outcome[]>; close: () => Promise<void> }> {
    const reader = await openStore(gcp, {}, clock ? { clock } : {})
    const refs = Array.from({ length: 200 }, (_, i) => ({ key: `key-${i}`, part: 'value' as const }))
    return { again: () => reader.fetch(refs, AbortSignal.timeout(30_000)), close: () => reader.close() }
  }

  test('200 keys take one login, and so does the next fetch of the same reader', async () => {
    const { again, close } = await fetchAll()
    assert.ok((await again()).every((outcome) => outcome.ok))
    assert.ok((await again()).every((outcome) => outcome.ok))
    await close()
    assert.deepEqual([gcp.control.logins, gcp.control.calls], [1, 400])
  })

  test('a token is renewed ahead of its end', async () => {
    const clock = new FakeClock(Date.now())
    const { again, close } = await fetchAll(clock)
    await again()
    clock.advance(HOUR_MS - 6 * 60_000)
    await again()
    assert.equal(gcp.control.logins, 1)
    clock.advance(2 * 60_000)
    assert.ok((await again()).every((outcome) => outcome.ok))
    await close()
    assert.equal(gcp.control.logins, 2)
  })

  test('a token that was revoked is replaced without a failure', async () => {
    const clock = new FakeClock(Date.now())
    const { again, close } = await fetchAll(clock)
    await again()
    gcp.revokeTokens()
    clock.advance(10 * 60_000)
    assert.ok((await again()).every((outcome) => outcome.ok))
    await close()
    assert.equal(gcp.control.logins, 2)
  })

  test('a fresh token that is refused is not asked for again', async () => {
    const key = { ...gcp.serviceAccountKey(), private_key_id: 'of-nobody' }
    const { error } = await readOnce(openStore(gcp, { projectID: gcp.project }, { key }), { key: 'key-0' })
    assert.equal(error?.kind, 'AccessDenied')
    assert.equal(gcp.control.calls, 1)
  })

  test('a login that fails for a moment is tried again', async () => {
    gcp.control.injectLogin('internalError')
    assert.equal((await readOnce(openStore(gcp, {}), { key: 'key-0' })).text, 'value-0')
    assert.equal(gcp.control.logins, 2)
  })

  test('a refused login rejects once for all references', async () => {
    gcp.control.injectLogin('denied', 50)
    const { again, close } = await fetchAll()
    await assert.rejects(again(), { kind: 'AccessDenied' })
    await close()
    assert.deepEqual([gcp.control.logins, gcp.control.calls], [1, 0])
  })

  test('no redirect is followed, neither with a token nor for one', async () => {
    const seen: string[] = []
    const elsewhere = http.createServer((request, response) => {
      seen.push(request.headers.authorization ?? 'none')
      response.end()
    })
    elsewhere.listen(0, '127.0.0.1')
    await once(elsewhere, 'listening')
    gcp.control.redirectTarget = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
    gcp.control.inject('redirect', 10)
    assert.equal((await readOnce(openStore(gcp, {}), { key: 'key-0' })).error?.kind, 'Unavailable')
    gcp.control.reset()
    gcp.control.injectLogin('redirect', 10)
    assert.equal((await readOnce(openStore(gcp, {}), { key: 'key-0' })).error?.kind, 'Unavailable')
    elsewhere.close()
    assert.deepEqual(seen, [])
  })
})
