import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noChangeNotices } from '../../../../plugin/controller/external-secrets/change-notices.ts'
import { ManagedTargets } from '../../../../plugin/controller/external-secrets/managed-targets.ts'
import { SECRETS } from '../../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { type ReconcileWorld, reconcileWorld, type WorldOptions } from '../../../support/reconcile-world.ts'

const HOUR = 3_600_000
const entry = { data: [{ secretKey: 'password', remoteRef: { key: 'db' } }] }
/** Finds nothing in the store. */
const FIND = [{ find: { name: { regexp: '^nothing$' } } }]

async function synced(options: WorldOptions = {}): Promise<ReconcileWorld> {
  const world = await reconcileWorld(options)
  world.provide({ db: 'one' })
  world.want(entry)
  await world.reconcile()
  return world
}

test('while the provider of what is watched is away, a turn reads, says that it could not, and is tried again', async () => {
  let isAway = false
  await using world = await synced({ notices: { ...noChangeNotices, watches: () => true, isAway: () => isAway } })
  isAway = true
  const refreshedAt = world.object().status?.refreshTime
  world.provide({})
  world.clock.advance(HOUR)
  assert.equal((await world.reconcile()).next, 'retry')
  assert.equal(world.ready(), 'False SecretSyncedError: could not get secret data from provider')
  assert.equal(world.object().status?.refreshTime, refreshedAt)
  assert.deepEqual(world.data(), { password: 'one' })
  world.provide({ db: 'one' })
  assert.equal((await world.reconcile()).next, 'after')
  assert.equal(world.ready(), 'True SecretSynced: secret synced')
})

for (const [what, next, ready] of [
  ['a Secret of a former name', { target: { name: 'other' } }, 'could not delete orphaned secrets'],
  [
    'a Secret that nothing came back for',
    { target: { deletionPolicy: 'Delete' }, data: [], dataFrom: FIND },
    'could not delete secret',
  ],
] as const)
  test(`${what} that the API server does not delete is said to be that, and tried again`, async () => {
    await using world = await synced()
    world.want({ ...entry, ...next })
    world.emulator.inject({ status: 500, reason: 'InternalError' }, { verb: 'delete', resource: 'secrets' })
    assert.equal((await world.reconcile()).next, 'retry')
    assert.equal(world.ready(), `False SecretSyncedError: ${ready}`)
    assert.match(world.events.at(-1) ?? '', /^Warning UpdateFailed /)
    await world.reconcile()
    assert.equal(world.secret(), undefined)
    assert.match(world.ready(), /^True /)
  })

test('a Secret that changes before it is deleted is looked at again, and nothing is said', async () => {
  await using world = await synced()
  world.want({ ...entry, target: { name: 'other' } })
  world.emulator.inject({ status: 409, reason: 'Conflict' }, { verb: 'delete', resource: 'secrets' })
  const before = world.ready()
  assert.deepEqual(await world.reconcile(), { next: 'retry' })
  assert.equal(world.ready(), before)
})

test('a delete that was frozen on its way takes nothing that another process has written since', async () => {
  await using world = await synced()
  const seen = world.secret()
  assert.ok(seen)
  const frozen = new ManagedTargets<KubeObject>(
    world.emulator.localClient({ clock: world.clock }),
    { get: () => undefined },
    { resource: SECRETS, hash: () => undefined },
  )
  world.provide({ db: 'two' })
  world.clock.advance(HOUR)
  await world.reconcile()
  await assert.rejects(frozen.delete(seen, AbortSignal.timeout(5_000)), { reason: 'Conflict' })
  assert.deepEqual(world.data(), { password: 'two' })
})

test('a Secret whose type is to be another one stays as it is, and its event says what to do', async () => {
  for (const [creationPolicy, remedy] of [
    ['Owner', 'delete the Secret: it is made anew'],
    ['Merge', 'take spec.target.template.type away'],
  ]) {
    await using world = await synced()
    world.want({ ...entry, target: { creationPolicy, template: { type: 'example.org/ini' } } })
    assert.equal((await world.reconcile()).next, 'retry')
    assert.equal(world.ready(), 'False SecretSyncedError: could not update secret')
    const said = `its type is "Opaque" and can never be "example.org/ini" (${remedy})`
    assert.ok(world.events.at(-1)?.endsWith(said), world.events.at(-1))
    assert.equal(world.secret()?.type, 'Opaque')
  }
})

test('one that has failed reads with the credentials of its store as they are now', async () => {
  await using world = await synced()
  world.provide({})
  world.clock.advance(HOUR)
  await world.reconcile()
  await world.reconcile()
  assert.deepEqual(
    world.asked.map(({ credentialsNotBeforeMs }) => credentialsNotBeforeMs),
    [undefined, undefined, world.clock.now() - 1_000],
  )
})
