import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { CallQuota, callsPerSecond, DEFAULT_QUOTAS } from '../../../../plugin/controller/detection/call-quota.ts'
import { runs } from '../../../support/property-runs.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

describe('the quota of a store', () => {
  test('law: no second has more than one and a half times the rate, and no call waits without need', async () => {
    const bursts = fc.array(fc.record({ calls: fc.nat(60), pauseMs: fc.nat(3_000) }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(1, 5, 20, 100), bursts, async (rate, bursts) => {
        const clock = new VirtualClock()
        const quota = new CallQuota(rate, clock)
        const passed: number[] = []
        let total = 0
        for (const { calls, pauseMs } of bursts) {
          for (let i = 0; i < calls; i++) {
            total++
            void quota.take(new AbortController().signal).then(() => passed.push(clock.monotonic()))
          }
          await clock.run(pauseMs)
        }
        const quietMs = (total / rate) * 1_000
        await clock.run(quietMs)
        assert.equal(passed.length, total)
        assert.equal(quota.calls, total)
        for (const [index, at] of passed.entries()) {
          const within = passed.slice(index).filter((other) => other - at < 1_000).length
          assert.ok(within <= Math.max(1, rate / 2) + rate, `${within} calls in one second at ${rate} a second`)
        }
      }),
      { numRuns: runs(50) },
    )
  })

  test('who gives up while it waits is not let through', async () => {
    const clock = new VirtualClock()
    const quota = new CallQuota(1, clock)
    const stop = new AbortController()
    await quota.take(stop.signal)
    const waiting = quota.take(stop.signal)
    stop.abort()
    await assert.rejects(waiting, { name: 'AbortError' })
    await assert.rejects(quota.take(stop.signal), { name: 'AbortError' })
  })

  test('the rate is the one that is set for the provider, or half of what it allows', () => {
    assert.equal(callsPerSecond(new Map([['vault', 7]]), 'vault'), 7)
    assert.equal(callsPerSecond(new Map(), 'gcpsm'), 5)
    assert.equal(callsPerSecond(DEFAULT_QUOTAS, 'another'), 20)
  })
})
