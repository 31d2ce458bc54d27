import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { WHEN_MISSING } from '../../../../plugin/api/annotations.ts'
import type { StoreDetection } from '../../../../plugin/controller/detection/detection-schedule.ts'
import { noChangeNotices } from '../../../../plugin/controller/external-secrets/change-notices.ts'
import type { ExternalSecretObject } from '../../../../plugin/controller/external-secrets/external-secret-object.ts'
import {
  type ExternalSecretsFacts,
  externalSecretsView,
} from '../../../../plugin/controller/external-secrets/external-secrets-view.ts'
import { RefreshMemory } from '../../../../plugin/controller/external-secrets/refresh-memory.ts'
import type { StoreKubeObject } from '../../../../plugin/controller/stores/store-kube-object.ts'

const NOW = Date.UTC(2026, 0, 2)
const HOUR_AGO = '2026-01-01T23:00:00Z'

function externalSecret(name: string, status?: ExternalSecretObject['status']): ExternalSecretObject {
  return {
    metadata: { name, namespace: 'shop', uid: name },
    spec: {
      refreshInterval: '2h',
      secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
      target: { name: `${name}-secret` },
      data: [
        { secretKey: 'a', remoteRef: { key: 'team/a', property: 'x' } },
        { secretKey: 'b', remoteRef: { key: 'team/a', property: 'y' } },
      ],
      dataFrom: [{ extract: { key: 'team/all' }, sourceRef: { storeRef: { name: 'aws' } } }],
    },
    ...(status && { status }),
  }
}

function ready(status: 'True' | 'False', message: string, refreshTime?: string): ExternalSecretObject['status'] {
  const condition = { type: 'Ready', status, reason: 'R', message, lastTransitionTime: HOUR_AGO }
  return { conditions: [condition], ...(refreshTime !== undefined && { refreshTime }) }
}

const stores: readonly StoreKubeObject[] = [
  {
    metadata: { name: 'vault' },
    spec: { provider: { vault: {} } },
    status: { conditions: [{ type: 'Ready', status: 'True', message: 'store validated' }] },
  },
  { metadata: { name: 'aws', namespace: 'shop' }, spec: { provider: { aws: {} } } },
]

function view(...externalSecrets: readonly ExternalSecretObject[]) {
  return viewWith(new RefreshMemory(), ...externalSecrets)
}

function viewWith(memory: RefreshMemory, ...externalSecrets: readonly ExternalSecretObject[]) {
  return viewOf(externalSecrets, { refreshOf: () => ({ memory, notices: noChangeNotices, startedAt: NOW - 60_000 }) })
}

function viewOf(externalSecrets: readonly ExternalSecretObject[], facts: Partial<ExternalSecretsFacts>) {
  return externalSecretsView({
    externalSecrets,
    stores,
    refreshOf: () => ({ memory: new RefreshMemory(), notices: noChangeNotices, startedAt: NOW - 60_000 }),
    heldBy: () => ['team/a', '7'],
    nextPassAt: () => undefined,
    validationOf: () => undefined,
    detections: [],
    now: NOW,
    ...facts,
  })
}

function detection(more: Partial<StoreDetection> = {}): StoreDetection {
  return {
    identity: 'i',
    name: 'ClusterSecretStore vault',
    provider: 'vault',
    keys: 3,
    unknownKeys: 0,
    pending: 0,
    calls: 1,
    callsPerSecond: 20,
    failures: 0,
    telling: { by: 'asking' },
    lastRoundAtMs: NOW - 2_000,
    nextRoundAtMs: NOW + 8_000,
    ...more,
  }
}

