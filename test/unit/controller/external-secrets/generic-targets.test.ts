import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { GenericObject } from '../../../../plugin/controller/external-secrets/generic-object.ts'
import {
  CLEANUP_FINALIZER,
  CREATED_BY_LABEL,
  DATA_HASH_ANNOTATION,
  MANAGED_LABEL,
} from '../../../../plugin/controller/external-secrets/markers.ts'
import { EXTERNAL_SECRETS } from '../../../../plugin/controller/resources.ts'
import { CONFIG_MAPS } from '../../../../plugin/kube/core-resources.ts'
import type { Resource } from '../../../../plugin/kube/resource.ts'
import { contentHash } from '../../../../plugin/refresh/content-hash.ts'
import { OBJECT, type ReconcileWorld, reconcileWorld, THINGS } from '../../../support/reconcile-world.ts'

const HOUR = 3_600_000
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' }
const THING = { apiVersion: 'example.com/v1', kind: 'Thing' }
const data = [{ secretKey: 'password', remoteRef: { key: 'db' } }]
const SYNCED = 'True ResourceSynced: secret synced'

async function synced(target: object, spec: object = {}, before?: GenericObject): Promise<ReconcileWorld> {
  const world = await reconcileWorld({ allowsGenericTargets: true })
  world.provide({ db: 'one', user: 'app' })
  if (before) world.emulator.put(CONFIG_MAPS, before)
  world.want({ data, target: { manifest: CONFIG_MAP, ...target }, ...spec }, { labels: { team: 'a' } })
  await world.reconcile()
  return world
}

function found({ emulator }: ReconcileWorld, resource: Resource = CONFIG_MAPS): GenericObject | undefined {
  return emulator.get(resource, OBJECT)
}

function contentOf(world: ReconcileWorld): unknown {
  return found(world)?.['data']
}

const requests = ({ emulator }: ReconcileWorld): readonly string[] =>
  emulator.audit().map(({ verb, resource }) => `${verb} ${resource}`)

/** As somebody else made it. */
const theirs: GenericObject = {
  metadata: { ...OBJECT, labels: { own: 'x' }, finalizers: ['example.com/keep'] },
  data: { keep: 'me' },
}

