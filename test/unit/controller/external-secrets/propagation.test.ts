import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DetectedChanges } from '../../../../plugin/controller/external-secrets/detected-changes.ts'
import type { ObjectMetrics } from '../../../../plugin/controller/external-secrets/tell-outcome.ts'
import { NAMESPACE, OBJECT, type ReconcileWorld, reconcileWorld } from '../../../support/reconcile-world.ts'

test('the pass that writes a change tells how long it was on its way since its provider had it, one that finds nothing new does not', async () => {
  const ways: string[] = []
  const schedule = {
    watch: () => undefined,
    unwatch: () => undefined,
    check: () => undefined,
    isAway: () => false,
    nextLook: () => undefined,
    run: async () => undefined,
    stores: () => [],
  }
  const store = { identity: 'i', name: `SecretStore ${NAMESPACE}/demo`, provider: 'fake', open: async () => undefined }
  const clock = { now: (): number => world.clock.now() }
  const notices = new DetectedChanges({ schedule, clock, watchedStore: async () => store })
  const metrics: ObjectMetrics = {
    reconciled() {},
    failed() {},
    conditions() {},
    deleted() {},
    propagated: (from, seconds) => void ways.push(`${from} ${seconds}`),
  }
  await using world: ReconcileWorld = await reconcileWorld({ notices, metrics })
  world.provide({ db: 'one' })
  world.want({ data: [{ secretKey: 'password', remoteRef: { key: 'db' } }] })
  await world.reconcile()
  const watchers = [`${NAMESPACE}/${OBJECT.name}`]
  const told = async (changedAtMs?: number): Promise<void> => {
    notices.told({ store, query: { key: 'db' }, reason: 'changed', version: '2', changedAtMs, watchers })
    world.clock.advance(2_000)
    await world.reconcile()
  }
  world.provide({ db: 'two' })
  const happenedAt = world.clock.now()
  world.clock.advance(40_000)
  await told(happenedAt)
  assert.deepEqual([world.data(), ways], [{ password: 'two' }, ['provider 42']])
  await told(world.clock.now())
  assert.deepEqual(ways, ['provider 42'], 'what it has already')
  world.provide({ db: 'three' })
  await told()
  assert.deepEqual(ways, ['provider 42', 'notice 2'])
})
