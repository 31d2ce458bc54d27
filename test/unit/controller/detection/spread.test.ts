import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { Bench, HOUR, MINUTE } from './detection-bench.ts'

/** Calls by the second of the interval in which they came. */
function busiest(looks: readonly number[]): number {
  const bySecond = new Map<number, number>()
  for (const at of looks) {
    const second = Math.floor(at / 1_000)
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1)
  }
  return Math.max(...bySecond.values())
}

describe('turns', () => {
  test('10,000 keys with one interval come evenly, and at the same times after a restart', async () => {
    const bench = new Bench()
    const looks = new Map<string, number[]>()
    bench.backend.onLook = (key, atMs) => looks.set(key, [...(looks.get(key) ?? []), atMs])
    for (let key = 0; key < 10_000; key++) {
      bench.backend.put(`key-${key}`, 'v1')
      bench.read(`watcher ${key}`, `key-${key}`, HOUR)
    }
    await bench.clock.run(HOUR)
    const first = new Map(looks)
    const all = [...first.values()].flat()
    assert.ok(all.length >= 9_990, `${all.length} looks in an hour`)
    // 2.8 a second on average: a Poisson variable of that mean stays below 20 for ever.
    assert.ok(busiest(all) < 20, `${busiest(all)} in one second`)
    await bench.restart()
    looks.clear()
    for (let key = 0; key < 10_000; key++) bench.watch(`watcher ${key}`, `key-${key}`, undefined, HOUR)
    await bench.clock.run(2 * MINUTE)
    looks.clear()
    await bench.clock.run(HOUR)
    for (const [key, [at = Number.NaN]] of looks) {
      const before = first.get(key)?.at(-1) ?? Number.NaN
      const off = (((at - before) % HOUR) + HOUR) % HOUR
      assert.ok(Math.min(off, HOUR - off) <= 1_000, `${key} moved by ${off} ms`)
    }
    await bench.stop()
  })

  test('all keys of a store whose listing tells all are looked at together, in one listing an interval', async () => {
    const bench = new Bench({ batchSize: Number.POSITIVE_INFINITY }, 'azurekv')
    for (let key = 0; key < 500; key++) {
      bench.backend.put(`key-${key}`, 'v1')
      bench.read(`watcher ${key}`, `key-${key}`)
    }
    await bench.clock.run(10 * HOUR)
    assert.ok(bench.backend.calls <= 61 * 5, `${bench.backend.calls} pages for 60 intervals of 5 pages`)
    await bench.stop()
  })

  test('where one call tells fifty keys, they come in groups of that', async () => {
    const bench = new Bench({ batchSize: 50 }, 'aws')
    for (let key = 0; key < 1_000; key++) {
      bench.backend.put(`key-${key}`, 'v1')
      bench.read(`watcher ${key}`, `key-${key}`)
    }
    await bench.clock.run(10 * HOUR)
    const calls = bench.backend.calls / 60
    assert.ok(calls >= 20 && calls <= 40, `${calls} calls an interval, where 20 are the least`)
    await bench.stop()
  })

  test('a quota that does not last for an interval makes calls wait, never too many, and the rest is read', async () => {
    const bench = new Bench({ quotaPerSecond: 10 }, 'gcpsm')
    for (let key = 0; key < 1_000; key++) {
      bench.backend.put(`key-${key}`, 'v1')
      bench.read(`watcher ${key}`, `key-${key}`, MINUTE)
    }
    await bench.clock.run(10 * MINUTE)
    assert.equal(bench.backend.throttled, 0)
    assert.ok(bench.backend.calls <= 5 * 600 + 10, `${bench.backend.calls} calls`)
    const reads = new Set(bench.told.filter(({ reason }) => reason === 'must-read').map(({ key }) => key))
    assert.ok(reads.size >= 600, `${reads.size} of 1,000 keys were read`)
    assert.equal(bench.told.filter(({ reason }) => reason === 'changed' || reason === 'unseen').length, 0)
    await bench.stop()
  })

  test('after a restart, those of short intervals do not wait until all others have been asked for', async () => {
    const bench = new Bench({ quotaPerSecond: 10 }, 'gcpsm')
    const watchAll = (watch: (watcher: string, key: string, intervalMs: number) => void): void => {
      for (let key = 0; key < 1_000; key++) watch(`watcher ${key}`, `key-${key}`, 2 * HOUR)
      for (let key = 0; key < 5; key++) watch(`quick ${key}`, `quick-${key}`, MINUTE)
    }
    watchAll((_, key) => bench.backend.put(key, 'v1'))
    watchAll((watcher, key, intervalMs) => bench.read(watcher, key, intervalMs))
    await bench.clock.run(2 * HOUR)
    await bench.restart()
    const looks = new Map<string, number[]>()
    bench.backend.onLook = (key, atMs) => looks.set(key, [...(looks.get(key) ?? []), atMs])
    const startedMs = bench.clock.now()
    watchAll((watcher, key, intervalMs) => bench.watch(watcher, key, undefined, intervalMs))
    await bench.clock.run(10 * MINUTE)
    for (let key = 0; key < 5; key++) {
      const times = [startedMs, ...(looks.get(`quick-${key}`) ?? []), bench.clock.now()]
      const longestMs = Math.max(...times.slice(1).map((at, place) => at - (times[place] ?? 0)))
      assert.ok(longestMs <= MINUTE + 3_000, `quick-${key} was not looked at for ${longestMs} ms`)
    }
    assert.equal(looks.size, 1_005)
    assert.equal(bench.backend.throttled, 0)
    assert.deepEqual(
      bench.news().filter((news) => !news.startsWith('sweep ')),
      [],
    )
    await bench.stop()
  })

  test('who waited while a provider was away is asked for, not read, when it is back', async () => {
    const bench = new Bench({ quotaPerSecond: 10 }, 'gcpsm')
    for (let key = 0; key < 100; key++) {
      bench.backend.put(`key-${key}`, 'v1')
      bench.read(`watcher ${key}`, `key-${key}`, MINUTE)
    }
    await bench.clock.run(HOUR)
    bench.backend.outage = new SecretError('Unavailable', 'away')
    await bench.clock.run(HOUR)
    bench.backend.outage = undefined
    await bench.clock.run(10 * MINUTE)
    assert.deepEqual(
      bench.news().filter((news) => !news.startsWith('sweep ')),
      [],
    )
    await bench.stop()
  })
})
