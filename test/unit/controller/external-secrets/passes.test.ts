import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noChangeNotices } from '../../../../plugin/controller/external-secrets/change-notices.ts'
import {
  CLEANUP_FINALIZER,
  DATA_HASH_ANNOTATION,
  fieldManagerOf,
} from '../../../../plugin/controller/external-secrets/markers.ts'
import type { SecretObject } from '../../../../plugin/controller/external-secrets/secret-object.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../../../plugin/controller/resources.ts'
import { CONFIG_MAPS, NAMESPACES, SECRETS } from '../../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { turnAfter } from '../../../../plugin/refresh/phase.ts'
import { NAMESPACE, OBJECT, type ReconcileWorld, reconcileWorld } from '../../../support/reconcile-world.ts'

const HOUR = 3_600_000
const entry = { data: [{ secretKey: 'password', remoteRef: { key: 'db' } }] }
const both = { data: [...entry.data, { secretKey: 'user', remoteRef: { key: 'user' } }] }

async function synced(spec: Readonly<Record<string, unknown>> = entry, options = {}): Promise<ReconcileWorld> {
  const world = await reconcileWorld(options)
  world.provide({ db: 'one', user: 'app' })
  world.want(spec)
  await world.reconcile()
  return world
}

function requests({ emulator }: ReconcileWorld): readonly string[] {
  return emulator.audit().map(({ verb, resource }) => `${verb} ${resource}`)
}

test('the first sync is two requests: the Secret and the status', async () => {
  await using world = await synced()
  assert.deepEqual(requests(world), ['create secrets', 'update externalsecrets/status'])
  assert.deepEqual(world.events, ['Normal Created secret created'])
})

test('a pass over what is in sync asks the API server nothing, and says when its turn is', async () => {
  await using world = await synced()
  world.emulator.forgetAudit()
  const { uid = '' } = world.object().metadata
  const now = world.clock.now()
  assert.deepEqual(await world.reconcile(), { next: 'after', ms: turnAfter(now, uid, HOUR) - now })
  assert.deepEqual(requests(world), [])
})

test('a refresh that finds nothing new writes nothing for a day, and then its time alone', async () => {
  await using world = await synced()
  world.emulator.forgetAudit()
  for (let hour = 1; hour < 24; hour++) {
    world.clock.advance(HOUR)
    await world.reconcile()
  }
  assert.deepEqual(requests(world), [])
  world.clock.advance(HOUR)
  await world.reconcile()
  assert.deepEqual(requests(world), ['update externalsecrets/status'])
  assert.equal(world.object().status?.refreshTime, new Date(world.clock.now()).toISOString().replace('.000Z', 'Z'))
})

test('with status-every-refresh each refresh is written', async () => {
  await using world = await synced(entry, { statusEveryRefresh: true })
  world.emulator.forgetAudit()
  world.clock.advance(HOUR)
  await world.reconcile()
  assert.deepEqual(requests(world), ['update externalsecrets/status'])
})

test('a value that changed at the provider is written at the next turn, and told', async () => {
  await using world = await synced()
  world.provide({ db: 'two' })
  await world.reconcile()
  assert.deepEqual(world.data(), { password: 'one' })
  world.clock.advance(HOUR)
  await world.reconcile()
  assert.deepEqual(world.data(), { password: 'two' })
  assert.deepEqual(world.events.slice(1), ['Normal Updated secret updated'])
  assert.equal(Date.parse(world.object().status?.refreshTime ?? ''), world.clock.now())
})

test('a value of which a detector says that it changed is written at once', async () => {
  let changedAt: number | undefined
  await using world = await synced(entry, { notices: { ...noChangeNotices, changedAt: () => changedAt } })
  world.provide({ db: 'two' })
  changedAt = world.clock.now()
  await world.reconcile()
  assert.deepEqual(world.data(), { password: 'two' })
})

test('where detectors watch everything, a turn reads nothing', async () => {
  await using world = await synced(entry, { notices: { ...noChangeNotices, watches: () => true } })
  world.provide({})
  world.clock.advance(HOUR)
  assert.equal((await world.reconcile()).next, 'after')
  assert.equal(world.ready(), 'True SecretSynced: secret synced')
})

test('after a restart an object whose turn comes at once is watched first, and reads nothing', async () => {
  let isKnown = false
  const holds = async (_object: unknown, _spec: unknown, values: unknown): Promise<void> => {
    isKnown ||= values === undefined
  }
  await using world = await synced(entry, { notices: { ...noChangeNotices, watches: () => isKnown, holds } })
  world.provide({})
  world.clock.advance(HOUR)
  assert.equal((await world.reconcile()).next, 'after')
  assert.equal(world.ready(), 'True SecretSynced: secret synced')
})

