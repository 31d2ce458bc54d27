import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SyncWindows, windowsMayPermitAt, windowsPermit } from '../../../plugin/refresh/sync-windows.ts'

const nights: SyncWindows = { kind: 'allow', windows: [{ schedule: '0 22 * * 1-5', duration: '8h' }] }
const at = (time: string): number => Date.parse(time)

/** external-secrets.md 4.3 and 10; 2026-01-05 is a Monday. */
const moments = [
  ['2026-01-05T21:59:59.999Z', false],
  ['2026-01-05T22:00:00Z', true],
  ['2026-01-06T06:00:00Z', true],
  ['2026-01-06T06:00:00.001Z', false],
  ['2026-01-06T06:00:01Z', false],
  ['2026-01-10T22:30:00Z', false],
] as const

for (const [time, isActive] of moments) {
  test(`at ${time} the window of weekday nights is ${isActive ? 'active' : 'closed'}`, () => {
    assert.equal(windowsPermit(nights, at(time)), isActive)
    assert.equal(windowsPermit({ ...nights, kind: 'deny' }, at(time)), !isActive)
  })
}

test('a window with @every is active always when it is no longer than a second over the duration, and never otherwise', () => {
  const every = (text: string): SyncWindows => ({ kind: 'allow', windows: [{ schedule: `@every ${text}`, duration: '1h' }] })
  assert.equal(windowsPermit(every('1h'), at('2026-01-05T12:34:56Z')), true)
  assert.equal(windowsPermit(every('1h1s'), at('2026-01-05T12:34:56Z')), true)
  assert.equal(windowsPermit(every('1h2s'), at('2026-01-05T12:34:56Z')), false)
})

test('schedules and durations that cannot be read are inactive: allow with only such never permits', () => {
  const broken: SyncWindows = {
    kind: 'allow',
    windows: [
      { schedule: '0 0 * * 7', duration: '24h' },
      { schedule: '* * * * *', duration: 'long' },
    ],
  }
  assert.equal(windowsPermit(broken, at('2026-01-05T00:00:00Z')), false)
  assert.equal(windowsPermit({ ...broken, kind: 'deny' }, at('2026-01-05T00:00:00Z')), true)
})

test('a closed window says when it may open: allow at its next firing, deny after its end', () => {
  assert.equal(windowsMayPermitAt(nights, at('2026-01-05T12:00:00Z')), at('2026-01-05T22:00:00Z'))
  assert.equal(windowsMayPermitAt({ ...nights, kind: 'deny' }, at('2026-01-05T23:00:00Z')), at('2026-01-06T06:00:00.001Z'))
})
