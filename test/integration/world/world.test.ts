import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { propertySeed, runs } from '../../support/property-runs.ts'

const PROGRAM = new URL('world-process.ts', import.meta.url).pathname
const WORLDS = 8
const BATCHES = 6
/** Of the reports; one full of problems is long. */
const MOST_BYTES = 64 * 1024 * 1024

/** In a process of its own: the test runner follows every promise of its process, and here are too many. */
test('whatever happens to a cluster, its Secrets and what its ExternalSecrets say become what the specification wants', async (t) => {
  const env = { PATH: process.env['PATH'] ?? '' }
  const worlds = [String(propertySeed), String(BATCHES), String(runs(WORLDS))]
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...worlds], {
    env,
    signal: t.signal,
    maxBuffer: MOST_BYTES,
  })
  assert.deepEqual(JSON.parse(stdout), [], 'worlds with problems, each with its seed and what happened in it')
})
