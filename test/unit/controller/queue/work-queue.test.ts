import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lane } from '../../../../plugin/controller/queue/lane.ts'
import type { Outcome } from '../../../../plugin/controller/queue/pass.ts'
import { WorkQueue } from '../../../../plugin/controller/queue/work-queue.ts'
import { systemClock } from '../../../../plugin/model/clock.ts'
import { type LogFields, silentLogger } from '../../../../plugin/model/logger.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { settle, VirtualClock } from '../../../support/virtual-clock.ts'
import { startQueue } from './started-queue.ts'

test('a key that is added many times runs once', async () => {
  const { queue, started, finish } = startQueue({ concurrency: 3 })
  for (let time = 0; time < 5; time++) queue.add('a/one', 'priority')
  await settle()
  assert.deepEqual(started, ['a/one'])
  finish('a/one')
  await settle()
  assert.deepEqual(started, ['a/one'])
})

test('a key that is added while it runs runs once more afterwards, never twice at once', async () => {
  const { queue, started, finish } = startQueue({ concurrency: 3 })
  queue.add('a/one', 'priority')
  await settle()
  queue.add('a/one', 'periodic')
  queue.add('a/one', 'priority')
  await settle()
  assert.deepEqual(started, ['a/one'])
  finish('a/one', { next: 'after', ms: 1_000 })
  await settle()
  assert.deepEqual(started, ['a/one', 'a/one'])
  finish('a/one')
  await settle()
  assert.equal(started.length, 2)
  assert.equal(queue.delayed, 0, 'what the first pass planned is for the second to say')
})

test('a key is due at the time that its last pass or its retry has planned, and now while it is worked on', async () => {
  const { queue, clock, finish } = startQueue({ concurrency: 1, fraction: 0 })
  assert.equal(queue.dueAtMs('a/one'), undefined)
  queue.add('a/one', 'priority')
  assert.equal(queue.dueAtMs('a/one'), clock.monotonic())
  await settle()
  assert.equal(queue.dueAtMs('a/one'), clock.monotonic())
  finish('a/one', { next: 'after', ms: 60_000 })
  await settle()
  assert.equal(queue.dueAtMs('a/one'), 60_000)
  await clock.run(60_000)
  finish('a/one', { next: 'retry' })
  await settle()
  assert.equal(queue.dueAtMs('a/one'), 61_000)
  await clock.run(1_000)
  finish('a/one')
  await settle()
  assert.equal(queue.dueAtMs('a/one'), undefined)
})

test('new and changed objects come before periodic ones, and every eighth turn is the periodic lane’s', async () => {
  const { queue, started, finish } = startQueue({ concurrency: 1 })
  for (let index = 0; index < 20; index++) queue.add(`a/new-${index}`, 'priority')
  for (let index = 0; index < 4; index++) queue.add(`a/old-${index}`, 'periodic')
  for (let turn = 0; turn < 24; turn++) {
    await settle()
    finish(started.at(-1) ?? '')
  }
  const places = started.flatMap((key, place) => (key.startsWith('a/old') ? [place] : []))
  assert.deepEqual(places, [7, 15, 22, 23])
})

test('the periodic lane moves though the priority lane is never empty', async () => {
  const { queue, started, finish } = startQueue({ concurrency: 2 })
  for (let index = 0; index < 10; index++) queue.add(`a/old-${index}`, 'periodic')
  for (let index = 0; index < 100; index++) {
    queue.add(`b/new-${index}`, 'priority')
    queue.add(`c/new-${index}`, 'priority')
    await settle()
    for (const key of started) finish(key)
  }
  assert.equal(started.filter((key) => key.startsWith('a/')).length, 10)
})

