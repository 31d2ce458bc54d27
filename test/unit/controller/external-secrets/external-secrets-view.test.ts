import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noChangeNotices } from '../../../../plugin/controller/external-secrets/change-notices.ts'
import type { ExternalSecretObject } from '../../../../plugin/controller/external-secrets/external-secret-object.ts'
import { externalSecretsView } from '../../../../plugin/controller/external-secrets/external-secrets-view.ts'
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
  return externalSecretsView({
    externalSecrets,
    stores,
    refreshOf: () => ({ memory, notices: noChangeNotices, startedAt: NOW - 60_000 }),
    heldBy: () => ['team/a', '7'],
    now: NOW,
  })
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

  test('say when it was refreshed last and is looked at next, within its interval', () => {
    const row = view(externalSecret('one', ready('True', 'secret synced', HOUR_AGO))).secrets[0]
    assert.equal(row?.refreshedAt, Date.parse(HOUR_AGO))
    assert.ok(row.nextCheckAt !== undefined && row.nextCheckAt >= NOW && row.nextCheckAt <= NOW + 2 * 3_600_000)
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
