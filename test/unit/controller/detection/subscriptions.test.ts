import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { WatchedStore } from '../../../../plugin/controller/detection/detection-schedule.ts'
import { SubscriptionPlaces } from '../../../../plugin/controller/detection/subscription-places.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { Bench, HOUR, MINUTE } from './detection-bench.ts'

const TELLS = { tells: true, batchSize: Number.POSITIVE_INFINITY } as const
const DENIED = new SecretError('AccessDenied', 'may not watch')

describe('a backend that tells of changes by itself', () => {
  test('has them told at once, each once, and is not called', async () => {
    const bench = new Bench(TELLS)
    for (const key of ['db', 'other']) bench.backend.put(key, 'v1')
    for (const watcher of ['a', 'b']) bench.read(watcher, 'db', HOUR)
    bench.read('c', 'other', HOUR)
    await bench.clock.run(3 * HOUR)
    assert.deepEqual(bench.news(), [])
    bench.backend.put('db', 'v2')
    await bench.clock.run(0)
    assert.deepEqual(bench.news(), ['changed db a b'])
    for (const watcher of ['a', 'b']) bench.read(watcher, 'db', HOUR)
    await bench.clock.run(3 * HOUR)
    assert.deepEqual(bench.news(), [])
    assert.equal(bench.backend.calls, 0)
    assert.deepEqual(bench.detection.stores()[0]?.telling, { by: 'subscription' })
    assert.equal(bench.detection.nextLook('a')?.isTold, true)
    await bench.stop()
  })

  test('is asked for a key as soon as it is watched: it may have changed since the read', async () => {
    const bench = new Bench(TELLS)
    for (const key of ['db', 'late']) bench.backend.put(key, 'v1')
    bench.read('a', 'db', HOUR)
    await bench.clock.run(MINUTE)
    const read = { version: 'v1', atMs: bench.clock.now() }
    bench.backend.put('late', 'v2')
    bench.watch('b', 'late', read, HOUR)
    await bench.clock.run(0)
    assert.deepEqual(bench.news(), ['changed late b'])
    await bench.stop()
  })

  test('is passed on once a second, however often a secret changes, and the last change is not lost', async () => {
    const bench = new Bench(TELLS)
    bench.backend.put('db', 'v0')
    bench.read('a', 'db', HOUR)
    await bench.clock.run(MINUTE)
    for (let change = 1; change <= 100; change++) {
      bench.backend.put('db', `v${change}`)
      await bench.clock.run(20)
      if (bench.told.at(-1)?.version === `v${change}`) bench.read('a', 'db', HOUR)
    }
    await bench.clock.run(2_000)
    assert.deepEqual(
      bench.told.map(({ version }) => version),
      ['v1', 'v50', 'v100'],
    )
    await bench.stop()
  })

  test('is believed that a secret is gone as any other: when it says so twice', async () => {
    const bench = new Bench(TELLS)
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(MINUTE)
    bench.backend.put('db', undefined)
    await bench.clock.run(1_000)
    assert.deepEqual(bench.news(), [])
    await bench.clock.run(MINUTE)
    assert.deepEqual(bench.news(), ['absent db a'])
    await bench.stop()
  })

  test('has what changed while this process was away told at its start, and reads nothing else', async () => {
    const bench = new Bench(TELLS)
    for (const key of ['db', 'other']) bench.backend.put(key, 'v1')
    bench.read('a', 'db', HOUR)
    bench.read('b', 'other', HOUR)
    await bench.clock.run(MINUTE)
    await bench.stop()
    bench.told = []
    bench.backend.put('db', 'v2')
    bench.start()
    bench.watch('a', 'db', undefined, HOUR)
    bench.watch('b', 'other', undefined, HOUR)
    await bench.clock.run(0)
    assert.deepEqual(bench.news(), ['changed db a'])
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), [])
    assert.equal(bench.backend.calls, 0)
    await bench.stop()
  })

  test('is asked while it cannot tell, and what nobody told is told when it can again, also in the middle of a pause', async () => {
    const bench = new Bench(TELLS)
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(MINUTE)
    bench.backend.connect(false)
    bench.backend.put('db', 'v2')
    await bench.clock.run(11 * MINUTE)
    assert.deepEqual(bench.news(), ['changed db a'])
    assert.ok(bench.backend.calls > 0)
    bench.read('a', 'db')
    bench.backend.outage = new SecretError('Unavailable', 'away')
    await bench.clock.run(2 * HOUR)
    bench.backend.put('db', 'v3')
    bench.backend.connect(true)
    await bench.clock.run(0)
    assert.deepEqual(bench.news(), ['changed db a'])
    assert.equal(bench.detection.stores()[0]?.failures, 0)
    await bench.stop()
  })

  test('that refuses is asked as others are, says why once, and is tried again less and less often', async () => {
    const bench = new Bench(TELLS)
    bench.backend.refusal = DENIED
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(MINUTE)
    bench.backend.put('db', 'v2')
    await bench.clock.run(25 * MINUTE)
    assert.deepEqual(bench.news(), ['changed db a'])
    assert.deepEqual(bench.said, ['changes of this store are asked for at intervals, not watched: may not watch'])
    assert.deepEqual(bench.detection.stores()[0]?.telling, { by: 'asking', reason: 'may not watch' })
    assert.equal(bench.backend.subscriptions, 6)
    bench.backend.refusal = undefined
    await bench.clock.run(10 * MINUTE)
    assert.deepEqual(bench.detection.stores()[0]?.telling, { by: 'subscription' })
    await bench.stop()
  })

  test('is left as soon as nobody watches the store, and when the process ends', async () => {
    const bench = new Bench(TELLS)
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(MINUTE)
    assert.equal(bench.backend.subscribers.size, 1)
    bench.detection.unwatch('a')
    await bench.clock.run(0)
    assert.equal(bench.backend.subscribers.size, 0)
    bench.read('a', 'db')
    await bench.clock.run(MINUTE)
    assert.equal(bench.backend.subscribers.size, 1)
    await bench.stop()
    assert.equal(bench.backend.subscribers.size, 0)
  })
})