test('namespaces of a lane have their turns one after the other', async () => {
  const { queue, started, finish } = startQueue({ concurrency: 1 })
  for (let index = 0; index < 100; index++) queue.add(`big/${index}`, 'priority')
  for (const key of ['small/1', 'small/2', 'other/1', 'cluster-wide']) queue.add(key, 'priority')
  for (let turn = 0; turn < 8; turn++) {
    await settle()
    finish(started.at(-1) ?? '')
  }
  assert.deepEqual(started.slice(0, 8), ['big/0', 'small/1', 'other/1', 'cluster-wide', 'big/1', 'small/2', 'big/2', 'big/3'])
})

test('a namespace whose passes hang leaves workers for others, and periodic passes that hang leave some for new objects', async () => {
  const { queue, started } = startQueue({ concurrency: 16 })
  for (let index = 0; index < 30; index++) queue.add(`hung/${index}`, 'priority')
  await settle()
  assert.equal(started.length, 14)
  queue.add('other/1', 'priority')
  await settle()
  assert.equal(started.at(-1), 'other/1')

  const second = startQueue({ concurrency: 16 })
  for (let index = 0; index < 30; index++) second.queue.add(`team-${index}/old`, 'periodic')
  await settle()
  assert.equal(second.started.length, 14)
  second.queue.add('other/new', 'priority')
  await settle()
  assert.equal(second.started.at(-1), 'other/new')
})

test('a failure waits one second, each further one twice as long, at most seven minutes; success forgets them', async () => {
  const { queue, clock, started, finish, passes } = startQueue({ concurrency: 1, fraction: 0 })
  queue.add('a/one', 'priority')
  await settle()
  for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 420, 420]) {
    const before = started.length
    finish('a/one', { next: 'retry' })
    await clock.run(seconds * 1_000 - 1)
    assert.equal(started.length, before, `early, before ${seconds} s`)
    await clock.run(1)
    await settle()
    assert.equal(started.length, before + 1, `late, after ${seconds} s`)
  }
  assert.equal(passes.at(-1)?.failures, 11)
  finish('a/one')
  queue.add('a/one', 'priority')
  await settle()
  assert.equal(passes.at(-1)?.failures, 0)
})

test('a retry keeps its lane, and waits as long as a server asks', async () => {
  const { queue, clock, started, passes, finish } = startQueue({ concurrency: 1, fraction: 0 })
  queue.add('a/one', 'priority')
  await settle()
  finish('a/one', { next: 'retry', atLeastMs: 30_000 })
  await clock.run(29_999)
  assert.equal(started.length, 1)
  await clock.run(1)
  await settle()
  assert.deepEqual(
    passes.map(({ lane }) => lane),
    ['priority', 'priority'],
  )
})

test('a thousand keys that fail at once come back ten a second after the first hundred', async () => {
  const { queue, clock, started, finish } = startQueue({ concurrency: 1_000, fraction: 0 })
  for (let index = 0; index < 1_000; index++) queue.add(`team-${index}/x`, 'priority')
  await settle()
  for (const key of started) finish(key, { next: 'retry' })
  await settle()
  started.length = 0
  await clock.run(1_000)
  await settle()
  assert.equal(started.length, 110)
  await clock.run(9_000)
  await settle()
  assert.equal(started.length, 200)
})

test('what throws is tried again, and the log does not quote it', async () => {
  const clock = new VirtualClock()
  const warnings: LogFields[] = []
  const logger = { ...silentLogger, warn: (_: string, fields: LogFields = {}) => warnings.push(fields) }
  const queue = new WorkQueue({ clock, logger, random: { fraction: () => 0 } })
  const stop = new AbortController()
  let times = 0
  const work = async (): Promise<Outcome> => {
    times++
    throw new Error('it held hunter2')
  }
  const running = queue.run(work, { concurrency: 1 }, stop.signal)
  queue.add('a/one', 'priority')
  await clock.run(3_500)
  assert.equal(times, 3)
  assert.equal(warnings[0]?.key, 'a/one')
  assert.doesNotMatch(JSON.stringify(warnings), /hunter2/)
  stop.abort()
  await running
})

