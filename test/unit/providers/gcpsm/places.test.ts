import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type GcpEmulator, startGcpEmulator } from '../../../support/emulators/gcp/gcp-emulator.ts'
import { testTls } from '../../../support/emulators/tls/test-tls.ts'
import { openStore, type Surroundings } from './open-store.ts'
import { readOnce, type Seen } from './read.ts'

describe('where Secret Manager is and which project is meant', () => {
  let gcp: GcpEmulator

  before(async () => {
    gcp = await startGcpEmulator()
    gcp.putSecret('present', new TextEncoder().encode('v1'))
  })
  after(() => gcp.close())

  function read(config: object, surroundings: Surroundings = {}): Promise<Seen> {
    return readOnce(openStore(gcp, config, surroundings), { key: 'present' })
  }

  test('a key that was deleted is refused, and the remedy is not a role', async () => {
    const key = { ...gcp.serviceAccountKey(), private_key_id: 'of-nobody' }
    const { error } = await read({ projectID: gcp.project }, { key })
    assert.equal(error?.kind, 'AccessDenied')
    assert.match(error.remedy ?? '', /account or key/)
  })

  test("the administrator's authorities are trusted beside the system's", async () => {
    const tls = testTls()
    const secure = await startGcpEmulator({ tls })
    secure.putSecret('present', new TextEncoder().encode('over TLS'))
    const key = secure.serviceAccountKey()
    const open = (extraCa?: string): Promise<Seen> =>
      readOnce(openStore(secure, {}, { key, ...(extraCa !== undefined && { extraCa }) }), { key: 'present' })
    assert.equal((await open(tls.ca)).text, 'over TLS')
    assert.equal((await open()).error?.kind, 'Unavailable')
    await secure.close()
  })

  test('an empty location is none', async () => {
    assert.equal((await read({ projectID: gcp.project, location: '' }, { key: gcp.serviceAccountKey() })).text, 'v1')
  })

  test('a project is a name, not a path', async () => {
    for (const projectID of ['..', 'a/b', 'A']) {
      assert.equal((await read({ projectID }, { key: gcp.serviceAccountKey() })).error?.kind, 'InvalidSpec')
    }
  })

  test('a project that neither the store nor a machine of Google names is not called a lack of credentials', async () => {
    const key = { ...gcp.serviceAccountKey(), project_id: '' }
    const { error } = await read({}, { key, environment: { GCE_METADATA_HOST: '127.0.0.1:9' } })
    assert.equal(error?.kind, 'Unavailable')
    assert.doesNotMatch(error.message, /credentials/)
    assert.equal(error.remedy, 'set spec.provider.gcpsm.projectID')
  })
})
