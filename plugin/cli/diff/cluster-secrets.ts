import type { ComparedSecret, ComparedSecrets } from '../../argocd/diff/compared-secret.ts'
import { SECRETS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import { SecretValue } from '../../model/secret-value.ts'
import { objectFailure } from './object-failure.ts'

interface SecretObject extends KubeObject {
  readonly type?: string
  readonly immutable?: boolean
  readonly data?: Readonly<Record<string, string>>
}

/** How many Secrets are asked for at once. */
const CONCURRENCY = 8

/** The Secrets of those names that are in the cluster. Throws SecretError. */
export async function clusterSecrets(
  names: readonly Pick<ComparedSecret, 'namespace' | 'name'>[],
  client: Pick<KubeClient, 'get'>,
  signal: AbortSignal,
): Promise<ComparedSecrets> {
  const found = new Map<string, ComparedSecret>()
  const waiting = names.values()
  async function work(): Promise<void> {
    for (const key of waiting) {
      const secret = await secretOrNothing(key, client, signal)
      if (secret) found.set(`${key.namespace}/${key.name}`, comparedSecret(key, secret))
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  return found
}

async function secretOrNothing(
  key: Pick<ComparedSecret, 'namespace' | 'name'>,
  client: Pick<KubeClient, 'get'>,
  signal: AbortSignal,
): Promise<SecretObject | undefined> {
  try {
    return await client.get<SecretObject>(SECRETS, key, { signal })
  } catch (thrown) {
    if (isKubeError(thrown, 'NotFound')) return undefined
    throw objectFailure(thrown, { kind: 'Secret', ...key }, signal)
  }
}

function comparedSecret(key: Pick<ComparedSecret, 'namespace' | 'name'>, secret: SecretObject): ComparedSecret {
  const { labels = {}, annotations = {} } = secret.metadata
  return {
    namespace: key.namespace,
    name: key.name,
    ...(secret.type !== undefined && { type: secret.type }),
    immutable: secret.immutable === true,
    labels: new Map(Object.entries(labels)),
    annotations: new Map(Object.entries(annotations)),
    data: new Map(Object.entries(secret.data ?? {}).map(([name, text]) => [name, new SecretValue(Buffer.from(text, 'base64'))])),
  }
}