describe('an object that is made instead of a Secret', () => {
  test('has the values, an owner, and the marks by which ESO knows its own work', async () => {
    await using world = await synced({})
    const made = found(world)
    const { metadata } = made ?? assert.fail()
    assert.deepEqual(made?.['data'], { password: 'one' })
    assert.deepEqual(
      metadata.ownerReferences?.map(({ name, controller }) => [name, controller]),
      [[OBJECT.name, true]],
    )
    assert.deepEqual([metadata.labels?.['team'], metadata.labels?.[MANAGED_LABEL]], ['a', 'true'])
    assert.equal(metadata.annotations?.[DATA_HASH_ANNOTATION], contentHash({ data: { password: 'one' } }))
    assert.equal(world.ready(), SYNCED)
    assert.deepEqual(world.events, ['Normal Created Created ConfigMap database'])
    assert.equal(world.object().status?.binding, undefined)
    assert.ok(!metadata.managedFields?.some(({ manager }) => manager?.startsWith('externalsecrets.')))
  })

  test('may be of any kind, and templates write where their targets say', async () => {
    const template = { templateFrom: [{ target: 'spec.auth', literal: 'users: ["{{ .password }}"]' }] }
    await using world = await synced({ manifest: THING, template })
    const { metadata, ...made } = found(world, THINGS) ?? assert.fail()
    assert.deepEqual(made['spec'], { auth: { users: ['one'] } })
    assert.equal(metadata.labels?.['team'], undefined)
    assert.equal(world.ready(), SYNCED)
  })

  test('is neither read nor written again while nothing changes, and follows its value', async () => {
    await using world = await synced({})
    world.emulator.forgetAudit()
    world.clock.advance(HOUR)
    await world.reconcile()
    assert.deepEqual(requests(world), [])
    world.provide({ db: 'two' })
    world.clock.advance(HOUR)
    await world.reconcile()
    assert.deepEqual(contentOf(world), { password: 'two' })
    assert.deepEqual(requests(world), ['get configmaps', 'update configmaps', 'update externalsecrets/status'])
    assert.equal(world.events.at(-1), 'Normal Updated Updated ConfigMap database')
  })

  test('is repaired when somebody edits or deletes it, whatever the refresh policy is', async () => {
    await using world = await synced({}, { refreshPolicy: 'CreatedOnce' })
    const edited: GenericObject = { ...(found(world) ?? assert.fail()), data: { password: 'no' } }
    world.emulator.put(CONFIG_MAPS, edited)
    await world.reconcile()
    assert.deepEqual(contentOf(world), { password: 'one' })
    world.emulator.remove(CONFIG_MAPS, OBJECT)
    await world.reconcile()
    assert.deepEqual(contentOf(world), { password: 'one' })
  })

  test('a kind that the API server does not know is tried again', async () => {
    await using world = await synced({ manifest: { apiVersion: 'example.com/v1', kind: 'Unknown' } })
    assert.equal(world.ready(), 'False ResourceSyncedError: could not get target resource')
    assert.equal((await world.reconcile()).next, 'retry')
  })

  test('a template that fails says so, and no value', async () => {
    const template = { templateFrom: [{ target: 'spec.a', literal: '{{ .password }}: [' }] }
    await using world = await synced({ manifest: THING, template })
    assert.equal(world.ready(), 'False ResourceSyncedError: could not apply template to manifest')
    assert.equal((await world.reconcile()).next, 'retry')
    assert.ok(!world.events.join().includes('one:'))
  })

  for (const manifest of [
    { apiVersion: 'v1', kind: 'Secret' },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
    { apiVersion: 'external-secrets.io/v1', kind: 'SecretStore' },
    { apiVersion: 'v1', kind: 'Namespace' },
  ])
    test(`${manifest.kind} of ${manifest.apiVersion} is refused for good`, async () => {
      await using world = await synced({ manifest })
      assert.equal(world.ready(), 'False SecretSyncedError: invalid generic target')
      assert.deepEqual(await world.reconcile(), { next: 'none' })
    })
})

describe('creationPolicy', () => {
  for (const [creationPolicy, ready, content] of [
    ['Owner', SYNCED, { password: 'one' }],
    ['Orphan', SYNCED, { password: 'one' }],
    ['CreateOrMerge', SYNCED, { password: 'one' }],
    ['Merge', 'True ResourceMissing: resource will not be created due to CreationPolicy=Merge', undefined],
    ['None', SYNCED, undefined],
  ] as const)
    test(`${creationPolicy}, and there is no object`, async () => {
      await using world = await synced({ creationPolicy })
      assert.equal(world.ready(), ready)
      assert.deepEqual(contentOf(world), content)
      assert.equal(found(world)?.metadata.ownerReferences !== undefined, creationPolicy === 'Owner')
      assert.equal(found(world)?.metadata.labels?.[CREATED_BY_LABEL] !== undefined, creationPolicy === 'Owner')
    })

  const template = { data: { password: '{{ .password }}' }, metadata: { labels: { more: 'y' } } }
  for (const [creationPolicy, content, labels] of [
    ['Owner', { password: 'one' }, [undefined, 'y']],
    ['Orphan', { keep: 'me' }, ['x', undefined]],
    ['CreateOrMerge', { keep: 'me', password: 'one' }, ['x', 'y']],
    ['Merge', { keep: 'me', password: 'one' }, ['x', 'y']],
    ['None', { keep: 'me' }, ['x', undefined]],
  ] as const)
    test(`${creationPolicy}, and there is another's object`, async () => {
      await using world = await synced({ creationPolicy, template }, {}, theirs)
      const { metadata, ...object } = found(world) ?? assert.fail()
      if (creationPolicy !== 'Orphan') {
        assert.deepEqual(object['data'], content)
        assert.deepEqual([metadata.labels?.['own'], metadata.labels?.['more']], labels)
      }
      assert.equal(world.ready(), SYNCED)
      assert.deepEqual(metadata.finalizers, ['example.com/keep'])
    })

  test("an integer that would be rounded is not written: a template's, or another's in an object that is merged into", async () => {
    const literal = { templateFrom: [{ target: 'spec.n', literal: '9007199254740993' }] }
    await using world = await synced({ manifest: THING, template: literal })
    assert.equal(world.ready(), 'False ResourceSyncedError: could not apply template to manifest')
    assert.equal(found(world, THINGS), undefined)
    const large: GenericObject = { metadata: OBJECT, spec: { theirs: 9_007_199_254_740_992 } }
    world.emulator.put(THINGS, large)
    const spec = { data, target: { manifest: THING, creationPolicy: 'Merge', template: { data: { a: 'b' } } } }
    world.want(spec, { generation: 2 })
    await world.reconcile()
    assert.equal(world.ready(), 'False ResourceSyncedError: could not apply template to manifest')
    assert.equal(found(world, THINGS)?.['data'], undefined)
  })

  test('an object of another ExternalSecret stays his, and it is tried again', async () => {
    const other = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', name: 'other', uid: 'u', controller: true }
    const before: GenericObject = { ...theirs, metadata: { ...theirs.metadata, ownerReferences: [other] } }
    await using world = await synced({}, {}, before)
    assert.deepEqual(contentOf(world), { keep: 'me' })
    assert.equal(world.ready(), 'False ResourceSyncedError: could not apply template to manifest')
    assert.equal((await world.reconcile()).next, 'retry')
  })
})

