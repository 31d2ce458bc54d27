import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECRET_STORES } from '../../../../plugin/controller/resources.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { controllerMetrics } from '../../../../plugin/observability/controller-metrics.ts'
import { NAMESPACE, type ReconcileWorld, reconcileWorld } from '../../../support/reconcile-world.ts'

const ENTRIES = {
  data: ['password', 'level', 'token'].map((key) => ({ secretKey: key, remoteRef: { key } })),
}

function annotated(rules: string): object {
  return { annotations: { 'argocd-external-secrets.io/when-missing': rules } }
}

const RULES = annotated('{password: {stores: [{name: old}]}, level: {default: info}, token: {optional: true}}')

function putOld({ emulator }: ReconcileWorld, values: Readonly<Record<string, string>>, isReady = true): void {
  const data = Object.entries(values).map(([key, value]) => ({ key, value }))
  const store: KubeObject & { spec: unknown; status: unknown } = {
    metadata: { name: 'old', namespace: NAMESPACE },
    spec: { provider: { fake: { data } } },
    status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
  }
  emulator.put(SECRET_STORES, store)
}

test('what stands in is in the Secret, in the message of the condition, and in the metrics', async () => {
  const metrics = controllerMetrics({ shards: () => [], detectors: () => [], staleness: () => [], partial: () => new Map() })
  await using world = await reconcileWorld({ metrics: metrics.objects.ExternalSecret })
  world.provide({ other: 'one' })
  putOld(world, { password: 'two' })
  world.want(ENTRIES, { ...RULES })
  await world.reconcile()
  assert.deepEqual(world.data(), { password: 'two', level: 'info' })
  assert.equal(
    world.ready(),
    'True SecretSynced: secret synced; partial: password was not found in its own store and is read from SecretStore shop/old; level was not found; its default stands in; token was not found and is left out',
  )
  const text = await metrics.text()
  for (const kind of ['default', 'otherStore', 'leftOut'])
    assert.match(text, new RegExp(`argocd_external_secrets_controller_stand_ins_total\\{kind="${kind}"\\} 1\n`))
})

test('once nothing is missing any more the condition says no more than ever', async () => {
  await using world = await reconcileWorld()
  world.provide({ other: 'one' })
  putOld(world, { password: 'two' })
  world.want(ENTRIES, { ...RULES })
  await world.reconcile()
  world.provide({ password: 'p', level: 'l', token: 't' })
  world.want({ ...ENTRIES, refreshInterval: '2h' }, { ...RULES, generation: 2 })
  await world.reconcile()
  assert.deepEqual(world.data(), { password: 'p', level: 'l', token: 't' })
  assert.equal(world.ready(), 'True SecretSynced: secret synced')
})

test('another store that is not ready fails the pass when it is asked, and not before', async () => {
  await using world = await reconcileWorld()
  putOld(world, {}, false)
  world.provide({ password: 'own', level: 'l', token: 't' })
  world.want(ENTRIES, { ...RULES })
  await world.reconcile()
  assert.equal(world.ready(), 'True SecretSynced: secret synced')
  world.provide({ level: 'l', token: 't' })
  world.want({ ...ENTRIES, refreshInterval: '2h' }, { ...RULES, generation: 2 })
  await world.reconcile()
  assert.match(world.ready(), /^False SecretSyncedError/)
  assert.deepEqual(world.data(), { password: 'own', level: 'l', token: 't' })
})
