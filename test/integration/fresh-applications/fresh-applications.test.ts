import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { propertySeed, runs } from '../../support/property-runs.ts'
import type { Played } from './play.ts'

const PROGRAM = new URL('play-process.ts', import.meta.url).pathname
const LIVES = 12
/** Of what failing lives have to tell. */
const MOST_BYTES = 64 * 1024 * 1024

/** In a process of its own: the test runner follows every promise of its process, and here are too many. */
async function failuresOf(seed: number, count: number, signal: AbortSignal): Promise<readonly Played[]> {
  const env = { PATH: process.env['PATH'] ?? '' }
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, String(seed), String(count)], {
    env,
    signal,
    maxBuffer: MOST_BYTES,
  })
  return JSON.parse(stdout) as Played[]
}

test('whatever happens, Applications have the newest values in time: none refreshed in vain, too fast, too early or in a closed window', async (t) => {
  const failures = await failuresOf(propertySeed, runs(LIVES), t.signal)
  for (const { problems, story } of failures) t.diagnostic([...story, ...problems].join('\n'))
  assert.deepEqual(
    failures.map(({ seed, problems }) => ({ seed, problems })),
    [],
  )
})
