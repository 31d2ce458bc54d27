import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CREATED_BY_LABEL, MANAGED_LABEL } from '../../../../plugin/controller/external-secrets/markers.ts'
import type { SecretObject } from '../../../../plugin/controller/external-secrets/secret-object.ts'
import { SECRETS } from '../../../../plugin/kube/core-resources.ts'
import {
  type Before,
  CANNOT,
  EDITED,
  emptyResults,
  IMMUTABLE,
  KEPT,
  NOTHING_LEFT,
  policies,
  SYNCED,
  secretBefore,
  WANTED,
} from '../../../contract/target-policies.ts'
import { OBJECT, type ReconcileWorld, reconcileWorld } from '../../../support/reconcile-world.ts'

const encoded = (data: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]))

/** How the target is before the pass. */
async function arrange(world: ReconcileWorld, state: Before): Promise<void> {
  const before = secretBefore[state]
  if (!before) return
  const { ownerReferences, immutable } = before
  const metadata = { ...OBJECT, ...(ownerReferences && { ownerReferences }) }
  const there: SecretObject = { metadata, data: encoded(state === 'drifted' ? {} : KEPT), ...(immutable && { immutable }) }
  world.emulator.put(SECRETS, there)
  if (state !== 'drifted') return
  await world.reconcile()
  const edited: SecretObject = { ...(world.secret() ?? assert.fail()), data: encoded(EDITED) }
  world.emulator.put(SECRETS, edited, 'kubectl-edit')
}

for (const [creationPolicy, states] of Object.entries(policies)) {
  for (const [state, then] of Object.entries(states)) {
    for (const deletionPolicy of ['Retain', 'Delete', 'Merge']) {
      test(`${creationPolicy} and ${deletionPolicy}, the Secret is ${state}: ${then.ready}`, async () => {
        await using world = await reconcileWorld()
        world.provide({ db: 'one' })
        world.want({ ...WANTED, target: { creationPolicy, deletionPolicy } })
        await arrange(world, state as Before)
        const { next } = await world.reconcile()
        assert.equal(world.ready(), then.ready)
        assert.deepEqual(world.data(), then.data)
        assert.equal(next, then.next)
        const { metadata } = world.secret() ?? {}
        // Whatever the policy: a Secret that was looked at is watched from now on.
        if (metadata) assert.equal(metadata.labels?.[MANAGED_LABEL], 'true')
        // Of an immutable Secret metadata is written before its data is refused (external-secrets.md 4.10).
        const isOwner = creationPolicy === 'Owner' && [SYNCED, IMMUTABLE.ready].includes(then.ready)
        assert.equal(metadata?.ownerReferences?.some(({ name }) => name === OBJECT.name) ?? false, isOwner)
        assert.equal(metadata?.labels?.[CREATED_BY_LABEL] !== undefined, isOwner)
        const isBound = creationPolicy !== 'None' && then.ready === SYNCED
        assert.deepEqual(world.object().status?.binding, isBound ? { name: OBJECT.name } : undefined)
      })
    }
  }
}

for (const [creationPolicy, deletionPolicy, before, ready, data] of emptyResults) {
  test(`${creationPolicy} and ${deletionPolicy}, nothing comes back, the Secret is ${before}: ${ready}`, async () => {
    await using world = await reconcileWorld()
    world.provide({ all: before === 'made' ? '{"a": "1"}' : '{}' })
    world.want({ ...NOTHING_LEFT, target: { creationPolicy, deletionPolicy } })
    if (before === 'made') {
      await world.reconcile()
      world.provide({ all: '{}' })
      world.want({ ...NOTHING_LEFT, target: { creationPolicy, deletionPolicy } }, { annotations: { now: '1' } })
    }
    const { next } = await world.reconcile()
    assert.equal(world.ready(), ready)
    assert.deepEqual(world.data(), data)
    assert.equal(next, ready === CANNOT ? 'none' : 'after')
  })
}