test('an object that is new, and one that was changed, are given nothing that was read before', async () => {
  await using world = await synced()
  const fresh = world.floors.floorOf('', { kind: 'SecretStore', name: 'demo' }, 'db')?.notBeforeMs
  assert.equal(fresh, world.clock.now())
  world.clock.advance(60_000)
  world.want(entry, { annotations: { now: '1' } })
  await world.reconcile()
  assert.equal(world.floors.floorOf('', { kind: 'SecretStore', name: 'demo' }, 'db')?.notBeforeMs, world.clock.now())
})

test('at its turn an object is given what others had read two seconds ago at most', async () => {
  await using world = await synced()
  world.clock.advance(HOUR)
  await world.reconcile()
  assert.equal(world.floors.floorOf('', { kind: 'SecretStore', name: 'demo' }, 'db')?.notBeforeMs, world.clock.now() - 2_000)
})

test('any new annotation asks for new values', async () => {
  await using world = await synced()
  world.provide({ db: 'two' })
  world.want(entry, { annotations: { 'external-secrets.io/force-sync': '1' } })
  await world.reconcile()
  assert.deepEqual(world.data(), { password: 'two' })
})

test('a failure keeps the Secret, tells the reason in an event alone, and is tried again; success after it is a transition', async () => {
  await using world = await synced()
  world.provide({})
  world.clock.advance(HOUR)
  assert.equal((await world.reconcile()).next, 'retry')
  assert.equal(world.ready(), 'False SecretSyncedError: could not get secret data from provider')
  assert.deepEqual(world.data(), { password: 'one' })
  assert.match(world.events.at(-1) ?? '', /^Warning UpdateFailed spec\.data\[0\]: the fake store has no such key and version/)
  const failedAt = world.object().status?.conditions?.[0]?.lastTransitionTime
  world.clock.advance(60_000)
  await world.reconcile()
  assert.equal(world.object().status?.conditions?.[0]?.lastTransitionTime, failedAt)
  world.provide({ db: 'one' })
  await world.reconcile()
  assert.equal(world.ready(), 'True SecretSynced: secret synced')
  assert.notEqual(world.object().status?.conditions?.[0]?.lastTransitionTime, failedAt)
})

test('after a restart an object that had failed is tried at once, one that is well waits for its turn', async () => {
  await using world = await synced()
  world.clock.advance(HOUR)
  world.provide({})
  assert.equal((await world.reconcile()).next, 'retry')
  world.provide({ db: 'two' })
  world.restart()
  await world.reconcile()
  assert.equal(world.ready(), 'True SecretSynced: secret synced')
  assert.deepEqual(world.data(), { password: 'two' })
  world.provide({ db: 'three' })
  world.restart()
  await world.reconcile()
  assert.deepEqual(world.data(), { password: 'two' })
})

test('what need not exist is left out and told', async () => {
  await using world = await reconcileWorld()
  world.provide({ db: 'one' })
  world.want({ ...both, target: { deletionPolicy: 'Merge' } })
  await world.reconcile()
  assert.deepEqual(world.data(), { password: 'one' })
  assert.equal(
    world.events[0],
    'Normal MissingProviderSecret secret does not exist at provider using spec.dataFrom[1] (key=user)',
  )
})

test('a key that ESO wrote under the same field manager and that is not wanted any more goes; keys of others stay', async () => {
  await using world = await reconcileWorld()
  world.provide({ db: 'one' })
  const manager = fieldManagerOf(OBJECT.name)
  const text = (plain: string): string => Buffer.from(plain).toString('base64')
  const own: SecretObject = { metadata: { ...OBJECT, labels: { old: 'x' } }, data: { gone: text('x') } }
  const written = world.emulator.put(SECRETS, own, manager)
  const more: SecretObject = { ...written, data: { gone: text('x'), theirs: text('y') } }
  world.emulator.put(SECRETS, more, 'somebody')
  world.want({ ...entry, target: { creationPolicy: 'Merge' } })
  await world.reconcile()
  assert.deepEqual(world.data(), { theirs: 'y', password: 'one' })
  assert.equal(world.secret()?.metadata.labels?.['old'], undefined)
  assert.deepEqual(
    world
      .secret()
      ?.metadata.managedFields?.filter((entry) => entry.manager === manager)
      .map(({ operation }) => operation),
    ['Update'],
  )
})

