import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { WatchedStore } from '../../../../plugin/controller/detection/detection-schedule.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { Bench, HOUR, MINUTE } from './detection-bench.ts'

/** A store that cannot be opened as long as it lacks something; `triedAtMs` says when it was tried. */
class Lacking {
  readonly bench = new Bench()
  readonly store: WatchedStore
  readonly triedAtMs: number[] = []
  lacks = true

  constructor() {
    const { bench } = this
    const open: WatchedStore['open'] = async (pace) => {
      this.triedAtMs.push(bench.clock.now())
      if (this.lacks) throw new SecretError('InvalidSpec', 'there is no ConfigMap with the authority')
      return bench.backend.detector(pace)
    }
    this.store = { ...bench.store, open }
  }

  watch(): void {
    const { bench, store } = this
    const read = { version: bench.backend.read('db'), atMs: bench.clock.now() }
    bench.detection.watch('a', [{ store, query: { key: 'db' }, intervalMs: HOUR, read }])
  }

  get pauses(): readonly number[] {
    return this.triedAtMs.slice(1).map((atMs, index) => atMs - (this.triedAtMs[index] ?? 0))
  }
}

describe('a store that cannot be opened for a reason that somebody has to see to', () => {
  test('is watched soon after that was seen to, though the next turn of its keys is an hour away', async () => {
    const self = new Lacking()
    self.bench.backend.put('db', 'v1')
    self.watch()
    await self.bench.clock.run(30_000)
    self.lacks = false
    await self.bench.clock.run(MINUTE)
    assert.equal(self.triedAtMs.length, 2)
    self.bench.told = []
    self.bench.backend.put('db', 'v2')
    await self.bench.clock.run(HOUR + MINUTE)
    assert.deepEqual(self.bench.news(), ['changed db a'])
    assert.equal(self.triedAtMs.length, 2)
    await self.bench.stop()
  })

  test('is tried again after a minute, then twice as late each time, up to an hour', async () => {
    const self = new Lacking()
    self.bench.backend.put('db', 'v1')
    self.watch()
    await self.bench.clock.run(5 * HOUR)
    assert.deepEqual(
      self.pauses.map((ms) => ms / MINUTE),
      [1, 2, 4, 8, 16, 32, 60, 60, 60],
    )
    await self.bench.stop()
  })

  test('is not tried again when nobody watches it any more', async () => {
    const self = new Lacking()
    self.bench.backend.put('db', 'v1')
    self.watch()
    await self.bench.clock.run(MINUTE / 2)
    self.bench.detection.watch('a', [])
    await self.bench.clock.run(5 * HOUR)
    assert.equal(self.triedAtMs.length, 1)
    await self.bench.stop()
  })
})
