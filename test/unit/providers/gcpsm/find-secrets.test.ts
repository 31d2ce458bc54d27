import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { checkedAnswer } from '../../../../plugin/providers/gcpsm/checked-answer.ts'
import type { SecretSearch } from '../../../../plugin/providers/secret-lister.ts'
import { found } from '../../../contract/secret-lister.contract.ts'
import { type GcpEmulator, startGcpEmulator } from '../../../support/emulators/gcp/gcp-emulator.ts'
import { openStore } from './open-store.ts'

describe('finding secrets in Secret Manager', () => {
  let gcp: GcpEmulator
  const bytes = Uint8Array.of(1)

  before(async () => {
    gcp = await startGcpEmulator()
    gcp.putSecret('team-db', bytes, { labels: { kind: 'db', team: 'a' } })
    gcp.putSecret('team-cache', bytes, { labels: { kind: 'cache', team: 'a' } })
    gcp.putSecret('old-team-db', bytes, { labels: { kind: 'db' } })
    gcp.putSecret('Team-upper', bytes, { labels: { kind: 'été' } })
    gcp.putSecret('team-far', bytes, { location: 'europe-west3', labels: { kind: 'db' } })
  })
  beforeEach(() => gcp.control.reset())
  after(() => gcp.close())

  async function names(
    search: Partial<SecretSearch>,
    config: object = {},
    key = gcp.serviceAccountKey(),
  ): Promise<readonly string[]> {
    const reader = await openStore(gcp, { projectID: gcp.project, ...config }, { key })
    try {
      return await found(reader, search)
    } finally {
      await reader.close()
    }
  }

  test('a path is what ids begin with, in their own case', async () => {
    assert.deepEqual(await names({ matchesName: () => true, path: 'team-' }), ['team-cache', 'team-db'])
    assert.deepEqual(await names({ tags: new Map([['kind', 'db']]), path: 'team-' }), ['team-db'])
  })

  test('a name wins over tags', async () => {
    const search = { matchesName: (id: string) => id.endsWith('cache'), tags: new Map([['kind', 'db']]) }
    assert.deepEqual(await names(search), ['team-cache'])
  })

  test('labels that a filter cannot say are looked at here', async () => {
    assert.deepEqual(await names({ tags: new Map([['kind', 'été']]) }), ['Team-upper'])
    assert.deepEqual(await names({ tags: new Map([['kind', 'db OR labels.kind=cache']]) }), [])
  })

  test('a store with a location finds the secrets of that location alone, by labels too', async () => {
    const place = { location: 'europe-west3' }
    assert.deepEqual(await names({ matchesName: () => true }, place), ['team-far'])
    assert.deepEqual(await names({ tags: new Map([['kind', 'db']]) }, place), ['team-far'])
    assert.deepEqual(await names({ tags: new Map([['kind', 'db']]) }), ['old-team-db', 'team-db'])
  })

  test('what Google cannot search for is said before it is asked', async () => {
    await assert.rejects(names({}), { kind: 'InvalidSpec' })
    await assert.rejects(names({ matchesName: () => true, path: 'team/' }), { kind: 'InvalidSpec' })
    assert.equal(gcp.control.calls, 0)
  })

  test('who may read but not list is told what role is missing', async () => {
    const key = gcp.serviceAccountKey({ email: 'reads-only@test', roles: ['secretAccessor'] })
    await assert.rejects(names({ matchesName: () => true }, {}, key), { kind: 'AccessDenied', remedy: /secretmanager.viewer/ })
  })

  test('a project that Google does not know is no empty one', () => {
    const body = new TextEncoder().encode('{"error": {"code": 404, "status": "NOT_FOUND"}}')
    const purpose = { doing: 'list', remedy: '', of: 'project' } as const
    assert.throws(() => checkedAnswer({ status: 404, headers: {}, body }, purpose), { kind: 'InvalidSpec' })
  })

  test('annotations do not come: a page of secrets that are full of them is small', async () => {
    const annotations = { much: 'x'.repeat(8_192) }
    for (let index = 0; index < 1_000; index++) gcp.putSecret(`annotated-${index}`, bytes, { annotations })
    assert.equal((await names({ matchesName: () => true, path: 'annotated-' })).length, 1_000)
    assert.deepEqual(gcp.methodsCalled, ['ListSecrets'])
  })
})
