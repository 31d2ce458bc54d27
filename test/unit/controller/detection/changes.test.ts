import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { Bench, HOUR, MINUTE } from './detection-bench.ts'

describe('what a detection tells', () => {
  test('nothing, while nothing changes', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(3 * HOUR)
    assert.deepEqual(bench.news(), [])
    assert.ok(bench.backend.calls >= 17, `${bench.backend.calls} looks in 18 intervals`)
    await bench.stop()
  })

  test('a change, once to everybody who watches the key, within the interval', async () => {
    const bench = new Bench()
    for (const key of ['db', 'other']) bench.backend.put(key, 'v1')
    for (const watcher of ['a', 'b']) bench.read(watcher, 'db')
    bench.read('c', 'other')
    await bench.clock.run(25 * MINUTE)
    bench.backend.put('db', 'v2')
    const changedAtMs = bench.clock.now()
    const look = bench.detection.nextLook('a')
    assert.equal(bench.detection.nextLook('nobody'), undefined)
    await bench.clock.run(HOUR)
    const [first] = bench.told
    assert.ok(first && first.atMs - changedAtMs <= 10 * MINUTE + 2_000)
    assert.equal(first.version, 'v2')
    assert.deepEqual(look, { atMs: first.atMs, isTold: false }, 'when it said that it would look')
    assert.deepEqual(bench.news(), ['changed db a b'])
    await bench.stop()
  })

  test('who has read the new version by itself is not told; the others are told at once', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    for (const watcher of ['a', 'b']) bench.read(watcher, 'db')
    await bench.clock.run(15 * MINUTE)
    bench.backend.put('db', 'v2')
    bench.read('a', 'db')
    await bench.clock.run(1_000)
    assert.deepEqual(bench.news(), ['changed db b'])
    await bench.stop()
  })

  test('a version that a read spells otherwise is told once, not for ever', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.watch('a', 'db', { version: 'version one', atMs: bench.clock.now() })
    await bench.clock.run(15 * MINUTE)
    assert.deepEqual(bench.news(), ['changed db a'])
    bench.watch('a', 'db', { version: 'version one', atMs: bench.clock.now() })
    await bench.clock.run(3 * HOUR)
    assert.deepEqual(bench.news(), [])
    await bench.stop()
  })

  test('a secret that is gone, after it was found gone twice', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(15 * MINUTE)
    const { calls } = bench.backend
    bench.backend.answer = { state: 'absent' }
    while (bench.backend.calls === calls) await bench.clock.run(1_000)
    assert.deepEqual(bench.news(), [], 'once is not enough')
    await bench.clock.run(MINUTE)
    assert.deepEqual(bench.news(), ['absent db a'])
    bench.watch('a', 'db', { version: undefined, atMs: bench.clock.now() })
    bench.backend.answer = undefined
    await bench.clock.run(15 * MINUTE)
    assert.deepEqual(bench.news(), ['changed db a'], 'and when it is there again')
    await bench.stop()
  })

  test('a secret that is gone for one look only is no news', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(15 * MINUTE)
    const { calls } = bench.backend
    bench.backend.answer = { state: 'absent' }
    while (bench.backend.calls === calls) await bench.clock.run(1_000)
    bench.backend.answer = undefined
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), [])
    await bench.stop()
  })

  test('a secret that was missing when it was read, once it is there', async () => {
    const bench = new Bench({ comparable: false })
    bench.read('a', 'late')
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), [])
    bench.backend.put('late', 'v1')
    await bench.clock.run(11 * MINUTE)
    assert.deepEqual(bench.news(), ['changed late a'])
    await bench.stop()
  })

  test('an outage is no change, is asked about less and less often, and hides none', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(15 * MINUTE)
    assert.ok(!bench.detection.isAway('a'))
    bench.backend.outage = new SecretError('Unavailable', 'away')
    const { calls } = bench.backend
    await bench.clock.run(2 * HOUR)
    assert.ok(bench.detection.isAway('a'))
    assert.ok(!bench.detection.isAway('who watches nothing'))
    assert.deepEqual(bench.news(), [])
    assert.ok(bench.backend.calls - calls < 60, `${bench.backend.calls - calls} calls in two hours`)
    assert.ok((bench.detection.stores()[0]?.failures ?? 0) > 5)
    bench.backend.put('db', 'v2')
    bench.backend.outage = undefined
    await bench.clock.run(5 * MINUTE)
    assert.deepEqual(bench.news(), ['changed db a'])
    assert.equal(bench.detection.stores()[0]?.failures, 0)
    assert.ok(!bench.detection.isAway('a'))
    await bench.stop()
  })

  test('what no detector can tell is to be read once an interval, by each in its own', async () => {
    const bench = new Bench()
    bench.backend.answer = { state: 'unknown' }
    bench.read('often', 'db', 10 * MINUTE)
    bench.read('seldom', 'db', HOUR)
    await bench.clock.run(6 * HOUR)
    const turns = bench.told.filter(({ reason }) => reason === 'must-read')
    const of = (name: string): number => turns.filter(({ watchers }) => watchers.includes(name)).length
    assert.ok(of('often') >= 34 && of('often') <= 36, `${of('often')} turns in 36 intervals`)
    assert.ok(of('seldom') >= 5 && of('seldom') <= 7, `${of('seldom')} turns in 6 intervals`)
    assert.equal(bench.detection.stores()[0]?.unknownKeys, 1)
    await bench.stop()
  })

  test('a refusal that lasts is for the readers to say: they have their turns', async () => {
    const bench = new Bench()
    bench.backend.answer = { state: 'failed', error: new SecretError('AccessDenied', 'no') }
    bench.read('a', 'db')
    await bench.clock.run(HOUR)
    assert.ok(bench.news().filter((news) => news === 'must-read db a').length >= 5)
    await bench.stop()
  })

  test('what is said to have changed is read at once where no detector can tell, also before anybody has asked for it', async () => {
    const bench = new Bench()
    bench.backend.answer = { state: 'unknown' }
    bench.read('a', 'db', 24 * HOUR)
    await bench.clock.run(MINUTE)
    for (let times = 1; times <= 2; times++) {
      bench.told = []
      bench.detection.check('digest', 'db')
      await bench.clock.run(MINUTE)
      assert.deepEqual(bench.news(), ['said db a'])
    }
    await bench.stop()
  })

  test('everything is read once a day, whatever its detector says', async () => {
    const bench = new Bench()
    for (const key of ['a', 'b', 'c']) {
      bench.backend.put(key, 'v1')
      bench.read(`watcher of ${key}`, key)
    }
    await bench.clock.run(24 * HOUR)
    assert.deepEqual(
      bench.news().toSorted(),
      ['a', 'b', 'c'].map((key) => `sweep ${key} watcher of ${key}`),
    )
    await bench.stop()
  })

  test('a key that an event names is looked at now', async () => {
    const bench = new Bench({}, 'vault')
    bench.backend.put('db', 'v1')
    bench.read('a', 'db', 24 * HOUR)
    await bench.clock.run(MINUTE)
    bench.backend.put('db', 'v2')
    bench.detection.check('digest', 'db')
    await bench.clock.run(100)
    assert.deepEqual(bench.news(), ['changed db a'])
    await bench.stop()
  })

  test('nobody is told about what is not watched any more', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    for (const watcher of ['a', 'b']) bench.read(watcher, 'db')
    bench.detection.unwatch('a')
    bench.backend.put('db', 'v2')
    await bench.clock.run(15 * MINUTE)
    assert.deepEqual(bench.news(), ['changed db b'])
    bench.detection.unwatch('b')
    assert.deepEqual(bench.detection.stores(), [])
    await bench.stop()
  })
})

