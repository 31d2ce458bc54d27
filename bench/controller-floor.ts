import type { KubeClient } from '../test/e2e/servers/kube-client.ts'
import type { KubeObject } from '../test/e2e/servers/kube-object.ts'
import { atOnce } from './at-once.ts'
import { AT_ONCE, type ControllerScale, externalSecret, externalSecretsIn, type Floor, secretsIn } from './controller-workload.ts'

/**
 * Seconds of the writes that a first sync cannot do without, by a program that does nothing else: of each ExternalSecret its Secret, its status
 * and its event. The ExternalSecrets themselves are made before and deleted after.
 */
export async function floorSeconds(client: KubeClient, { objects, keys }: ControllerScale, namespace: Floor): Promise<number> {
  const collection = externalSecretsIn(namespace)
  const made: KubeObject[] = []
  const indexes = Array.from({ length: objects }, (_, index) => index)
  await atOnce(AT_ONCE, indexes, async (index) => {
    made[index] = await client.call('POST', collection, externalSecret(index, namespace, keys, '1h'))
  })
  const start = performance.now()
  await atOnce(AT_ONCE, made, async (object) => {
    await client.call('POST', secretsIn(namespace), secretOf(object))
    await client.call('PUT', `${collection}/${object.metadata.name}/status`, { ...object, status: STATUS })
    await client.call('POST', `/api/v1/namespaces/${namespace}/events`, eventOf(object))
  })
  const seconds = (performance.now() - start) / 1_000
  await client.call('DELETE', collection)
  return seconds
}

const NOW = '2026-01-01T00:00:00Z'
const STATUS = {
  refreshTime: NOW,
  syncedResourceVersion: '1-0123456789abcdef0123456789abcdef',
  conditions: [{ type: 'Ready', status: 'True', reason: 'SecretSynced', message: 'secret synced', lastTransitionTime: NOW }],
}

function secretOf({ metadata }: KubeObject): object {
  const labels = { ...metadata.labels, 'example.com/created-by': '0123456789abcdef0123456789abcdef' }
  const annotations = { 'example.com/data-hash': '0123456789abcdef0123456789abcdef' }
  const stringData = { username: 'bench-user', password: 'bench-password-0123456789' }
  return { metadata: { name: metadata.name, labels, annotations }, type: 'Opaque', stringData }
}

function eventOf({ apiVersion, kind, metadata: { name, namespace = '' } }: KubeObject): object {
  return {
    metadata: { name: `${name}.0123456789abcdef`, namespace },
    involvedObject: { apiVersion, kind, name, namespace },
    type: 'Normal',
    reason: 'Created',
    message: 'secret created',
    firstTimestamp: NOW,
    lastTimestamp: NOW,
    count: 1,
    source: { component: 'bench' },
  }
}