describe('the pages of the controller of ExternalSecrets', () => {
  test('mark an object in which something stands in for a missing value', () => {
    const { secrets } = view(
      externalSecret('whole', ready('True', 'secret synced')),
      externalSecret('partial', ready('True', 'secret synced; partial: level was not found; its default stands in')),
    )
    assert.deepEqual(
      secrets.map(({ name, isPartial }) => [name, isPartial]),
      [
        ['whole', false],
        ['partial', true],
      ],
    )
  })

  test('have each remote key of an object once, with its store and the version that it holds', () => {
    assert.deepEqual(view(externalSecret('one')).secrets[0]?.sources, [
      { store: 'ClusterSecretStore vault', key: 'team/a', version: '7' },
      { store: 'SecretStore shop/aws', key: 'team/all', version: '' },
    ])
  })

  test('have a store that is only searched, or only asked where another misses something, with who uses it', () => {
    const whenMissing = JSON.stringify({ a: { stores: [{ name: 'old' }] }, '*': { stores: [{ name: 'aws' }] } })
    const object: ExternalSecretObject = {
      metadata: { ...externalSecret('one').metadata, annotations: { [WHEN_MISSING]: whenMissing } },
      spec: {
        secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
        data: [
          { secretKey: 'a', remoteRef: { key: 'team/a' } },
          { secretKey: 'b', remoteRef: { key: 'team/b' } },
        ],
        dataFrom: [
          { find: { path: 'team', name: { regexp: '^db-' }, tags: { env: 'prod' } }, sourceRef: { storeRef: { name: 'found' } } },
        ],
      },
    }
    const searched = { metadata: { name: 'found', namespace: 'shop' }, spec: { provider: { aws: {} } } }
    const { secrets, stores: rows } = viewOf([object], { stores: [...stores, searched] })
    assert.deepEqual(
      secrets[0]?.sources.map(({ store, key }) => `${store}: ${key}`),
      [
        'ClusterSecretStore vault: team/a',
        'SecretStore shop/old: team/a',
        'ClusterSecretStore vault: team/b',
        'SecretStore shop/aws: team/b',
        'SecretStore shop/found: search: path team, name ^db-, tag env=prod',
      ],
    )
    assert.deepEqual(
      rows.map(({ name, users }) => [name, users]),
      [
        ['ClusterSecretStore vault', 1],
        ['SecretStore shop/aws', 1],
        ['SecretStore shop/found', 1],
      ],
    )
  })

  for (const [what, status, state, reason] of [
    ['was never worked on', undefined, 'pending', 'nothing has been said of it yet'],
    ['is well', ready('True', 'secret synced', HOUR_AGO), 'synced', 'secret synced'],
    [
      'failed and never was well',
      ready('False', 'could not get secret data from provider'),
      'failed',
      'could not get secret data from provider',
    ],
    ['failed after it was well', ready('False', 'could not update secret', HOUR_AGO), 'stale', 'could not update secret'],
  ] as const) {
    test(`call one that ${what} ${state}`, () => {
      const row = view(externalSecret('one', status)).secrets[0]
      assert.deepEqual([row?.state, row?.reason], [state, reason])
    })
  }

  test('say why the last pass failed, which the condition does not', () => {
    const memory = new RefreshMemory()
    const reason = (status: 'True' | 'False', message: string): string | undefined =>
      viewWith(memory, externalSecret('one', ready(status, message))).secrets[0]?.reason
    memory.noteFailure('one', 'data[0]: the secret "team/a" does not exist')
    assert.equal(reason('False', 'could not get it'), 'could not get it: data[0]: the secret "team/a" does not exist')
    assert.equal(reason('True', 'secret synced'), 'secret synced')
    memory.noteFailure('one', undefined)
    assert.equal(reason('False', 'could not get it'), 'could not get it')
  })

  test('say when it was refreshed last and is looked at next, within its interval', () => {
    const row = view(externalSecret('one', ready('True', 'secret synced', HOUR_AGO))).secrets[0]
    assert.equal(row?.refreshedAt, Date.parse(HOUR_AGO))
    assert.ok(row.nextCheckAt !== undefined && row.nextCheckAt >= NOW && row.nextCheckAt <= NOW + 2 * 3_600_000)
  })

  test('say of one that is watched when its detector looks next, and of one that failed when it is tried again', () => {
    const well = externalSecret('well', ready('True', 'secret synced', HOUR_AGO))
    const failed = externalSecret('failed', ready('False', 'could not update secret', HOUR_AGO))
    const checks = (facts: Partial<ExternalSecretsFacts>) =>
      viewOf([well, failed], facts).secrets.map(({ nextCheckAt, isTold }) => [(nextCheckAt ?? NOW) - NOW, isTold])
    const nextPassAt = (object: ExternalSecretObject): number => NOW + (object === well ? 3_600_000 : 4_000)
    const looking = (isTold: boolean) => {
      const notices = { ...noChangeNotices, nextLook: () => ({ atMs: NOW + 9_000, isTold }) }
      return () => ({ memory: new RefreshMemory(), notices, startedAt: NOW - 60_000 })
    }
    assert.deepEqual(checks({ nextPassAt }), [
      [3_600_000, false],
      [4_000, false],
    ])
    assert.deepEqual(checks({ nextPassAt, refreshOf: looking(false) }), [
      [9_000, false],
      [4_000, false],
    ])
    assert.deepEqual(checks({ nextPassAt, refreshOf: looking(true) }), [
      [9_000, true],
      [4_000, false],
    ])
  })

  test('say when a store was checked last and will be, by its validation and by its detector, whatever comes first', () => {
    const [vault] = stores
    const validationOf = (store: StoreKubeObject) =>
      store === vault ? { lastAt: NOW - 60_000, nextAt: NOW + 240_000 } : { lastAt: NOW - 5_000, nextAt: undefined }
    const times = (facts: Partial<ExternalSecretsFacts>) =>
      viewOf([], facts).stores.map((row) => [row.checkedAt, row.nextCheckAt].map((at) => at && at - NOW))
    assert.deepEqual(times({ validationOf }), [
      [-60_000, 240_000],
      [-5_000, undefined],
    ])
    assert.deepEqual(times({ validationOf, detections: [detection()] })[0], [-2_000, 8_000])
    const later = detection({ identity: 'other login', lastRoundAtMs: undefined, nextRoundAtMs: NOW + 1_000 })
    assert.deepEqual(times({ detections: [detection(), later] })[0], [-2_000, 1_000])
  })

  for (const [what, more, health, reason] of [
    ['is asked', {}, 'ready', 'store validated; 3 keys watched, 1 call so far'],
    [
      'tells of changes',
      { telling: { by: 'subscription' } },
      'ready',
      'store validated; 3 keys watched, 1 call so far; changes are told as they happen',
    ],
    [
      'could tell of changes',
      { telling: { by: 'asking', reason: 'may not watch' } },
      'ready',
      'store validated; 3 keys watched, 1 call so far; asked at intervals: may not watch',
    ],
    ['did not answer once', { failures: 1 }, 'ready', 'store validated; it did not answer: 1 round in a row failed'],
    ['does not answer', { failures: 3 }, 'not ready', 'store validated; it did not answer: 3 rounds in a row failed'],
  ] as const)
    test(`say of a store that ${what} how its changes come to be known`, () => {
      const [row] = viewOf([], { detections: [detection(more)] }).stores
      assert.deepEqual([row?.health, row?.reason], [health, reason])
    })

  test('say when its Secret was written last, which its condition does not tell of a rotation', () => {
    const memory = new RefreshMemory()
    const changedAt = (): number | undefined =>
      viewWith(memory, externalSecret('one', ready('True', 'secret synced'))).secrets[0]?.changedAt
    assert.equal(changedAt(), Date.parse(HOUR_AGO))
    memory.set('one', { checkedAt: NOW, changedAt: NOW - 1_000 })
    assert.equal(changedAt(), NOW - 1_000)
  })

  test('have a row a store, with what its condition says and how many read it', () => {
    assert.deepEqual(
      view(externalSecret('one'), externalSecret('two')).stores.map((row) => [row.name, row.provider, row.health, row.users]),
      [
        ['ClusterSecretStore vault', 'vault', 'ready', 2],
        ['SecretStore shop/aws', 'aws', 'unknown', 2],
      ],
    )
  })
})
