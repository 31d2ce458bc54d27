import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Bench, HOUR, MINUTE } from './detection-bench.ts'

describe('when a change happened', () => {
  for (const [name, shape] of [
    ['asked for one by one', {}],
    ['out of a listing that lags', { batchSize: Number.POSITIVE_INFINITY, lagMs: 5 * MINUTE }],
  ] as const)
    test(`a change says when it happened, by its provider's clock: ${name}`, async () => {
      const bench = new Bench(shape)
      bench.backend.put('db', 'v1')
      bench.read('a', 'db')
      await bench.clock.run(25 * MINUTE)
      bench.backend.put('db', 'v2')
      const changedAtMs = bench.clock.now()
      await bench.clock.run(HOUR)
      assert.deepEqual(
        bench.told.map((told) => [told.reason, told.changedAtMs]),
        [['changed', changedAtMs]],
      )
      await bench.stop()
    })

  test('a change during a restart has the age that its provider tells', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(25 * MINUTE)
    await bench.stop()
    bench.backend.put('db', 'v2')
    const changedAtMs = bench.clock.now()
    await bench.clock.run(2 * HOUR)
    bench.told = []
    bench.start()
    bench.watch('a', 'db')
    await bench.clock.run(HOUR)
    assert.deepEqual(
      bench.told.map((told) => [told.reason, told.changedAtMs]),
      [['changed', changedAtMs]],
    )
    await bench.stop()
  })

  test('a version of long ago that is back, a first sight, and what is gone say no time of a change', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    const longAgo = bench.clock.now()
    bench.watch('new', 'other')
    bench.backend.put('other', 'v1')
    await bench.clock.run(HOUR)
    bench.backend.put('db', 'v2')
    bench.read('a', 'db')
    await bench.clock.run(25 * MINUTE)
    bench.backend.answer = { state: 'version', version: 'v1', changedAtMs: longAgo }
    await bench.clock.run(11 * MINUTE)
    bench.backend.answer = { state: 'absent' }
    await bench.clock.run(15 * MINUTE)
    assert.deepEqual(
      new Set(bench.told.filter(({ key }) => key === 'db').map((told) => `${told.reason} ${told.changedAtMs}`)),
      new Set(['changed undefined', 'absent undefined']),
    )
    assert.equal(bench.told.find(({ key }) => key === 'other')?.changedAtMs, undefined)
    await bench.stop()
  })
})