test('without a template labels and annotations are copied, with an empty one none are', async () => {
  await using world = await reconcileWorld()
  world.provide({ db: 'one' })
  world.want(entry, { labels: { team: 'a' }, annotations: { 'argocd.argoproj.io/tracking-id': 'x' } })
  await world.reconcile()
  assert.equal(world.secret()?.metadata.labels?.['team'], 'a')
  assert.equal(world.secret()?.metadata.annotations?.['argocd.argoproj.io/tracking-id'], 'x')
  world.want({ ...entry, target: { template: {} } }, { labels: { team: 'a' } })
  await world.reconcile()
  assert.equal(world.secret()?.metadata.labels?.['team'], undefined)
})

test('templates of the namespace shape the Secret, and one that is missing is said to be', async () => {
  await using world = await reconcileWorld()
  world.provide({ db: 'one' })
  const configMap: KubeObject & { data: unknown } = {
    metadata: { namespace: NAMESPACE, name: 'texts' },
    data: { 'app.ini': 'password={{ .password }}' },
  }
  world.emulator.put(CONFIG_MAPS, configMap)
  const items = [{ key: 'app.ini' }]
  const template = (name: string) => ({
    target: { template: { type: 'example.org/ini', templateFrom: [{ configMap: { name, items } }] } },
  })
  world.want({ ...entry, ...template('texts') })
  await world.reconcile()
  assert.deepEqual(world.data(), { 'app.ini': 'password=one' })
  assert.equal(world.secret()?.type, 'example.org/ini')
  world.want({ ...entry, ...template('others') })
  assert.equal((await world.reconcile()).next, 'retry')
  assert.equal(world.ready(), 'False SecretSyncedError: could not update secret')
})

test('a template that would make a token of the cluster is refused', async () => {
  await using world = await synced({ ...entry, target: { template: { type: 'bootstrap.kubernetes.io/token' } } })
  assert.equal(world.ready(), 'False SecretSyncedError: could not update secret')
  assert.equal(world.secret(), undefined)
})

test('a failed template tells no value', async () => {
  await using world = await synced({ ...entry, target: { template: { data: { number: '{{ .password | fail }}' } } } })
  assert.equal(world.ready(), 'False SecretSyncedError: could not update secret')
  assert.ok(!world.events.join().includes('one'), world.events.join())
})

test('an immutable target is made once and then frozen, and still says that it is synced', async () => {
  await using world = await synced({ ...entry, target: { immutable: true } })
  assert.equal(world.secret()?.immutable, true)
  world.provide({ db: 'two' })
  world.clock.advance(HOUR)
  assert.equal((await world.reconcile()).next, 'after')
  assert.deepEqual(world.data(), { password: 'one' })
  assert.equal(world.ready(), 'True SecretSynced: secret synced')
})

test('the Secret of the former name goes once it is called otherwise', async () => {
  await using world = await synced()
  world.want({ ...entry, target: { name: 'other' } })
  await world.reconcile()
  assert.equal(world.secret(), undefined)
  assert.ok(world.secret('other'))
  assert.deepEqual(world.events.slice(1), [
    'Normal Deleted secret deleted because it was orphaned',
    'Normal Created secret created',
  ])
})

test('an Owner that becomes an Orphan gives its reference up', async () => {
  await using world = await synced()
  assert.equal(world.secret()?.metadata.ownerReferences?.length, 1)
  world.want({ ...entry, target: { creationPolicy: 'Orphan' } })
  await world.reconcile()
  assert.equal(world.secret()?.metadata.ownerReferences, undefined)
})

test('the finalizer is there only where deletion has work to do, and then that is done', async () => {
  await using world = await synced()
  assert.equal(world.object().metadata.finalizers, undefined)
  world.want({ ...entry, target: { deletionPolicy: 'Delete' } })
  await world.reconcile()
  assert.deepEqual(world.object().metadata.finalizers, [CLEANUP_FINALIZER])
  world.emulator.remove(EXTERNAL_SECRETS, OBJECT)
  await world.reconcile()
  assert.equal(world.secret(), undefined)
  assert.throws(() => world.object())
})

test('a finalizer that ESO left does not keep a Secret that is retained from being kept', async () => {
  await using world = await reconcileWorld()
  world.provide({ db: 'one' })
  world.want({ ...entry, target: { creationPolicy: 'Orphan' } }, { finalizers: [CLEANUP_FINALIZER] })
  await world.reconcile()
  world.emulator.remove(EXTERNAL_SECRETS, OBJECT)
  await world.reconcile()
  assert.throws(() => world.object())
  assert.ok(world.secret())
})