test('a pass that a stop cuts is no failure in the log, and runs again in the next run', async () => {
  const clock = new VirtualClock()
  const warnings: unknown[] = []
  const logger = { ...silentLogger, warn: (message: string) => warnings.push(message) }
  const queue = new WorkQueue({ clock, logger, random: { fraction: () => 0 } })
  const stop = new AbortController()
  const running = queue.run(
    () => clock.sleep(60_000, stop.signal).then(() => ({ next: 'none' })),
    { concurrency: 1 },
    stop.signal,
  )
  queue.add('a/one', 'priority')
  await clock.run(1_000)
  stop.abort(new Error('the lease was lost'))
  await running
  assert.deepEqual(warnings, [])
  const again: string[] = []
  const next = new AbortController()
  const rest = queue.run(async (key) => (again.push(key), { next: 'none' }), { concurrency: 1 }, next.signal)
  await clock.run(2_000)
  assert.deepEqual(again, ['a/one'])
  next.abort()
  await rest
})

test('a delayed key comes at its time, at most a tenth and a second later', async () => {
  for (const [ms, latestMs] of [
    [5_000, 5_500],
    [3_600_000, 3_601_000],
  ] as const) {
    const { queue, clock, started } = startQueue({ concurrency: 1, fraction: 0.999_999 })
    await clock.run(1)
    queue.addAfter('a/one', ms, 'periodic')
    await clock.run(ms)
    assert.equal(started.length, 0)
    await clock.run(latestMs - ms)
    await settle()
    assert.equal(started.length, 1)
  }
})

test('what is planned within a second comes together', async () => {
  const { queue, clock, started } = startQueue({ concurrency: 20 })
  for (let ms = 59_001; ms <= 60_000; ms += 100) queue.addAfter(`a/${ms}`, ms, 'periodic')
  await clock.run(59_999)
  assert.deepEqual([started.length, clock.sleeping], [0, 1])
  await clock.run(1)
  assert.deepEqual([started.length, clock.sleeping], [10, 0])
})

test('adding a key at once overtakes its own delay; of two delays the earlier one counts', async () => {
  const { queue, clock, started, finish } = startQueue({ concurrency: 1, fraction: 0 })
  queue.addAfter('a/one', 60_000, 'periodic')
  queue.add('a/one', 'priority')
  await settle()
  assert.deepEqual([started.length, queue.delayed], [1, 0])
  finish('a/one')
  queue.addAfter('a/two', 60_000, 'periodic')
  queue.addAfter('a/two', 10_000, 'periodic')
  queue.addAfter('a/two', 90_000, 'periodic')
  await clock.run(10_000)
  await settle()
  assert.deepEqual([started.at(-1), queue.delayed], ['a/two', 0])
})

test('a key that comes to wait in the better lane keeps it, delayed, ready and running', async () => {
  const { queue, clock, passes, finish } = startQueue({ concurrency: 1, fraction: 0 })
  queue.addAfter('a/one', 10_000, 'periodic')
  queue.addAfter('a/one', 60_000, 'priority')
  await clock.run(10_000)
  await settle()
  assert.equal(passes.at(-1)?.lane, 'priority')
  queue.add('a/two', 'periodic')
  queue.add('a/two', 'priority')
  queue.add('a/one', 'priority')
  queue.add('a/one', 'periodic')
  finish('a/one')
  await settle()
  finish('a/two')
  await settle()
  assert.deepEqual(
    passes.map(({ lane }) => lane),
    ['priority', 'priority', 'priority'],
  )
})

