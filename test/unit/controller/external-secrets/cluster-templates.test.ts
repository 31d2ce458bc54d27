import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noChangeNotices } from '../../../../plugin/controller/external-secrets/change-notices.ts'
import { CONFIG_MAPS, SECRETS } from '../../../../plugin/kube/core-resources.ts'
import { NAMESPACE, type ReconcileWorld, reconcileWorld, type WorldOptions } from '../../../support/reconcile-world.ts'

const HOUR = 3_600_000

function put({ emulator }: ReconcileWorld, kind: 'configMap' | 'secret', text: string): void {
  const metadata = { namespace: NAMESPACE, name: 'texts' }
  const data = { ini: kind === 'secret' ? Buffer.from(text).toString('base64') : text }
  const given: { readonly metadata: typeof metadata; readonly data: unknown } = { metadata, data }
  emulator.put(kind === 'secret' ? SECRETS : CONFIG_MAPS, given)
}

function want(world: ReconcileWorld, kind: 'configMap' | 'secret', metadata: Readonly<Record<string, unknown>> = {}): void {
  const target = { template: { templateFrom: [{ [kind]: { name: 'texts', items: [{ key: 'ini' }] } }] } }
  world.want({ data: [{ secretKey: 'password', remoteRef: { key: 'db' } }], target }, metadata)
}

async function shaped(kind: 'configMap' | 'secret', options: WorldOptions = {}): Promise<ReconcileWorld> {
  const world = await reconcileWorld(options)
  world.provide({ db: 'one' })
  put(world, kind, 'first {{ .password }}')
  want(world, kind)
  await world.reconcile()
  assert.deepEqual(world.data(), { ini: 'first one' })
  return world
}

for (const kind of ['configMap', 'secret'] as const) {
  test(`a template of a ${kind} that was changed a moment before its ExternalSecret counts`, async () => {
    await using world = await shaped(kind)
    world.clock.advance(1_000)
    put(world, kind, 'second {{ .password }}')
    want(world, kind, { annotations: { now: '1' } })
    await world.reconcile()
    assert.deepEqual(world.data(), { ini: 'second one' })
  })

  test(`where detectors vouch for the values, a turn takes a template of a ${kind} that was changed, and reads no value for one that was not`, async () => {
    await using world = await shaped(kind, { notices: { ...noChangeNotices, watches: () => true } })
    world.provide({ db: 'two' })
    world.clock.advance(HOUR)
    await world.reconcile()
    assert.deepEqual(world.data(), { ini: 'first one' })
    put(world, kind, 'second {{ .password }}')
    world.clock.advance(HOUR)
    await world.reconcile()
    assert.deepEqual(world.data(), { ini: 'second two' })
  })

  test(`a template of a ${kind} that was missing is there as soon as somebody puts it there`, async () => {
    await using world = await reconcileWorld()
    world.provide({ db: 'one' })
    want(world, kind)
    assert.equal((await world.reconcile()).next, 'retry')
    put(world, kind, 'first {{ .password }}')
    world.clock.advance(4_000)
    await world.reconcile()
    assert.deepEqual(world.data(), { ini: 'first one' })
  })
}

test('a template that is gone at a turn is told, and the Secret stays', async () => {
  await using world = await shaped('configMap', { notices: { ...noChangeNotices, watches: () => true } })
  world.emulator.remove(CONFIG_MAPS, { namespace: NAMESPACE, name: 'texts' })
  world.clock.advance(HOUR)
  assert.equal((await world.reconcile()).next, 'retry')
  assert.equal(world.ready(), 'False SecretSyncedError: could not update secret')
  assert.deepEqual(world.data(), { ini: 'first one' })
})
