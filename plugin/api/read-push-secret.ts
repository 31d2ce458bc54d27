import { isPlainObject } from './plain-object.ts'
import { clusterPushSecretSchema, pushSecretSchema } from './push-secret.ts'
import { readObject } from './read-object.ts'
import type { Reading } from './reading.ts'

/** Checks a PushSecret or a ClusterPushSecret against its schema, for nothing acts on it (external-secrets.md 6.2, 6.3). Never throws. */
export function readPushSecret(value: unknown): Reading<unknown> {
  const isOfCluster = isPlainObject(value) && value['kind'] === 'ClusterPushSecret'
  return isOfCluster ? readObject(clusterPushSecretSchema, value) : readObject(pushSecretSchema, value)
}
