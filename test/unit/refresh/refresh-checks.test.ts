import assert from 'node:assert/strict'
import { test } from 'node:test'
import { turnAfter } from '../../../plugin/refresh/phase.ts'
import { type RefreshInput, type RefreshReason, refreshVerdict } from '../../../plugin/refresh/refresh-checks.ts'

const HOUR = 3_600_000
const now = Date.parse('2026-01-05T12:00:00Z')

const synced: RefreshInput = {
  uid: 'f9d5e8a2-0000-4000-8000-000000000001',
  policy: 'Periodic',
  intervalMs: HOUR,
  syncWindows: undefined,
  lastRefreshAt: now,
  syncedVersion: '1-a',
  currentVersion: '1-a',
  targetIsIntact: true,
  providerChanged: false,
  now,
}

const longAgo = now - 2 * HOUR
const closed: RefreshInput['syncWindows'] = { kind: 'deny', windows: [{ schedule: '0 12 * * *', duration: '1h' }] }

/** external-secrets.md 4.3, 4.4 and 9 (1, 2). */
const cases: readonly (readonly [string, Partial<RefreshInput>, boolean, RefreshReason])[] = [
  ['just synced', {}, false, 'UpToDate'],
  ['never synced', { syncedVersion: undefined, lastRefreshAt: undefined }, true, 'NeverSynced'],
  ['synced without a time', { lastRefreshAt: undefined }, true, 'NeverSynced'],
  ['an interval ago', { lastRefreshAt: now - HOUR }, true, 'IntervalElapsed'],
  ['with another spec', { currentVersion: '2-a' }, true, 'SpecChanged'],
  ['with a time in the future', { lastRefreshAt: now + 1 }, true, 'ClockWentBack'],
  ['with a target that is not as it was written', { targetIsIntact: false }, true, 'TargetDrifted'],
  ['with another version at the provider', { providerChanged: true }, true, 'ProviderChanged'],
  ['interval 0, long ago', { intervalMs: 0, lastRefreshAt: longAgo }, false, 'RefreshDisabled'],
  ['interval 0, with another spec', { intervalMs: 0, currentVersion: '2-a' }, false, 'RefreshDisabled'],
  ['interval 0, with another version at the provider', { intervalMs: 0, providerChanged: true }, false, 'RefreshDisabled'],
  ['interval 0, never synced', { intervalMs: 0, syncedVersion: undefined }, true, 'NeverSynced'],
  ['interval 0, with a drifted target', { intervalMs: 0, targetIsIntact: false }, true, 'TargetDrifted'],
  ['CreatedOnce, long ago', { policy: 'CreatedOnce', lastRefreshAt: longAgo }, false, 'CreatedOnce'],
  ['CreatedOnce, with another spec', { policy: 'CreatedOnce', currentVersion: '2-a' }, false, 'CreatedOnce'],
  ['CreatedOnce, never synced', { policy: 'CreatedOnce', syncedVersion: undefined }, true, 'NeverSynced'],
  ['CreatedOnce, with a drifted target', { policy: 'CreatedOnce', targetIsIntact: false }, true, 'TargetDrifted'],
  ['OnChange, long ago', { policy: 'OnChange', lastRefreshAt: longAgo }, false, 'OnChange'],
  ['OnChange, with another spec', { policy: 'OnChange', currentVersion: '2-a' }, true, 'SpecChanged'],
  ['OnChange, with another version at the provider', { policy: 'OnChange', providerChanged: true }, false, 'OnChange'],
  ['in a closed window, long ago', { syncWindows: closed, lastRefreshAt: longAgo }, false, 'OutsideSyncWindow'],
  ['in a closed window, changed at the provider', { syncWindows: closed, providerChanged: true }, false, 'OutsideSyncWindow'],
  ['in a closed window, with another spec', { syncWindows: closed, currentVersion: '2-a' }, true, 'SpecChanged'],
  ['in a closed window, never synced', { syncWindows: closed, lastRefreshAt: undefined }, true, 'NeverSynced'],
  ['in a closed window, with a drifted target', { syncWindows: closed, targetIsIntact: false }, true, 'TargetDrifted'],
]

for (const [name, change, isDue, reason] of cases) {
  test(`${name}: ${isDue ? 'due' : 'not due'} (${reason})`, () => {
    assert.deepEqual(refreshVerdict({ ...synced, ...change }), { due: isDue, reason })
  })
}

test('an object is due from its own turn on, and not a moment before', () => {
  const turn = turnAfter(now, synced.uid, HOUR)
  assert.equal(refreshVerdict({ ...synced, now: turn - 1 }).due, false)
  assert.equal(refreshVerdict({ ...synced, now: turn }).due, true)
})
