import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSchedule } from '../../../plugin/refresh/cron-schedule.ts'

const next = (schedule: string, after: string): string | undefined => {
  const firing = parseSchedule(schedule)?.(Date.parse(after))
  return firing === undefined ? undefined : new Date(firing).toISOString()
}

/** What robfig/cron v3 gives in UTC. */
const firings = [
  ['* * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00.000Z'],
  ['* * * * *', '2026-01-01T00:00:59.999Z', '2026-01-01T00:01:00.000Z'],
  ['*/15 * * * *', '2026-01-01T00:15:00Z', '2026-01-01T00:30:00.000Z'],
  ['50/5 * * * *', '2026-01-01T00:51:00Z', '2026-01-01T00:55:00.000Z'],
  ['0 22 * * 1-5', '2026-01-02T22:00:00Z', '2026-01-05T22:00:00.000Z'],
  ['0 22 * * MON-fri', '2026-01-02T22:00:00Z', '2026-01-05T22:00:00.000Z'],
  ['0 0 29 feb ?', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['0 0 13 * fri', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00.000Z'],
  ['0 0 */2 * fri', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00.000Z'],
  ['0 0 13 * */1', '2026-01-01T00:00:00Z', '2026-01-13T00:00:00.000Z'],
  ['1,3,5 4 * * *', '2026-01-01T04:03:30Z', '2026-01-01T04:05:00.000Z'],
  ['@yearly', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
  ['@monthly', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00.000Z'],
  ['@weekly', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00.000Z'],
  ['@daily', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00.000Z'],
  ['@hourly', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00.000Z'],
  ['@every 1h30m', '2026-01-01T00:00:00.500Z', '2026-01-01T01:30:00.000Z'],
  ['@every 10ms', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01.000Z'],
  ['0 0 30 2 *', '2026-01-01T00:00:00Z', undefined],
] as const

for (const [schedule, after, expected] of firings) {
  test(`${schedule} after ${after} fires ${expected === undefined ? 'never' : `at ${expected}`}`, () => {
    assert.equal(next(schedule, after), expected)
  })
}

const refused = [
  '',
  '* * * *',
  '* * * * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * * 13 *',
  '* * * * 7',
  '5-1 * * * *',
  '*/0 * * * *',
  '1-2-3 * * * *',
  '1/2/3 * * * *',
  'x * * * *',
  '-1 * * * *',
  '@never',
  '@every soon',
]

for (const schedule of refused) {
  test(`the schedule "${schedule}" cannot be read`, () => {
    assert.equal(parseSchedule(schedule), undefined)
  })
}
