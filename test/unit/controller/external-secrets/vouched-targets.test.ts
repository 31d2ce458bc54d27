import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noChangeNotices } from '../../../../plugin/controller/external-secrets/change-notices.ts'
import { DATA_HASH_ANNOTATION, MANAGED_LABEL } from '../../../../plugin/controller/external-secrets/markers.ts'
import type { SecretObject } from '../../../../plugin/controller/external-secrets/secret-object.ts'
import { SECRET_STORES } from '../../../../plugin/controller/resources.ts'
import { SECRETS } from '../../../../plugin/kube/core-resources.ts'
import { dataHash } from '../../../../plugin/refresh/object-hash.ts'
import { NAMESPACE, OBJECT, type ReconcileWorld, reconcileWorld } from '../../../support/reconcile-world.ts'

const HOUR = 3_600_000
const notices = { ...noChangeNotices, watches: () => true }

/** Its detectors vouch for all that it holds. */
async function synced(target: object): Promise<ReconcileWorld> {
  const world = await reconcileWorld({ notices })
  world.provide({ db: 'one' })
  world.want({ data: [{ secretKey: 'password', remoteRef: { key: 'db' } }], target })
  await world.reconcile()
  return world
}

/** As another ExternalSecret makes it: nothing of it has drifted. */
function putOther({ emulator }: ReconcileWorld): void {
  const hash = dataHash(new Map([['other', Buffer.from('no')]]))
  const metadata = { ...OBJECT, labels: { [MANAGED_LABEL]: 'true' }, annotations: { [DATA_HASH_ANNOTATION]: hash } }
  const other: SecretObject = { metadata, data: { other: Buffer.from('no').toString('base64') } }
  emulator.put(SECRETS, other)
}

async function turn(world: ReconcileWorld): Promise<void> {
  world.clock.advance(HOUR)
  await world.reconcile()
}

test('an owner that somebody took away is back at the next turn, also where detectors vouch for the values', async () => {
  await using world = await synced({})
  const secret = world.secret() ?? assert.fail('no Secret')
  const orphan: SecretObject = { ...secret, metadata: { ...secret.metadata, ownerReferences: [] } }
  world.emulator.put(SECRETS, orphan)
  await turn(world)
  assert.equal(world.secret()?.metadata.ownerReferences?.[0]?.uid, world.object().metadata.uid)
})

test('an Orphan that is gone is there again at the next turn', async () => {
  await using world = await synced({ creationPolicy: 'Orphan' })
  world.emulator.remove(SECRETS, OBJECT)
  await world.reconcile()
  assert.equal(world.data(), undefined)
  await turn(world)
  assert.deepEqual(world.data(), { password: 'one' })
})

test('a Secret to merge into that another ExternalSecret has made since is merged into at the next turn', async () => {
  await using world = await synced({ creationPolicy: 'Merge' })
  assert.equal(world.ready(), 'True SecretMissing: secret will not be created due to CreationPolicy=Merge')
  putOther(world)
  await turn(world)
  assert.deepEqual(world.data(), { other: 'no', password: 'one' })
})

test('a turn reads nothing and says that it is well while its Secret is as it was left, also after a restart', async () => {
  await using world = await synced({})
  const { length } = world.asked
  await turn(world)
  world.restart()
  await turn(world)
  assert.equal(world.asked.length, length)
})

test('a turn of a store that is not ready any more says so: detectors may still be logged in', async () => {
  await using world = await synced({})
  const store = world.emulator.get(SECRET_STORES, { namespace: NAMESPACE, name: 'demo' }) ?? assert.fail('no store')
  world.emulator.put(SECRET_STORES, { ...store, status: { conditions: [{ type: 'Ready', status: 'False' }] } })
  await turn(world)
  assert.equal(world.ready(), 'False SecretSyncedError: could not get secret data from provider')
  assert.deepEqual(world.data(), { password: 'one' })
})

test('None says that it is well at each turn with a template whose ConfigMap is missing: it shapes nothing', async () => {
  const template = { templateFrom: [{ configMap: { name: 'missing', items: [{ key: 'text' }] } }] }
  await using world = await synced({ creationPolicy: 'None', template })
  putOther(world)
  await world.reconcile()
  await turn(world)
  assert.equal(world.ready(), 'True SecretSynced: secret synced')
})
