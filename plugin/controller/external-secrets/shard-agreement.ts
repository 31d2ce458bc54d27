import { CONFIG_MAPS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { type KubeObject, keyText, type ObjectKey } from '../../kube/kube-object.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

const ENTRY = 'shards'
const LABELS = { 'app.kubernetes.io/part-of': 'argocd-external-secrets' }

/**
 * Holds this process to the number of shards that the first one wrote down: two that count differently would both work on an object. Throws SecretError
 * Conflict for another number, rejects with KubeError when the API server does not say.
 */
export async function agreeOnShards(
  client: Pick<KubeClient, 'get' | 'create'>,
  map: ObjectKey,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const agreed = (await agreedOn(client, map, signal)) ?? (await propose(client, map, count, signal))
  if (agreed === String(count)) return
  const field = '--shards'
  throw new SecretError('Conflict', `${field} ${count}: the ConfigMap ${keyText(map)} says ${quoteName(agreed)}`, {
    place: { field },
    remedy: `to change the number, stop all replicas (kubectl scale --replicas=0), delete that ConfigMap, and start them with ${field} ${count}`,
  })
}

async function agreedOn(client: Pick<KubeClient, 'get'>, map: ObjectKey, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await client.get<ConfigMap>(CONFIG_MAPS, map, { signal })).data?.[ENTRY] ?? ''
  } catch (thrown) {
    if (isKubeError(thrown, 'NotFound')) return undefined
    throw thrown
  }
}

/** What holds from then on: another may have been first. */
async function propose(
  client: Pick<KubeClient, 'get' | 'create'>,
  map: ObjectKey,
  count: number,
  signal: AbortSignal,
): Promise<string> {
  const { namespace = '', name } = map
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name, labels: LABELS },
    data: { [ENTRY]: String(count) },
  }
  try {
    await client.create<ConfigMap>(CONFIG_MAPS, object, { fieldManager: 'argocd-external-secrets', signal })
    return String(count)
  } catch (thrown) {
    if (!isKubeError(thrown, 'AlreadyExists')) throw thrown
    return (await agreedOn(client, map, signal)) ?? ''
  }
}
