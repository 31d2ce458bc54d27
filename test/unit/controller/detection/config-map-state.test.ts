import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import * as fc from 'fast-check'
import { configMapState } from '../../../../plugin/controller/detection/config-map-state.ts'
import type { DetectorState, StoredVersion } from '../../../../plugin/controller/detection/detector-state.ts'
import { readVersionChunks, versionChunks } from '../../../../plugin/controller/detection/version-chunks.ts'
import { CONFIG_MAPS } from '../../../../plugin/kube/core-resources.ts'
import { type KubeEmulator, startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { runs } from '../../../support/property-runs.ts'

const NAMESPACE = 'argocd'
const signal = (): AbortSignal => AbortSignal.timeout(20_000)

function many(count: number, version = 'v1'): Map<string, StoredVersion> {
  return new Map(Array.from({ length: count }, (_, number) => [`["team/${'long-name-'.repeat(8)}${number}",""]`, { version }]))
}

describe('versions in ConfigMaps', () => {
  let emulator: KubeEmulator
  const state = (): DetectorState => configMapState({ client: emulator.localClient(), namespace: NAMESPACE })
  const writes = (): readonly string[] =>
    emulator.audit().flatMap(({ verb }) => (verb === 'create' || verb === 'update' ? [verb] : []))

  beforeEach(async () => {
    emulator = await startKubeEmulator({ namespaces: [NAMESPACE] })
  })
  afterEach(() => emulator.close())

  test('another process has what this one kept, each store its own', async () => {
    const first = state()
    const versions = new Map<string, StoredVersion>([
      ['["db",""]', { version: 'v2', pending: ['ExternalSecret a/b'] }],
      ['["gone",""]', { version: undefined }],
      ['["new",""]', { version: 'v1', readBy: ['ExternalSecret a/b', 'ExternalSecret a/c'] }],
      ['["new and gone",""]', { version: undefined, readBy: ['ExternalSecret a/b'] }],
    ])
    assert.deepEqual(await first.load('store one', signal()), new Map())
    await first.save('store one', versions, signal())
    await first.save('store two', many(3), signal())
    assert.deepEqual(await state().load('store one', signal()), versions)
    assert.deepEqual(await state().load('store two', signal()), many(3))
    assert.deepEqual(await state().load('store three', signal()), new Map())
  })

  test('what has not changed is not written', async () => {
    const first = state()
    await first.load('store', signal())
    for (let i = 0; i < 3; i++) await first.save('store', many(10), signal())
    assert.deepEqual(writes(), ['create'])
    const next = state()
    await next.load('store', signal())
    await next.save('store', many(10), signal())
    assert.deepEqual(writes(), ['create'])
  })

  test('many versions are divided below the limit of a ConfigMap, and a change of one writes one part', async () => {
    const first = state()
    await first.load('store', signal())
    const versions = many(20_000)
    await first.save('store', versions, signal())
    const parts = emulator.list(CONFIG_MAPS, NAMESPACE)
    assert.ok(parts.length >= 3, `${parts.length} parts`)
    for (const part of parts) assert.ok(JSON.stringify(part).length < 1024 * 1024)
    const [id = ''] = versions.keys()
    versions.set(id, { version: 'v2' })
    const { length } = writes()
    await first.save('store', versions, signal())
    assert.equal(writes().length, length + 1)
    assert.deepEqual(await state().load('store', signal()), versions)
  })

  test('a part that somebody else wrote or deleted is read again, and written', async () => {
    const [one, other] = [state(), state()]
    await one.load('store', signal())
    await other.load('store', signal())
    await one.save('store', many(2), signal())
    await other.save('store', many(3), signal())
    await one.save('store', many(4), signal())
    assert.deepEqual(await state().load('store', signal()), many(4))
    const [part] = emulator.list(CONFIG_MAPS, NAMESPACE)
    emulator.remove(CONFIG_MAPS, { namespace: NAMESPACE, name: part?.metadata.name ?? '' })
    await one.save('store', many(5), signal())
    assert.deepEqual(await state().load('store', signal()), many(5))
  })

  test('of a store that has no versions any more nothing stays where stores come and go, and a later one begins anew', async () => {
    const client = emulator.localClient()
    const [one, other] = [0, 1].map(() => configMapState({ client, namespace: NAMESPACE, deletes: true }))
    assert.ok(one && other)
    await one.save('never used', new Map(), signal())
    await one.save('store', many(20_000), signal())
    await one.save('another store', many(1), signal())
    await other.load('store', signal())
    await one.save('store', new Map(), signal())
    assert.equal(emulator.list(CONFIG_MAPS, NAMESPACE).length, 1)
    await other.save('store', many(2), signal())
    await one.save('store', new Map(), signal())
    assert.deepEqual(await state().load('store', signal()), many(2), 'what another has written is not its to delete')
    assert.deepEqual(await state().load('another store', signal()), many(1))
  })

  test('an API server that is away rejects', async () => {
    emulator.inject({ status: 403 })
    await assert.rejects(state().load('store', signal()), { name: 'KubeError', reason: 'Forbidden' })
  })
})

describe('parts of versions', () => {
  const entry = fc.record({
    version: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
    pending: fc.array(fc.string(), { maxLength: 3 }),
  })
  const versions = fc
    .array(fc.tuple(fc.string({ unit: 'binary' }), entry), { maxLength: 30 })
    .map(
      (entries) =>
        new Map(
          entries.map(([id, { version, pending }]): [string, StoredVersion] => [
            id,
            { version, ...(pending.length > 0 && { pending }) },
          ]),
        ),
    )

  test('law: what was divided comes together again, in any order of its parts', () => {
    fc.assert(
      fc.property(versions, fc.constantFrom(1, 2, 4, 8), (versions, least) => {
        const texts = versionChunks(versions, least)
        assert.deepEqual(readVersionChunks(texts.toReversed()), { versions, count: texts.length })
      }),
      { numRuns: runs(200) },
    )
  })

  test('a division that was cut off half-way does not bring old versions back', () => {
    const [old] = versionChunks(many(4, 'old'), 1)
    const [written] = versionChunks(many(4, 'new'), 2)
    const { versions } = readVersionChunks([written ?? '', old ?? ''])
    const { versions: fresh } = readVersionChunks([written ?? ''])
    for (const [id, { version }] of versions) assert.equal(version, fresh.has(id) ? 'new' : 'old')
    assert.ok(fresh.size > 0)
  })

  test('a text of somebody else is left out', () => {
    assert.deepEqual(
      readVersionChunks(['', '[]', '{"chunks":0,"versions":[]}', '{"chunks":1,"versions":[["k",1]]}']).versions,
      new Map(),
    )
  })
})
