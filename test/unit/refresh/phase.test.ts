import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { nextRefreshAt } from '../../../plugin/refresh/next-refresh.ts'
import { turnAfter } from '../../../plugin/refresh/phase.ts'
import { runs } from '../../support/property-runs.ts'

const HOUR = 3_600_000
const time = fc.integer({ min: 0, max: 4_000_000_000_000 })
const interval = fc.integer({ min: 1, max: 30 * 24 * HOUR })

test('the next turn comes after now and at most an interval later, and turns are an interval apart', () => {
  fc.assert(
    fc.property(time, interval, fc.uuid(), (now, intervalMs, uid) => {
      const turn = turnAfter(now, uid, intervalMs)
      assert.ok(turn > now && turn <= now + intervalMs)
      assert.equal(turnAfter(turn, uid, intervalMs), turn + intervalMs)
    }),
    { numRuns: runs(200) },
  )
})

test('ten thousand objects of one interval that were read at the same moment are spread over it', () => {
  const now = Date.parse('2026-01-05T12:00:00Z')
  const perMinute = new Map<number, number>()
  for (let index = 0; index < 10_000; index++) {
    const minute = Math.floor((turnAfter(now, `object-${index}`, HOUR) - now) / 60_000)
    perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1)
  }
  assert.ok(perMinute.size >= 60)
  // On average 167 a minute.
  assert.ok(Math.max(...perMinute.values()) < 250)
})

const object = {
  uid: 'u',
  policy: 'Periodic',
  intervalMs: HOUR,
  syncWindows: undefined,
  lastRefreshAt: 0,
  now: 0,
} as const

test('time makes an object due at its turn; never with an interval of 0, nor under CreatedOnce and OnChange', () => {
  assert.equal(nextRefreshAt(object), turnAfter(0, 'u', HOUR))
  assert.equal(nextRefreshAt({ ...object, intervalMs: 0 }), undefined)
  assert.equal(nextRefreshAt({ ...object, policy: 'CreatedOnce' }), undefined)
  assert.equal(nextRefreshAt({ ...object, policy: 'OnChange' }), undefined)
})

test('an object whose turn is over is due now, or when its window may open', () => {
  const now = Date.parse('2026-01-05T12:00:00Z')
  assert.equal(nextRefreshAt({ ...object, now }), now)
  const syncWindows = { kind: 'deny', windows: [{ schedule: '0 12 * * *', duration: '1h' }] } as const
  assert.equal(nextRefreshAt({ ...object, syncWindows, now }), now + HOUR + 1)
})