describe('deletionPolicy', () => {
  const emptied = { data: [], dataFrom: [{ find: { name: { regexp: 'nothing' } } }] }

  async function emptiedFor(target: object): Promise<ReconcileWorld> {
    const world = await synced(target)
    world.want({ ...emptied, target: { manifest: CONFIG_MAP, ...target } }, { generation: 2 })
    await world.reconcile()
    return world
  }

  for (const [deletionPolicy, creationPolicy, ready, content] of [
    ['Retain', 'Owner', 'True ResourceSynced: secret retained due to DeletionPolicy=Retain', { password: 'one' }],
    ['Delete', 'Owner', 'True ResourceDeleted: secret deleted due to DeletionPolicy=Delete', undefined],
    ['Delete', 'Orphan', 'True ResourceDeleted: secret deleted due to DeletionPolicy=Delete', undefined],
    ['Delete', 'CreateOrMerge', 'False ResourceSyncedError: could not delete resource', { password: 'one' }],
    ['Merge', 'Owner', SYNCED, {}],
  ] as const)
    test(`${deletionPolicy} with ${creationPolicy}, and nothing comes back`, async () => {
      await using world = await emptiedFor({ deletionPolicy, creationPolicy })
      assert.equal(world.ready(), ready)
      assert.deepEqual(contentOf(world), content)
      if (content === undefined) assert.equal(world.events.at(-1), 'Normal Deleted Deleted ConfigMap database')
    })

  test('Delete, and the API server does not let it be deleted', async () => {
    await using world = await synced({ deletionPolicy: 'Delete' })
    world.want({ ...emptied, target: { manifest: CONFIG_MAP, deletionPolicy: 'Delete' } }, { generation: 2 })
    world.emulator.inject({ status: 403, reason: 'Forbidden' }, { verb: 'delete', resource: 'configmaps' })
    assert.equal((await world.reconcile()).next, 'retry')
    assert.equal(world.ready(), 'False ResourceSyncedError: could not delete resource')
  })

  for (const [creationPolicy, stays] of [
    ['Owner', false],
    ['Orphan', false],
    ['CreateOrMerge', true],
  ] as const)
    test(`Delete with ${creationPolicy}, and the ExternalSecret is deleted`, async () => {
      await using world = await synced({ deletionPolicy: 'Delete', creationPolicy })
      assert.equal(world.object().metadata.finalizers?.includes(CLEANUP_FINALIZER) ?? false, !stays)
      world.emulator.remove(EXTERNAL_SECRETS, OBJECT)
      if (!stays) await world.reconcile()
      assert.equal(found(world) !== undefined, stays)
      assert.throws(() => world.object())
    })
})
