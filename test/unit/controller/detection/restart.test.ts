import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../support/property-runs.ts'
import { Bench, HOUR, MINUTE } from './detection-bench.ts'

interface Reader {
  readonly name: string
  readonly key: string
  has: string | undefined
  isTold: boolean
  reading: { readonly version: string | undefined; readonly atMs: number; minutes: number } | undefined
}

/** Four watchers of three keys that read when they are told, which takes some minutes; whoever is told meanwhile reads once more. */
class Readers {
  readonly #bench: Bench
  readonly #minutes: number
  readonly #all: readonly Reader[] = [0, 1, 2, 3].map((number) => ({
    name: `watcher ${number}`,
    key: `key-${number % 3}`,
    has: undefined,
    isTold: false,
    reading: undefined,
  }))

  constructor(bench: Bench, minutes: number) {
    this.#bench = bench
    this.#minutes = minutes
  }

  startAll(): void {
    for (const reader of this.#all) {
      this.#bench.read(reader.name, reader.key)
      reader.has = this.#bench.backend.read(reader.key)
    }
  }

  /** Another process: what was under way is lost, and so is what was told and not begun. */
  restart(): void {
    this.#bench.told = []
    for (const reader of this.#all) {
      reader.isTold = false
      reader.reading = undefined
      this.#bench.watch(reader.name, reader.key)
    }
  }

  async goOn(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await this.#bench.clock.run(MINUTE)
      const told = new Set(this.#bench.told.flatMap(({ watchers }) => watchers))
      this.#bench.told = []
      for (const reader of this.#all) this.#step(reader, told.has(reader.name))
    }
  }

  outdated(): readonly string[] {
    return this.#all.filter(({ key, has }) => has !== this.#bench.backend.read(key)).map(({ name, has }) => `${name} has ${has}`)
  }

  #step(reader: Reader, isTold: boolean): void {
    const { clock, backend } = this.#bench
    reader.isTold ||= isTold
    if (!reader.reading && reader.isTold) {
      reader.isTold = false
      reader.reading = { version: backend.read(reader.key), atMs: clock.now(), minutes: this.#minutes }
    }
    if (!reader.reading || reader.reading.minutes-- > 0) return
    const { version, atMs } = reader.reading
    reader.has = version
    reader.reading = undefined
    this.#bench.watch(reader.name, reader.key, { version, atMs })
  }
}

