import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { applicationStaleness } from '../../../../plugin/controller/applications/application-staleness.ts'
import { applicationsView } from '../../../../plugin/controller/applications/applications-view.ts'
import { noPauses } from '../../../../plugin/controller/applications/pause-switch.ts'
import { RefreshBacklog } from '../../../../plugin/controller/applications/refresh-backlog.ts'
import { DEFAULT_INDEX, RenderIndex } from '../../../../plugin/controller/applications/render-index.ts'
import { NO_STAND_INS } from '../../../../plugin/controller/applications/stand-in-counts.ts'
import type { UsedKey } from '../../../../plugin/controller/applications/used-key.ts'
import type { StoreDetection } from '../../../../plugin/controller/detection/detection-schedule.ts'

const NOW = 1_000_000
const shop = { namespace: 'argocd', name: 'shop', project: 'team-a' }
const pay = { namespace: 'argocd', name: 'pay', project: 'team-b' }

function used(store: string, key: string): UsedKey {
  const read = { requestedVersion: '', part: 'value', version: '3' } as const
  return { store, provider: 'vault', key, keyPrefix: '', ...read, intervalMs: 60_000, isHook: false }
}

function facts() {
  const index = new RenderIndex(DEFAULT_INDEX)
  for (const [application, keys] of [
    [shop, [used('ClusterSecretStore vault', 'a'), used('SecretStore shop/aws', 'b')]],
    [pay, [used('ClusterSecretStore vault', 'a')]],
  ] as const)
    index.put(
      {
        application,
        source: { repoUrl: 'r', path: 'p' },
        revision: 'f00',
        renderedAtMs: NOW - 5_000,
        keys,
        standIns: { ...NO_STAND_INS, leftOut: application === pay ? 2 : 0 },
      },
      new Set(['f00']),
    )
  const backlog = new RefreshBacklog()
  const wish = { version: '4', cause: 'changed', noticedAtMs: NOW - 1_000, isHook: false } as const
  backlog.add({ application: shop, store: 'ClusterSecretStore vault', key: 'a', ...wish }, 0)
  return {
    index,
    waiting: backlog.all(),
    detections: [
      {
        identity: 'i',
        name: 'ClusterSecretStore vault',
        provider: 'vault',
        keys: 1,
        unknownKeys: 0,
        pending: 1,
        calls: 7,
        callsPerSecond: 20,
        failures: 0,
        telling: { by: 'asking' } as const,
        lastRoundAtMs: NOW - 2_000,
        nextRoundAtMs: NOW + 8_000,
      },
    ],
    nextLook: (id: string) => (id === 'argocd/shop' ? { atMs: NOW + 9_000, isTold: false } : { atMs: undefined, isTold: true }),
    staleStores: new Map([['argocd/pay', ['ClusterSecretStore vault']]]),
    stopped: [] as readonly string[],
  }
}

