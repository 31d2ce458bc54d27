import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { CONFIG_MAPS, LEASES, NAMESPACES, SECRETS } from '../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../plugin/kube/kube-client.ts'
import { type KubeEmulator, startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import type { StoredObject } from '../support/emulators/kube/stored-object.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { refused, type SecretObject, WIDGETS } from './kube-world.ts'

const DB = { namespace: 'default', name: 'db' }

/** What tests do with the emulator beside what every API server does. */
describe('the Kubernetes emulator', () => {
  let emulator: KubeEmulator
  let kube: KubeClient
  let nowMs: number

  beforeEach(async () => {
    nowMs = Date.UTC(2026, 0, 1)
    emulator = await startKubeEmulator({ resources: [WIDGETS], namespaces: ['team'], now: () => nowMs })
    kube = emulator.client({ userAgent: 'unit/1 (test)', clock: new FakeClock() })
  })
  afterEach(() => emulator.close())

  test('puts, gets and removes without a request', async () => {
    const first = emulator.put(WIDGETS, {
      metadata: { namespace: 'new', name: 'w' },
      spec: { size: 1 },
      status: { ready: true },
    })
    assert.deepEqual(
      [first['status'], first.metadata.generation, first.metadata.creationTimestamp],
      [{ ready: true }, 1, '2026-01-01T00:00:00Z'],
    )
    const second = emulator.put(WIDGETS, { metadata: first.metadata, spec: { size: 2 } })
    assert.deepEqual([second['status'], second.metadata.generation], [{ ready: true }, 2])
    assert.equal(emulator.get(WIDGETS, second.metadata), second)
    emulator.remove(WIDGETS, second.metadata)
    emulator.remove(WIDGETS, second.metadata)
    assert.deepEqual(emulator.list(WIDGETS), [])
    assert.deepEqual(emulator.audit(), [])
    assert.throws(() => emulator.get({ ...WIDGETS, plural: 'gadgets' }, DB), /no gadgets/)
  })

  test('tells every write as it happens', async () => {
    const told: string[] = []
    emulator.follow(WIDGETS, ({ metadata }, type) => told.push(`${type} ${metadata.name}`))
    const first = emulator.put(WIDGETS, { metadata: { namespace: 'team', name: 'w' }, spec: { size: 1 } })
    await kube.update<StoredObject>(WIDGETS, { ...first, spec: { size: 2 } })
    emulator.remove(WIDGETS, first.metadata)
    assert.deepEqual(told, ['ADDED w', 'MODIFIED w', 'DELETED w'])
  })

  test('ends watches by the clock that it is given, and sends them a bookmark a minute', async () => {
    const clock = new VirtualClock()
    const timed = await startKubeEmulator({ resources: [WIDGETS], clock })
    const signal = new AbortController().signal
    const seen: string[] = []
    const watched = (async () => {
      const options = { resourceVersion: timed.revision(), timeoutSeconds: 150, signal }
      for await (const { type } of timed.localClient({ clock }).watch(WIDGETS, options)) seen.push(type)
    })()
    await clock.run(149_000)
    assert.deepEqual([seen, timed.watches()], [['BOOKMARK', 'BOOKMARK'], 1])
    await clock.run(1_000)
    await watched
    assert.equal(timed.watches(), 0)
    assert.equal(
      timed.put(WIDGETS, { metadata: { namespace: 'team', name: 'w' } }).metadata.creationTimestamp,
      '2026-01-01T00:02:30Z',
    )
    await timed.close()
  })

  test('remembers who asked for what, and how it ended', async () => {
    const secret = await kube.create(SECRETS, { metadata: DB })
    await kube.update(SECRETS, secret)
    await refused(kube.get(WIDGETS, DB), 404, 'NotFound')
    await kube.list(LEASES, { namespace: 'team' })
    assert.deepEqual(
      emulator.audit().map(({ verb, resource, namespace, name, code }) => [verb, resource, namespace, name, code]),
      [
        ['create', 'secrets', 'default', 'db', 201],
        ['update', 'secrets', 'default', 'db', 200],
        ['get', 'widgets', 'default', 'db', 404],
        ['list', 'leases', 'team', undefined, 200],
      ],
    )
    assert.deepEqual(new Set(emulator.audit().map(({ userAgent }) => userAgent)), new Set(['unit/1 (test)']))
    assert.equal(emulator.get(SECRETS, DB)?.metadata.managedFields?.[0]?.manager, 'unit')
    emulator.forgetAudit()
    assert.deepEqual(emulator.audit(), [])
  })

  test('fails the calls that are meant and no others', async () => {
    emulator.put(SECRETS, { metadata: DB })
    const object = await kube.get(SECRETS, DB)
    emulator.inject({ status: 409, reason: 'Conflict' }, { verb: 'update', resource: 'secrets', name: 'db' }, 2)
    await kube.get(SECRETS, DB)
    await refused(kube.update(SECRETS, object), 409, 'Conflict')
    await refused(kube.update(SECRETS, object), 409, 'Conflict')
    await kube.update(SECRETS, object)
    emulator.inject('cut', { verb: 'delete' })
    await refused(kube.delete(SECRETS, DB), 0, 'ECONNRESET')
    assert.ok(emulator.get(SECRETS, DB))
    emulator.inject('cutAfterwards', { verb: 'delete' })
    await refused(kube.delete(SECRETS, DB), 0, 'ECONNRESET')
    assert.equal(emulator.get(SECRETS, DB), undefined)
    emulator.inject({ delayMs: 1 })
    await kube.list(SECRETS)
    emulator.inject({ status: 500 }, { verb: 'create' })
    emulator.clearFaults()
    await kube.create(SECRETS, { metadata: DB })
  })

  test('hangs until its client has enough of it', async () => {
    emulator.inject('hang', {}, 3)
    await refused(emulator.client({ requestTimeoutMs: 20 }).get(SECRETS, DB), 0, 'ETIMEDOUT')
    for (const client of [emulator.client(), emulator.localClient()]) {
      await assert.rejects(client.get(SECRETS, DB, { signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' })
    }
  })

  test('hangs no longer when its client had enough of it before it could begin to', async () => {
    for (let ticks = 0; ticks < 8; ticks++) {
      emulator.inject('hang', {}, 1)
      const enough = new AbortController()
      const asked = emulator.localClient().get(SECRETS, DB, { signal: enough.signal })
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
      enough.abort()
      await assert.rejects(asked, { name: 'AbortError' })
      emulator.clearFaults()
    }
  })

  test('deletes what nobody owns any more, when it is asked to', async () => {
    const owner = emulator.put(CONFIG_MAPS, { metadata: { namespace: 'team', name: 'owner' } })
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid ?? '' }
    const child = emulator.put(SECRETS, { metadata: { namespace: 'team', name: 'child', ownerReferences: [reference] } })
    const next = { apiVersion: 'v1', kind: 'Secret', name: 'child', uid: child.metadata.uid ?? '' }
    emulator.put(SECRETS, { metadata: { namespace: 'team', name: 'grandchild', ownerReferences: [next] } })
    emulator.put(SECRETS, { metadata: { namespace: 'team', name: 'free' } })
    emulator.collectGarbage()
    assert.equal(emulator.list(SECRETS, 'team').length, 3)
    emulator.remove(CONFIG_MAPS, owner.metadata)
    emulator.collectGarbage()
    assert.deepEqual(
      emulator.list(SECRETS, 'team').map(({ metadata }) => metadata.name),
      ['free'],
    )
  })

  test('empties a namespace that ends, and keeps it while a finalizer keeps something in it', async () => {
    const held = emulator.put(SECRETS, { metadata: { namespace: 'team', name: 'held', finalizers: ['unit.test/hold'] } })
    emulator.put(SECRETS, { metadata: { namespace: 'team', name: 'free' } })
    await kube.delete(NAMESPACES, { name: 'team' })
    assert.deepEqual(emulator.get(NAMESPACES, { name: 'team' })?.['status'], { phase: 'Terminating' })
    emulator.collectGarbage()
    assert.equal(emulator.list(SECRETS, 'team').length, 1)
    assert.ok(emulator.get(NAMESPACES, { name: 'team' }))
    await kube.patch(SECRETS, held.metadata, { type: 'merge', body: { metadata: { finalizers: null } } })
    emulator.collectGarbage()
    assert.equal(emulator.get(NAMESPACES, { name: 'team' }), undefined)
  })

  for (const [way, clientOf] of [
    ['by HTTP', () => emulator.client()],
    ['without sockets', () => emulator.localClient()],
  ] as const) {
    describe(`its watches, ${way}`, () => {
      /** What a watch gives, and how it ended. */
      async function watched(): Promise<string[]> {
        const seen: string[] = []
        const options = { resourceVersion: emulator.revision(), timeoutSeconds: 60, signal: AbortSignal.timeout(5_000) }
        try {
          for await (const event of clientOf().watch<SecretObject>(SECRETS, options)) {
            seen.push(
              event.type === 'BOOKMARK' ? `bookmark ${event.resourceVersion}` : `${event.type} ${event.object.metadata.name}`,
            )
          }
          seen.push('end')
        } catch (thrown) {
          seen.push((thrown as { reason?: string }).reason ?? String(thrown))
        }
        return seen
      }
      const opened = async (): Promise<void> => {
        while (emulator.watches() === 0) await new Promise((resolve) => setImmediate(resolve))
      }

      test('end, are cut and expire when a test says so', async () => {
        for (const [disturb, ending] of [
          [() => emulator.endWatches(), 'end'],
          [() => emulator.cutWatches(), 'ECONNRESET'],
          [() => emulator.expireWatches(), 'Expired'],
        ] as const) {
          const watching = watched()
          await opened()
          emulator.put(SECRETS, { metadata: { ...DB, labels: { ending } } })
          emulator.sendBookmarks()
          const revision = emulator.revision()
          emulator.remove(SECRETS, DB)
          // A connection that breaks takes with it what was not read yet.
          if (ending === 'ECONNRESET') await new Promise((resolve) => setTimeout(resolve, 50))
          disturb()
          assert.deepEqual(await watching, ['ADDED db', `bookmark ${revision}`, 'DELETED db', ending])
          assert.equal(emulator.watches(), 0)
        }
      })

      test('fall silent and go on', async () => {
        const watching = watched()
        await opened()
        emulator.holdWatches()
        emulator.put(SECRETS, { metadata: DB })
        emulator.endWatches()
        emulator.releaseWatches()
        assert.deepEqual(await watching, ['ADDED db', 'end'])
      })
    })
  }

  test('knows nobody without its token', async () => {
    assert.equal((await fetch(`${emulator.url}/version`)).status, 401)
  })
})