test('a Secret that changes while it is written is looked at again, and nothing is said', async () => {
  await using world = await synced()
  world.provide({ db: 'two' })
  world.clock.advance(HOUR)
  world.emulator.inject({ status: 409, reason: 'Conflict' }, { verb: 'update', resource: 'secrets' })
  const before = world.ready()
  assert.deepEqual(await world.reconcile(), { next: 'retry' })
  assert.equal(world.ready(), before)
  await world.reconcile()
  assert.deepEqual(world.data(), { password: 'two' })
})

test('an API server that is away is a failure that is tried again', async () => {
  await using world = await reconcileWorld()
  world.provide({ db: 'one' })
  world.want(entry)
  world.emulator.inject({ status: 500, reason: 'InternalError' }, { verb: 'create', resource: 'secrets' })
  assert.equal((await world.reconcile()).next, 'retry')
  assert.equal(world.ready(), 'False SecretSyncedError: could not update secret')
})

test('the data hash is over all that there is, keys of others as well', async () => {
  await using world = await synced()
  const { metadata } = world.secret() ?? assert.fail()
  // sha3-224 of `map[password:[111 110 101]]`
  assert.equal(metadata.annotations?.[DATA_HASH_ANNOTATION], 'd4bcee2dd762925b69bbda5e5b28bf2d055042919024fc33188c0395')
})

const clusterStore = (spec: Readonly<Record<string, unknown>>): KubeObject & { spec: unknown; status: unknown } => ({
  metadata: { name: 'shared' },
  spec: { provider: { fake: { data: [{ key: 'db', value: 'one' }] } }, ...spec },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
})
const fromShared = { ...entry, secretStoreRef: { name: 'shared', kind: 'ClusterSecretStore' } }
const FETCH_FAILED = 'False SecretSyncedError: could not get secret data from provider'

const stores: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
  ['without conditions', {}, 'True SecretSynced: secret synced'],
  ['with the namespace listed', { conditions: [{ namespaces: [NAMESPACE] }] }, 'True SecretSynced: secret synced'],
  ['with another namespace listed', { conditions: [{ namespaces: ['other'] }] }, FETCH_FAILED],
  ['with an empty condition', { conditions: [{}] }, FETCH_FAILED],
  ['with an expression that matches', { conditions: [{ namespaceRegexes: ['^sh'] }] }, 'True SecretSynced: secret synced'],
  ['with an expression that cannot be read', { conditions: [{ namespaceRegexes: ['('] }] }, FETCH_FAILED],
  [
    'with a selector that matches',
    { conditions: [{ namespaceSelector: { matchLabels: { tier: 'web' } } }] },
    'True SecretSynced: secret synced',
  ],
  ['with a selector that does not', { conditions: [{ namespaceSelector: { matchLabels: { tier: 'db' } } }] }, FETCH_FAILED],
  ['of another class', { controller: 'other' }, 'not said'],
  ['that is not ready', { ready: false }, FETCH_FAILED],
]

for (const [name, { ready = true, ...spec }, said] of stores) {
  test(`a ClusterSecretStore ${name}: ${said}`, async () => {
    await using world = await reconcileWorld()
    world.emulator.put(NAMESPACES, {
      metadata: { name: NAMESPACE, labels: { tier: 'web', 'kubernetes.io/metadata.name': NAMESPACE } },
    })
    const store = clusterStore(spec)
    const given: KubeObject = ready
      ? store
      : ({ ...store, status: { conditions: [{ type: 'Ready', status: 'False' }] } } as KubeObject)
    world.emulator.put(CLUSTER_SECRET_STORES, given)
    world.want(fromShared)
    const { next } = await world.reconcile()
    assert.equal(world.ready(), said)
    assert.equal(next, said === 'not said' ? 'none' : said === FETCH_FAILED ? 'retry' : 'after')
  })
}

test('a store that is not there is waited for', async () => {
  await using world = await synced()
  world.emulator.remove(SECRET_STORES, { namespace: NAMESPACE, name: 'demo' })
  world.clock.advance(HOUR)
  assert.equal((await world.reconcile()).next, 'retry')
  assert.equal(world.ready(), FETCH_FAILED)
})

test('a generic target that nobody has allowed is refused for good, and nothing is read', async () => {
  await using world = await synced({ ...entry, target: { manifest: { apiVersion: 'v1', kind: 'ConfigMap' } } })
  assert.equal(world.ready(), 'False SecretSyncedError: invalid generic target')
  assert.deepEqual(await world.reconcile(), { next: 'none' })
  assert.match(
    world.events[0] ?? '',
    /^Warning UpdateFailed generic targets are disabled\. Enable with --unsafe-allow-generic-targets flag$/,
  )
})
