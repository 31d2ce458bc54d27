import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { type Timer, TimerQueue } from '../../../../plugin/controller/detection/timer-queue.ts'
import { runs } from '../../../support/property-runs.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

describe('a queue of timers', () => {
  test('law: each acts once, at its time, in the order of times, unless it was cancelled', async () => {
    const delays = fc.array(fc.record({ ms: fc.nat(10_000), isCancelled: fc.boolean() }), { maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(delays, async (delays) => {
        const clock = new VirtualClock()
        const queue = new TimerQueue(clock)
        const stop = new AbortController()
        const acted: { readonly due: number; readonly at: number }[] = []
        const running = queue.run(stop.signal)
        const timers: Timer[] = delays.map(({ ms }) => queue.after(ms, () => acted.push({ due: ms, at: clock.monotonic() })))
        for (const [index, { isCancelled }] of delays.entries()) if (isCancelled) queue.cancel(timers[index])
        await clock.run(10_000)
        const expected = delays.flatMap(({ ms, isCancelled }) => (isCancelled ? [] : [ms])).toSorted((one, other) => one - other)
        assert.deepEqual(
          acted.map(({ due }) => due),
          expected,
        )
        for (const { due, at } of acted) assert.equal(at, due)
        stop.abort()
        await clock.run(0)
        await running
      }),
      { numRuns: runs(100) },
    )
  })

  test('a timer that is set for earlier than the one that is waited for acts in time', async () => {
    const clock = new VirtualClock()
    const queue = new TimerQueue(clock)
    const stop = new AbortController()
    const acted: string[] = []
    const running = queue.run(stop.signal)
    queue.after(60_000, () => acted.push('late'))
    await clock.run(1_000)
    queue.after(5_000, () => acted.push('early'))
    await clock.run(5_000)
    assert.deepEqual(acted, ['early'])
    stop.abort()
    await clock.run(60_000)
    assert.deepEqual(acted, ['early'], 'and nothing acts after the end')
    await running
  })

  test('a wall clock that is set moves no timer', async () => {
    const clock = new VirtualClock()
    const queue = new TimerQueue(clock)
    const stop = new AbortController()
    let acted = 0
    const running = queue.run(stop.signal)
    queue.after(60_000, () => acted++)
    clock.stepWallClock(3_600_000)
    await clock.run(59_000)
    assert.equal(acted, 0)
    await clock.run(1_000)
    assert.equal(acted, 1)
    stop.abort()
    await clock.run(0)
    await running
  })

  test('thousands of timers that are cancelled again are not kept', async () => {
    const queue = new TimerQueue(new VirtualClock())
    for (let i = 0; i < 50_000; i++) queue.cancel(queue.after(3_600_000, () => undefined))
    assert.ok(queue.size <= 2_001, `${queue.size} timers`)
  })
})