test('a stop waits for what runs, starts nothing more, and leaves the rest for the next run', async () => {
  const { queue, clock, stop, stopped, started, finish } = startQueue({ concurrency: 1, fraction: 0 })
  queue.add('a/one', 'priority')
  queue.add('a/two', 'priority')
  queue.addAfter('a/three', 5_000, 'periodic')
  await settle()
  stop()
  await settle()
  assert.equal(stopped(), false)
  assert.equal(clock.sleeping, 0, 'no timer keeps the process')
  finish('a/one', { next: 'after', ms: 1_000 })
  await settle()
  assert.deepEqual([stopped(), started], [true, ['a/one']])
  const again = new AbortController()
  const seen: string[] = []
  const work = async (key: string): Promise<Outcome> => {
    seen.push(key)
    return { next: 'none' }
  }
  const running = queue.run(work, { concurrency: 1 }, again.signal)
  await clock.run(6_000)
  await settle()
  assert.deepEqual(seen, ['a/two', 'a/one', 'a/three'])
  again.abort()
  await running
})

test('two cannot work on one queue, and a run that is stopped before it begins does nothing', async () => {
  const { queue, started } = startQueue({ concurrency: 1 })
  const work = async (): Promise<Outcome> => ({ next: 'none' })
  await assert.rejects(queue.run(work, { concurrency: 1 }, new AbortController().signal), /already/)
  const other = new WorkQueue({ clock: new VirtualClock(), logger: silentLogger, random: { fraction: () => 0 } })
  other.add('a/one', 'priority')
  await other.run(work, { concurrency: 1 }, AbortSignal.abort())
  assert.deepEqual([started.length, other.load('priority').ready], [0, 1])
})

test('metrics: what is ready in a lane and for how long, what is delayed and what runs', async () => {
  const { queue, clock, passes, finish } = startQueue({ concurrency: 1, fraction: 0 })
  queue.add('a/running', 'priority')
  await settle()
  queue.add('b/first', 'periodic')
  await clock.run(2_000)
  queue.add('c/second', 'periodic')
  queue.addAfter('c/third', 60_000, 'periodic')
  await clock.run(1_000)
  assert.deepEqual(queue.load('periodic'), { ready: 2, oldestMs: 3_000 })
  assert.deepEqual(queue.load('priority' satisfies Lane), { ready: 0, oldestMs: 0 })
  assert.deepEqual([queue.running, queue.delayed], [1, 1])
  finish('a/running')
  await settle()
  assert.deepEqual([passes.at(-1)?.waitedMs, queue.load('periodic').oldestMs], [3_000, 1_000])
})

test('the wall clock may be set: delays hold', async () => {
  const { queue, clock, started } = startQueue({ concurrency: 1, fraction: 0 })
  queue.addAfter('a/one', 60_000, 'periodic')
  clock.stepWallClock(-3_600_000)
  await clock.run(59_999)
  clock.stepWallClock(7_200_000)
  await settle()
  assert.equal(started.length, 0)
  await clock.run(1)
  await settle()
  assert.equal(started.length, 1)
})

test('with a clock whose sleep takes no time, a delay longer than a timer of Node can be comes all the same', async () => {
  const clock = new FakeClock()
  const queue = new WorkQueue({ clock, logger: silentLogger, random: { fraction: () => 0 } })
  const stop = new AbortController()
  const started = clock.now()
  const running = queue.run(async () => (stop.abort(), { next: 'none' }), { concurrency: 1 }, stop.signal)
  queue.addAfter('a/one', 40 * 24 * 3_600_000, 'periodic')
  await running
  assert.equal(clock.now() - started, 40 * 24 * 3_600_000)
})

test('on the real clock too', async () => {
  const queue = new WorkQueue({ clock: systemClock, logger: silentLogger, random: { fraction: () => 0 } })
  const stop = new AbortController()
  const seen: string[] = []
  const work = async (key: string): Promise<Outcome> => {
    seen.push(key)
    if (seen.length === 3) stop.abort()
    return { next: 'none' }
  }
  const running = queue.run(work, { concurrency: 2 }, stop.signal)
  queue.addAfter('a/late', 40, 'periodic')
  queue.addAfter('a/soon', 5, 'periodic')
  queue.add('a/now', 'priority')
  await running
  assert.deepEqual(seen, ['a/now', 'a/soon', 'a/late'])
})
