import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { TokenBucket } from '../../../../plugin/controller/applications/token-bucket.ts'
import { runs } from '../../../support/property-runs.ts'

test('in no stretch of time more are taken than the burst and the rate allow, and whoever waits as told gets one', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 50, noNaN: true }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 100 }),
      (perSecond, burst, pauses) => {
        let now = 0
        const bucket = new TokenBucket(perSecond, burst, { monotonic: () => now })
        const taken: number[] = []
        for (const pause of pauses) {
          now += pause
          const waitMs = bucket.take()
          if (waitMs === 0) taken.push(now)
          else {
            now += waitMs
            assert.equal(bucket.take(), 0)
            taken.push(now)
          }
        }
        for (const [index, from] of taken.entries()) {
          for (const [further, to] of taken.slice(index).entries())
            assert.ok(further + 1 <= burst + ((to - from) / 1_000) * perSecond + 0.01, `${further + 1} in ${to - from} ms`)
        }
      },
    ),
    { numRuns: runs(200) },
  )
})