describe('the pages of the controller beside Argo CD', () => {
  test('have a row an Application with what its render read, when it reported and when it is looked at next', () => {
    const view = applicationsView(facts(), noPauses, NOW)
    const row = view.secrets.find(({ name }) => name === 'shop')
    assert.deepEqual(row?.sources, [
      { store: 'ClusterSecretStore vault', key: 'a', version: '3' },
      { store: 'SecretStore shop/aws', key: 'b', version: '3' },
    ])
    assert.deepEqual([row.state, row.refreshedAt, row.nextCheckAt], ['synced', NOW - 5_000, NOW + 9_000])
  })

  test('say of one whose stores all tell of changes that it is told as they happen', () => {
    const told = (given: ReturnType<typeof facts>) =>
      applicationsView(given, noPauses, NOW).secrets.map(({ name, isTold }) => [name, isTold])
    assert.deepEqual(told(facts()), [
      ['shop', false],
      ['pay', true],
    ])
    const isTold = { atMs: undefined, isTold: true }
    assert.deepEqual(told({ ...facts(), nextLook: () => isTold })[0], ['shop', false], 'nobody watches its other store')
  })

  test('say where last good values stand in, and which Applications wait and why', () => {
    const view = applicationsView(facts(), noPauses, NOW)
    assert.match(view.secrets.find(({ state }) => state === 'stale')?.reason ?? '', /ClusterSecretStore vault/)
    assert.deepEqual(view.applications, [
      {
        project: 'team-a',
        name: 'argocd/shop',
        state: 'waiting',
        since: NOW - 1_000,
        keys: ['ClusterSecretStore vault a'],
        reason: 'noticed by: changed',
      },
    ])
  })

  test('say of one that waits for what: a sync window, a sync that Argo CD does not begin, another attempt', () => {
    for (const [changes, state, reason] of [
      [{ isHeld: true }, 'waiting', 'its sync windows are closed'],
      [{ isBroken: true }, 'waiting', 'it is broken, and rendered again once it can be compared'],
      [{ isRendered: true, failures: 1 }, 'waiting', 'it is rendered, and Argo CD has begun no sync'],
      [{ failures: 2 }, 'failed', '2 attempts failed'],
    ] as const) {
      const waiting = Array.from(facts().waiting, (one) => ({ ...one, ...changes }))
      const [row] = applicationsView({ ...facts(), waiting }, noPauses, NOW).applications
      assert.deepEqual([row?.state, row?.reason], [state, reason])
    }
  })

  test('mark an Application in which something stands in for a missing value', () => {
    const { secrets } = applicationsView({ ...facts(), staleStores: new Map() }, noPauses, NOW)
    assert.deepEqual(
      secrets.map(({ name, state, isPartial, reason }) => [name, state, isPartial, reason]),
      [
        ['shop', 'synced', false, 'rendered'],
        ['pay', 'synced', true, 'rendered; partial: 2 left out'],
      ],
    )
  })

  test('count the users of a store, and tell one that is watched from one that is not and one that fails', () => {
    const health = (given: ReturnType<typeof facts>) =>
      applicationsView(given, noPauses, NOW).stores.map((store) => [store.name, store.users, store.health])
    assert.deepEqual(health(facts()), [
      ['ClusterSecretStore vault', 2, 'ready'],
      ['SecretStore shop/aws', 1, 'unknown'],
    ])
    assert.equal(health({ ...facts(), stopped: ['ClusterSecretStore vault'] })[0]?.[2], 'not ready')
    const failing = facts().detections.map((detection) => ({ ...detection, failures: 2 }))
    assert.equal(health({ ...facts(), detections: failing })[0]?.[2], 'not ready')
  })

  test('tell how the changes of a store come to be known', () => {
    const reason = (telling: StoreDetection['telling']): string | undefined => {
      const [detection] = facts().detections
      assert.ok(detection)
      return applicationsView({ ...facts(), detections: [{ ...detection, telling }] }, noPauses, NOW).stores[0]?.reason
    }
    assert.equal(reason({ by: 'asking' }), '1 key watched, 7 calls so far')
    assert.equal(reason({ by: 'subscription' }), '1 key watched, 7 calls so far; changes are told as they happen')
    const refused = '1 key watched, 7 calls so far; asked at intervals: may not watch'
    assert.equal(reason({ by: 'asking', reason: 'may not watch' }), refused)
  })

  test('name what is paused', () => {
    const pauses = { all: true, projects: new Set(['team-a']), stores: new Set(['SecretStore shop/aws']) }
    assert.deepEqual(applicationsView(facts(), pauses, NOW).pauses, ['all', 'project team-a', 'store SecretStore shop/aws'])
  })
})

describe('how stale an Application is', () => {
  const seconds = (given: Parameters<typeof applicationStaleness>[0]): Readonly<Record<string, number>> =>
    Object.fromEntries(applicationStaleness(given, NOW).map((row) => [`${row.namespace}/${row.name}`, row.seconds]))
  const well = () => ({ ...facts(), staleStores: new Map<string, readonly string[]>(), waiting: [] })

  test('follows from its last render, and from the last look at the stores that are watched', () => {
    // The one reads from a store that nobody watches, the other was looked at since it was rendered.
    assert.deepEqual(seconds(well()), { 'argocd/shop': 5, 'argocd/pay': 2 })
  })

  test('is not less than how long it waits for the value that was noticed', () => {
    const { detections, ...given } = { ...well(), waiting: facts().waiting }
    const looked = detections.map((detection) => ({ ...detection, lastRoundAtMs: NOW }))
    const alone = { ...given, detections: [...looked, ...looked.map((one) => ({ ...one, name: 'SecretStore shop/aws' }))] }
    assert.deepEqual(seconds(alone), { 'argocd/shop': 1, 'argocd/pay': 0 })
  })

  test('is not told by a store that does not answer, or of which some keys can only be read', () => {
    for (const change of [{ failures: 1 }, { unknownKeys: 1 }]) {
      const detections = well().detections.map((detection) => ({ ...detection, ...change }))
      assert.deepEqual(seconds({ ...well(), detections }), { 'argocd/shop': 5, 'argocd/pay': 5 })
    }
  })

  test('is not known where last good values stand in', () => {
    assert.deepEqual(Object.keys(seconds(facts())), ['argocd/shop'])
  })
})
