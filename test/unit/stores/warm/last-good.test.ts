import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { processKeyRing } from '../../../../plugin/stores/keys/open-key-ring.ts'
import { ADMINISTRATOR } from '../../../../plugin/stores/open-store.ts'
import { DEFAULT_FLOORS, FloorTable } from '../../../../plugin/stores/warm/floor-table.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { someone, turns } from './gated-provider.ts'
import { render } from './open-warm.ts'
import { Daemon, HOUR_MS } from './restarted-daemon.ts'

describe('while the provider is away', () => {
  test('a value below a version floor never stands in, one of exactly that version does', async () => {
    const daemon = new Daemon()
    const table = new FloorTable({ ...DEFAULT_FLOORS, silenceMs: 1 }, daemon.clock)
    await daemon.start(table)
    await render(daemon.stores, { keys: ['a', 'b'] })
    await daemon.settle()
    daemon.away()
    const store = 'ClusterSecretStore store'
    // Values of this provider are their own versions.
    const floors = [
      { store, key: 'a', version: 'A2', ageMs: 0 },
      { store, key: 'b', version: 'B', ageMs: 0 },
    ]
    table.apply({ cursor: '1', leader: 'e', watched: [], floors })
    daemon.pass(2)
    assert.deepEqual(await render(daemon.stores, { keys: ['a', 'b'] }), ['Unavailable', 'B (stale)'])
  })

  for (const kind of ['Unavailable', 'Throttled', 'Timeout'] as const) {
    test(`${kind}: the last good value stands in, and says how old it is`, async () => {
      const daemon = await new Daemon().start()
      await render(daemon.stores, { keys: ['a'] })
      await daemon.settle()
      daemon.away(kind)
      assert.deepEqual(await render(daemon.stores, { keys: ['a'] }), ['A (stale)'])
      assert.deepEqual(daemon.stale, [11_000])
    })
  }

  for (const kind of ['NotFound', 'AccessDenied', 'Deadline', 'InvalidSpec', 'Bug'] as const) {
    test(`${kind}: it does not`, async () => {
      const daemon = await new Daemon().start()
      await render(daemon.stores, { keys: ['a'] })
      await daemon.settle()
      daemon.away(kind)
      assert.deepEqual(await render(daemon.stores, { keys: ['a'] }), [`store: ${kind}`])
    })
  }

  test('one reference that fails is stood in for, its neighbours are read', async () => {
    const daemon = await new Daemon().start()
    await render(daemon.stores, { keys: ['a', 'b'] })
    await daemon.settle()
    daemon.gated.keyFailures.set('a', new SecretError('Throttled', 'slow down'))
    daemon.gated.values.set('b', 'B2')
    assert.deepEqual(await render(daemon.stores, { keys: ['a', 'b', 'c'] }), ['A (stale)', 'B2', 'NotFound'])
  })

  test('a value that never was read is the failure that it is', async () => {
    const daemon = await new Daemon().start()
    await render(daemon.stores, { keys: ['a'] })
    await daemon.settle()
    daemon.away()
    assert.deepEqual(await render(daemon.stores, { keys: ['a', 'b'] }), ['A (stale)', 'Unavailable'])
    assert.deepEqual(await render(daemon.stores, { keys: ['b'] }), ['store: Unavailable'])
  })

  test('a process that starts finds it, also when the store cannot even be opened', async () => {
    const daemon = await new Daemon().start()
    await render(daemon.stores, { keys: ['a'] })
    await daemon.stores.close()
    await daemon.start()
    daemon.gated.openFailure = new SecretError('Unavailable', 'no login')
    assert.deepEqual(await render(daemon.stores, { keys: ['a'] }), ['A (stale)'])
  })

  test('it is not used once it is older than allowed', async () => {
    const daemon = await new Daemon().start()
    await render(daemon.stores, { keys: ['a'] })
    await daemon.settle()
    daemon.away()
    daemon.pass(HOUR_MS - 11_000)
    assert.deepEqual(await render(daemon.stores, { keys: ['a'] }), ['A (stale)'])
    daemon.pass(1_001)
    assert.deepEqual(await render(daemon.stores, { keys: ['a'] }), ['store: Unavailable'])
  })

  test('what the provider said to be gone does not come back', async () => {
    const daemon = await new Daemon().start()
    await render(daemon.stores, { keys: ['a', 'b'] })
    await daemon.settle()
    daemon.gated.values.delete('a')
    assert.deepEqual(await render(daemon.stores, { keys: ['a', 'b'] }), ['NotFound', 'B'])
    daemon.pass(10_000)
    daemon.away()
    assert.deepEqual(await render(daemon.stores, { keys: ['a', 'b'] }), ['Unavailable', 'B (stale)'])
    await daemon.stores.close()
    assert.equal(daemon.files.files.size, 1)
  })

  test('a provider that does not answer is waited for as long as one call may take, then shortly', async () => {
    const daemon = await new Daemon().start()
    await render(daemon.stores, { keys: ['a'] })
    await daemon.settle()
    daemon.gated.isOpen = false
    for (const patienceMs of [5_000, 1_000, 1_000]) {
      const rendering = render(daemon.stores, { keys: ['a'] })
      await turns()
      daemon.pass(patienceMs - 1)
      await turns()
      assert.equal(daemon.stale.length, daemon.gated.ended.length)
      daemon.pass(1)
      assert.deepEqual(await rendering, ['A (stale)'])
      await turns()
    }
    daemon.gated.isOpen = true
    assert.deepEqual(await render(daemon.stores, { keys: ['a'] }), ['A'])
  })

  test('nor is it waited for less where nothing could stand in', async () => {
    const daemon = await new Daemon().start()
    daemon.gated.isOpen = false
    const rendering = render(daemon.stores, { keys: ['a'] })
    await turns()
    daemon.pass(5_000)
    await turns()
    daemon.gated.release()
    assert.deepEqual(await rendering, ['A'])
  })
})

