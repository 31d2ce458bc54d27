import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ExternalSecretObject } from '../../../../plugin/controller/external-secrets/external-secret-object.ts'
import { RefreshMemory } from '../../../../plugin/controller/external-secrets/refresh-memory.ts'
import { stalenessMs } from '../../../../plugin/controller/external-secrets/staleness.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2030-01-02T12:00:00Z')

function object(
  refreshedHoursAgo: number | undefined,
  ready: string,
  spec: object = { refreshInterval: '1h' },
): ExternalSecretObject {
  const refreshTime = refreshedHoursAgo === undefined ? null : new Date(NOW - refreshedHoursAgo * HOUR).toISOString()
  return {
    metadata: { name: 'database', namespace: 'shop', uid: 'u' },
    spec,
    status: { refreshTime, conditions: [{ type: 'Ready', status: ready as 'True' | 'False' }] },
  }
}

/** In hours. */
function staleness(
  one: ExternalSecretObject,
  { checkedHoursAgo, startedHoursAgo }: { checkedHoursAgo?: number; startedHoursAgo: number },
) {
  const memory = new RefreshMemory()
  if (checkedHoursAgo !== undefined) memory.set('u', { checkedAt: NOW - checkedHoursAgo * HOUR })
  const ms = stalenessMs(one, { memory, startedAt: NOW - startedHoursAgo * HOUR }, NOW)
  return ms === undefined ? undefined : ms / HOUR
}

describe('an ExternalSecret', () => {
  test('is as stale as its last check is old, whatever its status says, which is written once a day', () => {
    assert.equal(staleness(object(20, 'True'), { checkedHoursAgo: 0.5, startedHoursAgo: 30 }), 0.5)
  })

  test('after a restart is trusted when it was well, and not when it had failed', () => {
    assert.equal(staleness(object(20, 'True'), { startedHoursAgo: 0.1 }), 0.1)
    assert.equal(staleness(object(20, 'False'), { startedHoursAgo: 0.1 }), 20)
  })

  test('that fails grows stale from its last success on', () => {
    assert.equal(staleness(object(20, 'False'), { checkedHoursAgo: 3, startedHoursAgo: 30 }), 3)
  })

  test('that was never in sync, or that time never refreshes, has no staleness', () => {
    assert.equal(staleness(object(undefined, 'False'), { startedHoursAgo: 1 }), undefined)
    for (const spec of [{ refreshInterval: '0' }, { refreshPolicy: 'OnChange' }, { refreshPolicy: 'CreatedOnce' }])
      assert.equal(staleness(object(5, 'True', spec), { startedHoursAgo: 9 }), undefined, JSON.stringify(spec))
  })

  test('without an interval has the one of an hour', () => {
    assert.equal(staleness(object(2, 'True', {}), { checkedHoursAgo: 2, startedHoursAgo: 9 }), 2)
  })
})