describe('a store that nobody watches any more', () => {
  test('is left alone, also in the middle of an outage, and known again when it is watched again', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(15 * MINUTE)
    bench.backend.outage = new SecretError('Unavailable', 'away')
    await bench.clock.run(15 * MINUTE)
    bench.detection.unwatch('a')
    const { calls } = bench.backend
    await bench.clock.run(HOUR)
    assert.equal(bench.backend.calls, calls)
    bench.backend.outage = undefined
    bench.read('a', 'db')
    bench.backend.put('db', 'v2')
    await bench.clock.run(15 * MINUTE)
    assert.deepEqual(bench.news(), ['changed db a'])
    await bench.stop()
  })

  test('loses a key of an ExternalSecret that names others now, and keeps the rest', async () => {
    const bench = new Bench()
    for (const key of ['db', 'api', 'other']) bench.backend.put(key, 'v1')
    const watch = (...keys: readonly string[]): void => {
      const read = { version: 'v1', atMs: bench.clock.now() }
      bench.detection.watch(
        'a',
        keys.map((key) => ({ store: bench.store, query: { key }, intervalMs: 10 * MINUTE, read })),
      )
    }
    watch('db', 'api')
    await bench.clock.run(MINUTE)
    watch('api', 'other')
    assert.equal(bench.detection.stores()[0]?.keys, 2)
    for (const key of ['db', 'api', 'other']) bench.backend.put(key, 'v2')
    await bench.clock.run(15 * MINUTE)
    assert.deepEqual(bench.news().toSorted(), ['changed api a', 'changed other a'])
    await bench.stop()
  })
})

