import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { VersionQuery } from '../../../../plugin/providers/change-detector.ts'
import { type GcpEmulator, startGcpEmulator } from '../../../support/emulators/gcp/gcp-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { detectStore } from './open-store.ts'

describe('changes in Secret Manager', () => {
  let gcp: GcpEmulator
  const bytes = new TextEncoder().encode('x')

  beforeEach(async () => {
    gcp = await startGcpEmulator()
  })
  afterEach(() => gcp.close())

  async function look(config: object, ...queries: readonly VersionQuery[]): Promise<readonly string[]> {
    const around = { key: gcp.serviceAccountKey(), clock: new FakeClock(Date.now()) }
    const detector = await detectStore(gcp, { projectID: gcp.project, ...config }, around)
    const outcomes = await detector.versions(queries, AbortSignal.timeout(20_000))
    await detector.close()
    return outcomes.map((outcome) => (outcome.state === 'version' ? (outcome.version.split('/').at(-1) ?? '') : outcome.state))
  }

  test('the latest version, and one that is named', async () => {
    for (let i = 0; i < 3; i++) gcp.putSecret('db', bytes)
    const queries = [{ key: 'db' }, { key: 'db', version: '2' }, { key: 'db', version: '9' }, { key: 'a/b' }]
    assert.deepEqual(await look({}, ...queries), ['3', '2', 'absent', 'failed'])
  })

  test('a version that is taken back is another state; where the store falls back, it is the newest that is enabled', async () => {
    for (let i = 0; i < 3; i++) gcp.putSecret('db', bytes)
    gcp.setVersionState('db', '3', 'Disable')
    assert.deepEqual(await look({}, { key: 'db' }), ['3 not enabled'])
    assert.deepEqual(await look({ secretVersionSelectionPolicy: 'LatestOrFetch' }, { key: 'db' }), ['2'])
    gcp.setVersionState('db', '3', 'Enable')
    assert.deepEqual(await look({}, { key: 'db' }), ['3'])
  })

  test('labels and annotations have a version of their own', async () => {
    gcp.putSecret('db', bytes, { labels: { team: 'a' } })
    const [before] = await look({}, { key: 'db', metadata: true })
    gcp.putSecret('db', bytes)
    assert.deepEqual(await look({}, { key: 'db', metadata: true }), [before])
  })
})
