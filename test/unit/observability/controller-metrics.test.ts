import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { controllerMetrics } from '../../../plugin/observability/controller-metrics.ts'
import type { DetectorLoad } from '../../../plugin/observability/detector-metrics.ts'

const LOAD = { identity: 'one', name: 'SecretStore shop/aws', calls: 7, callsPerSecond: 20, failures: 2 }
const LANES = { priority: { ready: 3, oldestSeconds: 400 } }
/** A store whose login belongs to the namespace that uses it has several. */
const LOADS = [
  LOAD,
  { ...LOAD, identity: 'two', failures: 3 },
  { ...LOAD, identity: 'bao', name: 'ClusterSecretStore bao', failures: 0 },
]

function setUp(detectors: () => readonly DetectorLoad[] = () => LOADS) {
  return controllerMetrics({
    shards: () => [
      { isLeading: true, lanes: LANES },
      { isLeading: false, lanes: LANES },
    ],
    detectors,
    staleness: () => [{ namespace: 'shop', name: 'a"b', seconds: 1.5, intervalSeconds: 60 }],
    partial: () => new Map([['shop', 2]]),
  })
}

/** Samples whose name begins so. */
async function samples(metrics: ReturnType<typeof setUp>, prefix: string): Promise<readonly string[]> {
  const text = await metrics.text()
  return text.split('\n').filter((line) => line.startsWith(prefix))
}

describe('the metrics of the controller of ExternalSecrets', () => {
  for (const [provider, name, call] of [
    ['aws/SecretsManager', 'AWS/SecretsManager', 'GetSecretValue'],
    ['aws/ParameterStore', 'AWS/ParameterStore', 'GetParameter'],
    ['azurekv', 'Azure/KeyVault', 'GetSecret'],
    ['gcpsm', 'GCP/SecretManager', 'AccessSecretVersion'],
    ['vault', 'HashiCorp/Vault', 'ReadSecretData'],
    ['kubernetes', 'Kubernetes', 'GetSecret'],
    ['webhook', 'Webhook', 'HTTPRequest'],
  ] as const)
    test(`count reads of ${provider} under the names of External Secrets Operator`, async () => {
      const metrics = setUp()
      const outcomes = new Map([
        ['ok', 3],
        ['NotFound', 1],
        ['failed', 1],
      ])
      metrics.fetched(provider, 'SecretStore shop/one', 1, outcomes)
      const labels = (status: string): string => `{provider="${name}",call="${call}",status="${status}"}`
      assert.deepEqual(await samples(metrics, 'externalsecret_provider_api_calls_count'), [
        `externalsecret_provider_api_calls_count${labels('success')} 3`,
        `externalsecret_provider_api_calls_count${labels('error')} 2`,
      ])
    })

  test('count reads by store, until the store is deleted', async () => {
    const metrics = setUp()
    metrics.fetched('vault', 'SecretStore shop/one', 1, new Map([['ok', 3]]))
    metrics.fetched('vault', 'ClusterSecretStore two', 1, new Map([['failed', 1]]))
    const reads = 'argocd_external_secrets_controller_reads_total{'
    assert.deepEqual(await samples(metrics, reads), [
      `${reads}store="SecretStore shop/one",status="success"} 3`,
      `${reads}store="ClusterSecretStore two",status="error"} 1`,
    ])
    metrics.objects.SecretStore.deleted({ metadata: { namespace: 'shop', name: 'one' } })
    metrics.objects.ClusterSecretStore.deleted({ metadata: { name: 'two' } })
    assert.deepEqual(await samples(metrics, reads), [])
  })

  test('tell calls and quota of each store that is watched, and how often it did not answer', async () => {
    const text = await samples(setUp(), 'argocd_external_secrets_controller_detector_')
    assert.deepEqual(text, [
      'argocd_external_secrets_controller_detector_calls_total{store="SecretStore shop/aws"} 14',
      'argocd_external_secrets_controller_detector_calls_total{store="ClusterSecretStore bao"} 7',
      'argocd_external_secrets_controller_detector_quota{store="SecretStore shop/aws"} 40',
      'argocd_external_secrets_controller_detector_quota{store="ClusterSecretStore bao"} 20',
      'argocd_external_secrets_controller_detector_failed_rounds{store="SecretStore shop/aws"} 3',
      'argocd_external_secrets_controller_detector_failed_rounds{store="ClusterSecretStore bao"} 0',
    ])
    const metrics = setUp()
    await metrics.text()
    assert.ok(
      (await metrics.text()).includes('detector_calls_total{store="ClusterSecretStore bao"} 7'),
      'asked twice, counted once',
    )
  })

  test('never count less calls of a store than before while it is watched, whichever of its detectors are closed or begin anew', async () => {
    let loads: readonly DetectorLoad[] = [LOAD, { ...LOAD, identity: 'two', calls: 100 }]
    const metrics = setUp(() => loads)
    const calls = async (): Promise<string> =>
      (await samples(metrics, 'argocd_external_secrets_controller_detector_calls')).join()
    assert.match(await calls(), / 107$/)
    loads = [{ ...LOAD, calls: 9 }]
    assert.match(await calls(), / 109$/)
    loads = [{ ...LOAD, calls: 3 }]
    assert.match(await calls(), / 112$/)
    loads = []
    assert.equal(await calls(), '')
    loads = [LOAD]
    assert.match(await calls(), / 7$/)
  })

  test('say of a shard that another process leads that nothing waits for a worker here', async () => {
    assert.deepEqual(await samples(setUp(), 'argocd_external_secrets_controller_queue_'), [
      'argocd_external_secrets_controller_queue_ready{shard="0",lane="priority"} 3',
      'argocd_external_secrets_controller_queue_ready{shard="1",lane="priority"} 0',
      'argocd_external_secrets_controller_queue_oldest_seconds{shard="0",lane="priority"} 400',
      'argocd_external_secrets_controller_queue_oldest_seconds{shard="1",lane="priority"} 0',
    ])
  })

  test('tell how stale each ExternalSecret is', async () => {
    assert.deepEqual(await samples(setUp(), 'argocd_external_secrets_controller_staleness_seconds'), [
      'argocd_external_secrets_controller_staleness_seconds{name="a\\"b",namespace="shop"} 1.5',
    ])
    assert.deepEqual(await samples(setUp(), 'argocd_external_secrets_controller_refresh_interval_seconds'), [
      'argocd_external_secrets_controller_refresh_interval_seconds{name="a\\"b",namespace="shop"} 60',
    ])
  })

  test('tell in how many ExternalSecrets of a namespace something stands in', async () => {
    assert.deepEqual(await samples(setUp(), 'argocd_external_secrets_controller_partial_external_secrets{'), [
      'argocd_external_secrets_controller_partial_external_secrets{namespace="shop"} 2',
    ])
  })

  test('tell how long changes were on their way', async () => {
    const metrics = setUp()
    metrics.objects.ExternalSecret.propagated?.('provider', 2)
    assert.ok((await metrics.text()).includes('argocd_external_secrets_controller_propagation_seconds_sum{from="provider"} 2'))
  })
})