describe('a detector whose versions are dates', () => {
  test('a change between the read and the first look is told', async () => {
    const bench = new Bench({ comparable: false })
    bench.backend.put('db', 'v1')
    await bench.clock.run(HOUR)
    bench.read('a', 'db')
    bench.backend.put('db', 'v2')
    await bench.clock.run(11 * MINUTE)
    assert.deepEqual(bench.news(), ['unseen db a'])
    bench.read('a', 'db')
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), [])
    await bench.stop()
  })

  test('a read that began before a change was seen, and is told of afterwards, is known to be old', async () => {
    const bench = new Bench({ comparable: false })
    bench.backend.put('db', 'v1')
    await bench.clock.run(HOUR)
    bench.read('a', 'db')
    await bench.clock.run(HOUR)
    const atMs = bench.clock.now()
    bench.backend.put('db', 'v2')
    await bench.clock.run(11 * MINUTE)
    assert.deepEqual(bench.news(), ['changed db a'])
    bench.watch('b', 'db', { version: 'as read', atMs })
    await bench.clock.run(11 * MINUTE)
    assert.deepEqual(bench.news(), ['unseen db b'])
    await bench.stop()
  })

  test('what has not changed for a while is known without another read', async () => {
    const bench = new Bench({ comparable: false })
    bench.backend.put('db', 'v1')
    await bench.clock.run(HOUR)
    bench.read('a', 'db')
    await bench.clock.run(HOUR)
    bench.read('b', 'db')
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), [])
    bench.backend.put('db', 'v2')
    await bench.clock.run(11 * MINUTE)
    assert.deepEqual(bench.news(), ['changed db a b'])
    await bench.stop()
  })
})

describe('a listing that is behind', () => {
  const listing = { batchSize: Number.POSITIVE_INFINITY, lagMs: 300_000 }

  test('is not what answers for a key of which an event tells', async () => {
    const bench = new Bench({ ...listing, describesOne: true }, 'aws')
    for (const key of ['db', 'other']) {
      bench.backend.put(key, 'v1')
      bench.read(`watcher of ${key}`, key)
    }
    await bench.clock.run(MINUTE)
    bench.news()
    for (const key of ['db', 'other']) {
      bench.backend.put(key, 'v2')
      bench.detection.check('digest', key)
    }
    await bench.clock.run(1_000)
    assert.deepEqual(bench.news().toSorted(), ['changed db watcher of db', 'changed other watcher of other'])
    await bench.stop()
  })

  test('does not make somebody read again who has just read something newer', async () => {
    const bench = new Bench(listing, 'aws')
    bench.backend.put('db', 'v1')
    await bench.clock.run(HOUR)
    bench.read('a', 'db', MINUTE)
    await bench.clock.run(10 * MINUTE)
    bench.backend.put('db', 'v2')
    bench.read('a', 'db', MINUTE)
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), [])
    await bench.stop()
  })

  test('does not keep somebody waiting who had found nothing: the key alone is asked for', async () => {
    const bench = new Bench({ ...listing, describesOne: true }, 'aws')
    bench.backend.put('db', 'v1')
    bench.read('a', 'db', MINUTE)
    bench.read('b', 'late', MINUTE)
    await bench.clock.run(10 * MINUTE)
    bench.read('b', 'late', MINUTE)
    bench.backend.put('late', 'v1')
    await bench.clock.run(2 * MINUTE)
    assert.deepEqual(bench.news(), ['changed late b'])
    bench.read('b', 'late', MINUTE)
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), [])
    await bench.stop()
  })

  test('does not bring back what was deleted just before somebody looked for it', async () => {
    const bench = new Bench({ ...listing, describesOne: true }, 'aws')
    for (const key of ['db', 'gone']) bench.backend.put(key, 'v1')
    bench.read('a', 'db', MINUTE)
    await bench.clock.run(10 * MINUTE)
    bench.backend.put('gone', undefined)
    bench.read('b', 'gone', MINUTE)
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), [])
    await bench.stop()
  })

  test('tells a change within its lag and the interval', async () => {
    const bench = new Bench(listing, 'aws')
    bench.backend.put('db', 'v1')
    await bench.clock.run(HOUR)
    bench.read('a', 'db', MINUTE)
    await bench.clock.run(MINUTE)
    bench.backend.put('db', 'v2')
    const changedAtMs = bench.clock.now()
    await bench.clock.run(HOUR)
    const [first] = bench.told
    assert.ok(first && first.atMs - changedAtMs <= 6 * MINUTE + 2_000, `after ${(first?.atMs ?? Number.NaN) - changedAtMs} ms`)
    assert.deepEqual(bench.news(), ['changed db a'])
    await bench.stop()
  })
})