describe('a detection that starts again', () => {
  test('reads nothing when nothing has changed', async () => {
    const bench = new Bench()
    for (let key = 0; key < 50; key++) {
      bench.backend.put(`key-${key}`, 'v1')
      bench.read(`watcher ${key}`, `key-${key}`)
    }
    await bench.clock.run(15 * MINUTE)
    await bench.restart()
    for (let key = 0; key < 50; key++) bench.watch(`watcher ${key}`, `key-${key}`)
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), [])
    await bench.stop()
  })

  test('reads nothing that was read before, however short a time ago, and tells of nobody else that he has it', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    await bench.clock.run(MINUTE)
    bench.read('a', 'db', HOUR)
    bench.read('b', 'db', HOUR)
    await bench.clock.run(0)
    await bench.restart()
    for (const watcher of ['a', 'b', 'new']) bench.watch(watcher, 'db', undefined, HOUR)
    await bench.restart()
    for (const watcher of ['a', 'b', 'new']) bench.watch(watcher, 'db', undefined, HOUR)
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), ['unseen db new'])
    await bench.stop()
  })

  test('tells those who had read an older version than the others', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db', HOUR)
    await bench.clock.run(1_000)
    bench.backend.put('db', 'v2')
    bench.read('b', 'db', HOUR)
    await bench.restart()
    for (const watcher of ['a', 'b']) bench.watch(watcher, 'db', undefined, HOUR)
    await bench.clock.run(HOUR)
    assert.deepEqual(bench.news(), ['unseen db a'])
    await bench.stop()
  })

  test('tells within a minute what changed while it was away', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(15 * MINUTE)
    await bench.stop()
    bench.told = []
    bench.backend.put('db', 'v2')
    await bench.clock.run(HOUR)
    bench.start()
    bench.watch('a', 'db')
    await bench.clock.run(MINUTE)
    assert.deepEqual(bench.news(), ['changed db a'])
    await bench.stop()
  })

  test('tells again what was told and not read, and only to those who have not', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    for (const watcher of ['a', 'b']) bench.read(watcher, 'db')
    await bench.clock.run(15 * MINUTE)
    bench.backend.put('db', 'v2')
    await bench.clock.run(11 * MINUTE)
    assert.deepEqual(bench.news(), ['changed db a b'])
    bench.read('a', 'db')
    await bench.restart()
    for (const watcher of ['a', 'b']) bench.watch(watcher, 'db')
    await bench.clock.run(MINUTE)
    assert.deepEqual(bench.news(), ['changed db b'])
    await bench.stop()
  })

  test('an old read that is told of late does not settle a newer change', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(15 * MINUTE)
    const atMs = bench.clock.now()
    bench.backend.put('db', 'v2')
    await bench.clock.run(11 * MINUTE)
    bench.watch('a', 'db', { version: 'v1', atMs })
    await bench.restart()
    bench.watch('a', 'db')
    await bench.clock.run(MINUTE)
    assert.equal(bench.news().length, 1)
    await bench.stop()
  })

  test('has everything read of which nothing was kept', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.watch('a', 'db')
    await bench.clock.run(MINUTE)
    assert.deepEqual(bench.news(), ['unseen db a'])
    await bench.stop()
  })

  test('waits for a state that is away instead of having everything read', async () => {
    const bench = new Bench()
    bench.backend.put('db', 'v1')
    bench.read('a', 'db')
    await bench.clock.run(15 * MINUTE)
    await bench.restart()
    bench.state.failures = 3
    bench.watch('a', 'db')
    await bench.clock.run(10 * MINUTE)
    assert.deepEqual(bench.news(), [])
    assert.ok(bench.state.failures < 0, 'it was asked for until it was there')
    await bench.stop()
  })

  test('writes only when something has changed: not for rounds without news, at most once a round', async () => {
    const bench = new Bench({ batchSize: Number.POSITIVE_INFINITY })
    for (let key = 0; key < 20; key++) {
      bench.backend.put(`key-${key}`, 'v1')
      bench.read(`watcher ${key}`, `key-${key}`)
    }
    await bench.clock.run(15 * MINUTE)
    assert.equal(bench.state.writes, 1)
    await bench.clock.run(5 * HOUR)
    assert.equal(bench.state.writes, 1)
    for (let key = 0; key < 20; key++) bench.backend.put(`key-${key}`, 'v2')
    await bench.clock.run(11 * MINUTE)
    for (let key = 0; key < 20; key++) bench.read(`watcher ${key}`, `key-${key}`)
    await bench.clock.run(HOUR)
    assert.equal(bench.state.writes, 3, 'one for the change, one for its being read')
    await bench.stop()
  })

  test('law: whatever is written, read, restarted and crashed, in the end nobody has an old version', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('put' as const), key: fc.nat(2) }),
      fc.record({ do: fc.constant('remove' as const), key: fc.nat(2) }),
      fc.record({ do: fc.constant('wait' as const), minutes: fc.nat(25) }),
      fc.record({ do: fc.constant('restart' as const) }),
      fc.record({ do: fc.constant('crash' as const) }),
    )
    const shape = fc.constantFrom(
      { batchSize: 1 },
      { batchSize: Number.POSITIVE_INFINITY, lagMs: 300_000 },
      { batchSize: 1, comparable: false },
    )
    await fc.assert(
      fc.asyncProperty(shape, fc.array(step, { maxLength: 15 }), fc.nat(3), async (shape, steps, readMinutes) => {
        // No sweep heals what was missed.
        const bench = new Bench(shape, 'vault', 10_000 * HOUR)
        const readers = new Readers(bench, readMinutes)
        let versions = 0
        for (let key = 0; key < 3; key++) bench.backend.put(`key-${key}`, `v${versions++}`)
        readers.startAll()
        for (const one of steps) {
          if (one.do === 'put') bench.backend.put(`key-${one.key}`, `v${versions++}`)
          else if (one.do === 'remove') bench.backend.put(`key-${one.key}`, undefined)
          else if (one.do === 'wait') await readers.goOn(one.minutes)
          else {
            await (one.do === 'crash' ? bench.crash() : bench.stop())
            bench.start()
            readers.restart()
          }
        }
        await readers.goOn(60)
        await bench.stop()
        assert.deepEqual(readers.outdated(), [])
      }),
      { numRuns: runs(40) },
    )
  })
})
