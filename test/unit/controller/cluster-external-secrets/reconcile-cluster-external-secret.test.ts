import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CLEANUP_FINALIZER,
  type ClusterExternalSecretObject,
  namespaceFinalizer,
} from '../../../../plugin/controller/cluster-external-secrets/cluster-external-secret-object.ts'
import { reconcileClusterExternalSecret } from '../../../../plugin/controller/cluster-external-secrets/reconcile-cluster-external-secret.ts'
import type { ExternalSecretObject } from '../../../../plugin/controller/external-secrets/external-secret-object.ts'
import type { Outcome as NextPass } from '../../../../plugin/controller/queue/pass.ts'
import { CLUSTER_EXTERNAL_SECRETS, EXTERNAL_SECRETS } from '../../../../plugin/controller/resources.ts'
import { NAMESPACES } from '../../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

const HOUR = 3_600_000
const externalSecretSpec = { secretStoreRef: { name: 'demo' }, data: [{ secretKey: 'k', remoteRef: { key: 'db' } }] }
const byTier = { externalSecretSpec, namespaceSelectors: [{ matchLabels: { tier: 'web' } }] }

async function setUp() {
  const clock = new FakeClock()
  const emulator = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, CLUSTER_EXTERNAL_SECRETS], now: clock.now })
  for (const [name, tier] of [
    ['a', 'web'],
    ['b', 'web'],
    ['c', 'db'],
  ] as const)
    label(name, tier)
  const client = emulator.localClient({ clock })

  function label(name: string, tier: string, more: Partial<KubeObject['metadata']> = {}): void {
    emulator.put(NAMESPACES, { metadata: { name, labels: { tier, 'kubernetes.io/metadata.name': name }, ...more } })
  }

  function want(spec: Readonly<Record<string, unknown>>, metadata: Partial<KubeObject['metadata']> = {}): void {
    const before = emulator.get(CLUSTER_EXTERNAL_SECRETS, { name: 'all' })
    const given: ClusterExternalSecretObject = { metadata: { ...before?.metadata, name: 'all', ...metadata }, spec }
    emulator.put(CLUSTER_EXTERNAL_SECRETS, given)
  }

  const object = (): ClusterExternalSecretObject => emulator.get(CLUSTER_EXTERNAL_SECRETS, { name: 'all' }) ?? assert.fail()
  const all = (): readonly ExternalSecretObject[] => emulator.list(EXTERNAL_SECRETS)
  const reconcile = (): Promise<NextPass> =>
    reconcileClusterExternalSecret(
      object(),
      {
        client,
        clock,
        logger: silentLogger,
        metrics: { reconciled() {}, failed() {}, conditions() {}, deleted() {} },
        namespaces: () => emulator.list(NAMESPACES),
        childrenOf: (uid) => all().filter(({ metadata }) => metadata.ownerReferences?.some((reference) => reference.uid === uid)),
        find: (key) => emulator.get(EXTERNAL_SECRETS, key),
        wrote: () => undefined,
      },
      new AbortController().signal,
    )
  const made = (): readonly string[] =>
    all()
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
      .toSorted((one, other) => (one < other ? -1 : 1))
  return { emulator, label, want, object, reconcile, made, [Symbol.asyncDispose]: () => emulator.close() }
}

test('each namespace that is selected has its ExternalSecret, which belongs to the object', async () => {
  await using world = await setUp()
  world.want({ ...byTier, externalSecretMetadata: { labels: { team: 'x' } } })
  assert.deepEqual(await world.reconcile(), { next: 'after', ms: HOUR })
  assert.deepEqual(world.made(), ['a/all', 'b/all'])
  const child: ExternalSecretObject = world.emulator.get(EXTERNAL_SECRETS, { namespace: 'a', name: 'all' }) ?? assert.fail()
  assert.deepEqual(child.spec, externalSecretSpec)
  assert.deepEqual(child.metadata.labels, { team: 'x' })
  assert.equal(child.metadata.ownerReferences?.[0]?.uid, world.object().metadata.uid)
  assert.deepEqual(world.object().status, {
    externalSecretName: 'all',
    provisionedNamespaces: ['a', 'b'],
    conditions: [{ type: 'Ready', status: 'True' }],
  })
})

test('a second pass writes nothing', async () => {
  await using world = await setUp()
  world.want(byTier)
  await world.reconcile()
  world.emulator.forgetAudit()
  await world.reconcile()
  assert.deepEqual(world.emulator.audit(), [])
})

test('namespaces by name count as well, and without any selector there are none', async () => {
  await using world = await setUp()
  world.want({ externalSecretSpec, namespaces: ['c'] })
  await world.reconcile()
  assert.deepEqual(world.made(), ['c/all'])
  world.want({ externalSecretSpec })
  await world.reconcile()
  assert.deepEqual(world.made(), [])
})