describe('who gets it', () => {
  test('of a store of Git: only who has the credential that it was read with', async () => {
    const daemon = await new Daemon().start()
    daemon.gated.login = 'read'
    await render(daemon.stores, { keys: ['a'], source: someone('pw') })
    await daemon.stores.close()
    await daemon.start()
    daemon.gated.openFailure = new SecretError('Unavailable', 'no login')
    assert.deepEqual(await render(daemon.stores, { keys: ['a'], source: someone('other') }), ['store: Unavailable'])
    assert.deepEqual(await render(daemon.stores, { keys: ['a'], source: someone() }), ['store: Unavailable'])
    assert.deepEqual(await render(daemon.stores, { keys: ['a'], source: someone('pw'), scope: { owner: 'b' } }), [
      'store: Unavailable',
    ])
    assert.deepEqual(await render(daemon.stores, { keys: ['a'], source: someone('pw') }), ['A (stale)'])
  })

  test("of the administrator's: also with a rotated credential", async () => {
    const daemon = await new Daemon().start()
    daemon.gated.login = 'read'
    const scope = { owner: ADMINISTRATOR }
    await render(daemon.stores, { keys: ['a'], source: someone('old'), scope })
    await daemon.settle()
    daemon.away()
    assert.deepEqual(await render(daemon.stores, { keys: ['a'], source: someone('new'), scope }), ['A (stale)'])
  })

  test('nobody, when the keys are not those that it was written with', async () => {
    const daemon = await new Daemon().start()
    await render(daemon.stores, { keys: ['a'] })
    await daemon.stores.close()
    daemon.ring = processKeyRing(seededRandom('other'))
    await daemon.start()
    daemon.away()
    assert.deepEqual(await render(daemon.stores, { keys: ['a'] }), ['store: Unavailable'])
    assert.deepEqual(daemon.warnings, [])
  })
})

