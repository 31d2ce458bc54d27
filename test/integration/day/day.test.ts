import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { propertySeed } from '../../support/property-runs.ts'
import type { DayReport } from './simulate-day.ts'

const PROGRAM = new URL('day-process.ts', import.meta.url).pathname
const AUTHORITY = new URL('../../support/emulators/tls/ca.crt', import.meta.url).pathname
const OBJECTS = 5_000
/** Of a report; one full of problems is long. */
const MOST_BYTES = 64 * 1024 * 1024

/** In a process of its own: the test runner follows every promise of its process, and here are too many. */
async function dayOf(seed: number, signal: AbortSignal): Promise<DayReport> {
  const env = { PATH: process.env['PATH'] ?? '', NODE_EXTRA_CA_CERTS: AUTHORITY }
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, String(seed)], { env, signal, maxBuffer: MOST_BYTES })
  return JSON.parse(stdout) as DayReport
}

test('24 hours of 5,000 ExternalSecrets of five secret managers: no call too many, no Secret late, no write for nothing', async (t) => {
  const { stores, kube, changes, warnings, requests, seconds } = await dayOf(propertySeed, t.signal)
  t.diagnostic(`seed ${propertySeed}: ${changes} changes, ${requests} requests to secret managers, ${Math.round(seconds)} s`)
  for (const { name, ...figures } of stores)
    t.diagnostic(`${name}: ${JSON.stringify({ ...figures, problems: figures.problems.length })}`)

  for (const { name, throttled, problems, news } of stores) {
    assert.equal(throttled, 0, `${name}: calls above a quota`)
    assert.deepEqual(problems.slice(0, 10), [], `${name}: ${problems.length} problems`)
    assert.ok(news > 200, `${name}: ${news} had to know of a change`)
  }
  const rewritten = stores.reduce((sum, store) => sum + store.rewritten, 0)
  const { 'create events 201': _, 'patch events 200': __, 'update configmaps 200': versions = 0, ...others } = kube
  const writes = Object.entries(others).filter(([what]) => !/^(get|list|watch) /.test(what))
  assert.deepEqual(Object.fromEntries(writes), {
    'create secrets 201': OBJECTS,
    'update secrets 200': rewritten,
    'update externalsecrets/status 200': OBJECTS + rewritten,
    'update clustersecretstores/status 200': stores.length,
    'create configmaps 201': stores.length,
  })
  // What detectors know is kept when it has changed: when a change is seen, and when everybody has read it.
  assert.ok(versions <= 2 * changes, `${versions} writes of what detectors know for ${changes} changes`)
  assert.deepEqual(warnings, [])
})
