import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { WatchedStore } from '../../../../plugin/controller/detection/detection-schedule.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import type { ChangeDetector } from '../../../../plugin/providers/change-detector.ts'
import { Bench, HOUR, MINUTE } from './detection-bench.ts'

const REFUSED = { state: 'failed', error: new SecretError('AccessDenied', 'the credential is not good any more') } as const
const UNKNOWN = { state: 'unknown' } as const

/** A store whose credential is read when it is opened: detectors of before a rotation get `refusal` as their answer. */
class Rotating {
  readonly bench: Bench
  readonly store: WatchedStore
  readonly opened: number[] = []
  closed = 0
  /** Of the credential that is good. */
  credential = 1
  /** Of the one that is in the cluster. */
  given = 1
  /** Why it cannot be opened. */
  broken: SecretError | undefined

  constructor(refusal: typeof REFUSED | typeof UNKNOWN | SecretError, bench = new Bench()) {
    this.bench = bench
    const open: WatchedStore['open'] = async (pace, notBeforeMs = 0) => {
      if (this.broken) throw this.broken
      this.opened.push(notBeforeMs)
      const own = this.given
      const detector = bench.backend.detector(pace)
      const versions: ChangeDetector['versions'] = async (queries, signal) => {
        if (own === this.credential) return await detector.versions(queries, signal)
        if (refusal instanceof SecretError) throw refusal
        return queries.map(() => refusal)
      }
      return { ...detector, versions, close: async () => void this.closed++ }
    }
    this.store = { ...bench.store, open }
  }

  async start(): Promise<void> {
    const { bench } = this
    bench.backend.put('db', 'v1')
    this.watch('a', 'db', 'v1')
    await bench.clock.run(15 * MINUTE)
    assert.deepEqual([this.opened, bench.news()], [[0], []])
  }

  watch(watcher: string, key: string, version: string): void {
    const { bench, store } = this
    const read = { version, atMs: bench.clock.now() }
    bench.detection.watch(watcher, [{ store, query: { key }, intervalMs: 10 * MINUTE, read }])
  }
}

describe('a detector whose credential was rotated', () => {
  for (const [what, refusal] of [
    ['as a login does', REFUSED],
    ['as a policy does', UNKNOWN],
    ['by whoever opens a connection', new SecretError('AccessDenied', 'no')],
  ] as const)
    test(`and that is refused, ${what}, is opened again with what is there now, and nothing is read for that`, async () => {
      const self = new Rotating(refusal)
      await self.start()
      self.credential = self.given = 2
      const rotatedAtMs = self.bench.clock.now()
      await self.bench.clock.run(15 * MINUTE)
      assert.equal(self.opened.length, 2)
      assert.ok((self.opened[1] ?? 0) >= rotatedAtMs)
      assert.equal(self.closed, 1)
      self.bench.backend.put('db', 'v2')
      await self.bench.clock.run(11 * MINUTE)
      assert.deepEqual(self.bench.news(), ['changed db a'])
      assert.equal(self.bench.detection.stores()[0]?.unknownKeys, 0)
      await self.bench.stop()
      assert.equal(self.closed, 2)
    })

  test('is opened again less and less often while the new one is not there, and readers have their turns meanwhile', async () => {
    const self = new Rotating(REFUSED)
    await self.start()
    self.credential = 2
    await self.bench.clock.run(6 * HOUR)
    assert.ok(self.opened.length >= 6 && self.opened.length <= 13, `opened ${self.opened.length} times`)
    assert.ok(self.bench.news().length >= 30)
    self.given = 2
    self.bench.backend.put('db', 'v2')
    await self.bench.clock.run(90 * MINUTE)
    assert.equal(self.bench.detection.stores()[0]?.unknownKeys, 0)
    await self.bench.stop()
  })

  test('and that cannot be reached with the old one is opened again after some outages', async () => {
    const self = new Rotating(new SecretError('Unavailable', 'the TLS handshake failed'))
    await self.start()
    self.credential = self.given = 2
    self.bench.backend.put('db', 'v2')
    await self.bench.clock.run(15 * MINUTE)
    assert.deepEqual([self.opened.length, self.bench.news()], [2, ['changed db a']])
    await self.bench.stop()
  })

  test('goes on as it is while it cannot be opened again', async () => {
    for (const kind of ['InvalidSpec', 'Unavailable'] as const) {
      const self = new Rotating(REFUSED)
      await self.start()
      self.credential = self.given = 2
      self.broken = new SecretError(kind, 'there is no such Secret at the moment')
      await self.bench.clock.run(30 * MINUTE)
      self.broken = undefined
      self.bench.backend.put('db', 'v2')
      await self.bench.clock.run(90 * MINUTE)
      assert.equal(self.opened.length, 2)
      assert.ok(self.bench.news().includes('changed db a'))
      await self.bench.stop()
    }
  })

  test('has the new one tell, where it could', async () => {
    const self = new Rotating(REFUSED, new Bench({ tells: true }))
    await self.start()
    assert.equal(self.bench.backend.subscribers.size, 1)
    self.credential = self.given = 2
    await self.bench.clock.run(15 * MINUTE)
    assert.deepEqual([self.opened.length, self.bench.backend.subscribers.size], [2, 1])
    await self.bench.stop()
    assert.equal(self.bench.backend.subscribers.size, 0)
  })
})

test('a detector that may not look at some keys, and never could, is not opened again', async () => {
  const bench = new Bench()
  const self = new Rotating(UNKNOWN, bench)
  self.credential = 2
  self.watch('a', 'db', 'v1')
  await bench.clock.run(6 * HOUR)
  assert.deepEqual(self.opened, [0])
  await bench.stop()
})