test('a namespace that is not selected any more, and a former name, lose theirs', async () => {
  await using world = await setUp()
  world.want(byTier)
  await world.reconcile()
  world.label('b', 'db')
  world.want({ ...byTier, externalSecretName: 'other' })
  await world.reconcile()
  assert.deepEqual(world.made(), ['a/other'])
})

test('what is edited is put right, and a forced sync is handed on', async () => {
  await using world = await setUp()
  world.want(byTier)
  await world.reconcile()
  const child = world.emulator.get(EXTERNAL_SECRETS, { namespace: 'a', name: 'all' }) ?? assert.fail()
  world.emulator.put(EXTERNAL_SECRETS, { ...child, metadata: { ...child.metadata, labels: { edited: 'x' } } })
  world.want(byTier, { annotations: { 'external-secrets.io/force-sync': '1' } })
  await world.reconcile()
  const now = world.emulator.get(EXTERNAL_SECRETS, { namespace: 'a', name: 'all' })
  assert.deepEqual(now?.metadata.labels ?? {}, {})
  assert.deepEqual(now?.metadata.annotations, { 'external-secrets.io/force-sync': '1' })
})

test('an ExternalSecret of somebody else is left alone and named as a failure', async () => {
  await using world = await setUp()
  const theirs: ExternalSecretObject = { metadata: { namespace: 'a', name: 'all' }, spec: { data: [] } }
  world.emulator.put(EXTERNAL_SECRETS, theirs)
  world.want(byTier)
  assert.equal((await world.reconcile()).next, 'after')
  const { failedNamespaces, provisionedNamespaces, conditions } = world.object().status ?? {}
  assert.deepEqual(failedNamespaces, [{ namespace: 'a', reason: 'external secret already exists in namespace' }])
  assert.deepEqual(provisionedNamespaces, ['b'])
  assert.deepEqual(conditions, [{ type: 'Ready', status: 'False', message: 'one or more namespaces failed' }])
})

test('a selector that cannot be read is said to be that, and what was made stays', async () => {
  await using world = await setUp()
  world.want(byTier)
  await world.reconcile()
  const made = world.made()
  world.want({ ...byTier, namespaceSelectors: [{ matchExpressions: [{ key: 'tier', operator: 'Like', values: ['web'] }] }] })
  assert.deepEqual(await world.reconcile(), { next: 'none' })
  const { failedNamespaces, provisionedNamespaces, conditions } = world.object().status ?? {}
  assert.equal(failedNamespaces?.[0]?.namespace, 'unknown')
  assert.match(failedNamespaces[0].reason ?? '', /namespaceSelectors\[0\].matchExpressions\[0\].operator/)
  assert.equal(conditions?.[0]?.status, 'False')
  assert.deepEqual(provisionedNamespaces, ['a', 'b'])
  assert.deepEqual(world.made(), made)
})

test('a namespace where it cannot be made is tried again, the others have theirs', async () => {
  await using world = await setUp()
  world.want(byTier)
  world.emulator.inject({ status: 500, reason: 'InternalError' }, { verb: 'create', resource: 'externalsecrets', namespace: 'a' })
  assert.deepEqual(await world.reconcile(), { next: 'retry' })
  assert.deepEqual(world.made(), ['b/all'])
  assert.deepEqual(world.object().status?.provisionedNamespaces, ['b'])
})

test('the finalizers of ESO go when the object does', async () => {
  await using world = await setUp()
  world.label('a', 'web', { finalizers: [namespaceFinalizer('all'), 'kubernetes'] })
  world.want(byTier, { finalizers: [CLEANUP_FINALIZER] })
  world.emulator.remove(CLUSTER_EXTERNAL_SECRETS, { name: 'all' })
  assert.deepEqual(await world.reconcile(), { next: 'none' })
  assert.equal(world.emulator.get(CLUSTER_EXTERNAL_SECRETS, { name: 'all' }), undefined)
  assert.deepEqual(world.emulator.get(NAMESPACES, { name: 'a' })?.metadata.finalizers, ['kubernetes'])
})

test('a namespace that goes away is not kept by the finalizer of ESO, one that stays keeps it', async () => {
  await using world = await setUp()
  for (const name of ['a', 'b']) world.label(name, 'web', { finalizers: [namespaceFinalizer('all'), 'example.com/theirs'] })
  world.want(byTier)
  world.emulator.remove(NAMESPACES, { name: 'a' })
  assert.equal((await world.reconcile()).next, 'after')
  const finalizersOf = (name: string): unknown => world.emulator.get(NAMESPACES, { name })?.metadata.finalizers
  assert.deepEqual(finalizersOf('a'), ['example.com/theirs'])
  assert.deepEqual(finalizersOf('b'), [namespaceFinalizer('all'), 'example.com/theirs'])
  assert.deepEqual(world.made(), ['b/all'])
})