describe('the volume', () => {
  test('has no value, no key and no name in clear', async () => {
    const daemon = await new Daemon().start()
    daemon.gated.values.set('the-key', 'canary-value')
    await render(daemon.stores, { keys: ['the-key'] })
    await daemon.stores.close()
    const [[name, bytes] = ['', new Uint8Array()]] = daemon.files.files
    const text = name + Buffer.from(bytes).toString('latin1')
    assert.ok(bytes.byteLength > 12)
    assert.ok(!/canary-value|the-key|store/.test(text))
  })

  test('a value is written when it changes, not with every reading', async () => {
    const daemon = await new Daemon().start()
    for (const value of ['A', 'A', 'A', 'A2', 'A2']) {
      daemon.gated.values.set('a', value)
      await render(daemon.stores, { keys: ['a'] })
      await daemon.settle()
    }
    assert.equal(daemon.files.writes, 2)
  })

  test('a process killed at any byte of a write leaves the value before', async () => {
    const daemon = await new Daemon().start()
    await render(daemon.stores, { keys: ['a'] })
    await daemon.settle()
    const [size = 0] = Array.from(daemon.files.files.values(), (bytes) => bytes.byteLength)
    for (let cut = 0; cut <= size; cut++) {
      daemon.gated.readFailure = undefined
      daemon.gated.values.set('a', `B${cut % 10}`)
      if (cut < size) daemon.files.killedAfter = cut
      else daemon.files.isKilledBeforeRename = true
      await render(daemon.stores, { keys: ['a'] })
      await daemon.stores.close()
      assert.ok(daemon.files.isDead)
      daemon.files.revive()
      await daemon.start()
      daemon.away()
      assert.deepEqual(await render(daemon.stores, { keys: ['a'] }), ['A (stale)'])
      daemon.pass(1_000)
    }
    assert.equal(daemon.files.files.size, 1)
  })

  test('a file with any byte changed, or in another place, is no value, and is deleted with a warning', async () => {
    const daemon = await new Daemon().start()
    await render(daemon.stores, { keys: ['a', 'b'] })
    await daemon.stores.close()
    const [[one, bytes] = ['', new Uint8Array()], [, other] = ['', new Uint8Array()]] = [...daemon.files.files]
    const damages = Array.from(bytes, (byte, at) => bytes.with(at, byte ^ 1))
    let deleted = 0
    for (const damaged of [...damages, bytes.slice(0, 20), new Uint8Array(), other]) {
      daemon.files.files.set(one, damaged)
      daemon.gated.readFailure = undefined
      await daemon.start()
      daemon.away()
      const values = (await Promise.all([render(daemon.stores, { keys: ['a'] }), render(daemon.stores, { keys: ['b'] })])).flat()
      assert.deepEqual(values.filter((value) => value.endsWith('(stale)')).length, 1)
      await daemon.stores.close()
      if (!daemon.files.files.has(one)) deleted++
    }
    // A changed name of the key is a key that is not in the ring: that is no damage.
    assert.ok(deleted >= damages.length - 16)
    assert.equal(daemon.warnings.length, deleted)
  })

  test('is bounded: the longest unread goes', async () => {
    const daemon = new Daemon(700)
    for (const key of ['k1', 'k2', 'k3']) daemon.gated.values.set(key, key.repeat(80))
    await daemon.start()
    for (const key of ['k1', 'k2', 'k3']) {
      await render(daemon.stores, { keys: [key] })
      await daemon.settle()
    }
    daemon.away()
    assert.deepEqual(await render(daemon.stores, { keys: ['k1'] }), ['store: Unavailable'])
    assert.match((await render(daemon.stores, { keys: ['k3'] })).join(), /stale/)
  })

  test('files that are too old, and what a killed process left, are deleted at the start', async () => {
    const daemon = await new Daemon().start()
    await render(daemon.stores, { keys: ['a'] })
    await daemon.stores.close()
    daemon.files.files.set('left.tmp', Uint8Array.of(1))
    daemon.files.times.set('left.tmp', daemon.clock.now())
    await daemon.start()
    assert.equal(daemon.files.files.size, 1)
    daemon.pass(HOUR_MS + 1)
    await daemon.start()
    assert.equal(daemon.files.files.size, 0)
  })
})
