import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refreshedEvent } from '../../../../plugin/controller/applications/application-event.ts'
import type { Refreshed, RefreshOutcome } from '../../../../plugin/controller/applications/refresh-wish.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'
import { MemoryArgo } from './memory-argo.ts'
import { STORE, wish } from './refresher-scene.ts'

const SHOP = { namespace: 'argocd', name: 'shop', project: 'team' }

function event(outcome: RefreshOutcome, problem?: string) {
  const refreshed: Refreshed = {
    application: SHOP,
    uid: 'u1',
    wishes: [wish(new MemoryArgo(new VirtualClock()), 'shop')],
    outcome,
    start: undefined,
    problem,
  }
  return refreshedEvent(refreshed)
}

test('an error is told with its reason and its remedy, whether it was rendered or not', () => {
  assert.deepEqual(event('not-synced-in-time', 'no right: grant it'), {
    type: 'Warning',
    reason: 'RefreshFailed',
    message: `rendered again for 1 key of ${STORE}: not-synced-in-time: no right: grant it`,
  })
  assert.equal(event('refused', 'no right: grant it').message, `not rendered again for 1 key of ${STORE}: no right: grant it`)
  assert.equal(event('sync-failed').message, `rendered again for 1 key of ${STORE}: sync-failed`)
})
