import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endedInTime } from '../../../../plugin/cli/controller/stop-on-signal.ts'

const LONG_MS = 3_600_000
const never = new Promise<void>(() => undefined)

test('a failure before the stop is told, one after it is its consequence', async () => {
  const stop = new AbortController()
  await assert.rejects(endedInTime(Promise.reject(new Error('broken')), stop.signal, LONG_MS), /broken/)
  stop.abort()
  await endedInTime(Promise.reject(new Error('cut')), stop.signal, LONG_MS)
})

test('what does not end is waited for no longer than the grace after the stop, and what ends is waited for', async () => {
  const stop = new AbortController()
  const late = endedInTime(never, stop.signal, 0)
  const { promise: work, resolve } = Promise.withResolvers<void>()
  const inTime = endedInTime(work, stop.signal, LONG_MS)
  stop.abort()
  await late
  resolve()
  await inTime
})