describe('places for subscriptions', () => {
  test('go to those who came first, others are asked and say so, and each follows when one leaves', async () => {
    const bench = new Bench(TELLS)
    bench.places = new SubscriptionPlaces(1)
    await bench.restart()
    bench.backend.put('db', 'v1')
    const named = (identity: string): WatchedStore => ({ ...bench.store, identity, name: `SecretStore default/${identity}` })
    const stores = ['one', 'two', 'three'].map(named)
    for (const store of stores) {
      const read = { version: 'v1', atMs: bench.clock.now() }
      bench.detection.watch(store.identity, [{ store, query: { key: 'db' }, intervalMs: HOUR, read }])
      await bench.clock.run(1_000)
    }
    const telling = (): readonly string[] => bench.detection.stores().map(({ identity, telling: { by } }) => `${identity} ${by}`)
    assert.deepEqual(telling(), ['one subscription', 'two asking', 'three asking'])
    assert.match(bench.said.join('\n'), /as many stores as may be are watched already/)
    bench.detection.unwatch('two')
    bench.detection.unwatch('one')
    await bench.clock.run(0)
    assert.deepEqual(telling(), ['three subscription'])
    assert.equal(bench.backend.subscribers.size, 1)
    await bench.stop()
  })

  test('are left by who was refused, for the next one', async () => {
    const bench = new Bench(TELLS)
    bench.places = new SubscriptionPlaces(1)
    await bench.restart()
    bench.backend.refusal = DENIED
    bench.backend.put('db', 'v1')
    bench.read('a', 'db', HOUR)
    await bench.clock.run(1_000)
    bench.backend.refusal = undefined
    const store = { ...bench.store, identity: 'other' }
    bench.detection.watch('b', [
      { store, query: { key: 'db' }, intervalMs: HOUR, read: { version: 'v1', atMs: bench.clock.now() } },
    ])
    await bench.clock.run(1_000)
    assert.deepEqual(
      bench.detection.stores().map(({ telling }) => telling.by),
      ['asking', 'subscription'],
    )
    await bench.stop()
  })

  test('none means that everything is asked', async () => {
    const bench = new Bench(TELLS)
    bench.places = new SubscriptionPlaces(0)
    await bench.restart()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(HOUR)
    assert.equal(bench.backend.subscriptions, 0)
    assert.ok(bench.backend.calls > 0)
    await bench.stop()
  })

  test('are given once and taken back once, whoever leaves twice', () => {
    const places = new SubscriptionPlaces(1)
    const begun: string[] = []
    const leaveOne = places.take(() => void begun.push('one'))
    const leaveTwo = places.take(() => void begun.push('two'))
    leaveTwo()
    places.take(() => void begun.push('three'))
    leaveOne()
    leaveOne()
    places.take(() => void begun.push('four'))
    assert.deepEqual(begun, ['one', 'three'])
  })
})
