import type { ComparedSecrets } from '../../argocd/diff/compared-secret.ts'
import { comparedObject, type MadeObject, objectId } from '../../argocd/diff/made-object.ts'
import { findResource } from '../../kube/find-resource.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { ManifestMapping } from '../../stream/manifest-document.ts'
import { objectFailure } from './object-failure.ts'

/** The objects in the cluster of which a render makes something instead of Secrets. Throws SecretError. */
export async function clusterObjects(
  objects: readonly MadeObject[],
  client: Pick<KubeClient, 'get' | 'resources'>,
  signal: AbortSignal,
): Promise<ComparedSecrets> {
  const found = new Map<string, ReturnType<typeof comparedObject>>()
  for (const one of objects) {
    const value = await objectOrNothing(one, client, signal)
    if (value) found.set(objectId(one), comparedObject(one, value))
  }
  return found
}

/** A kind that the cluster does not know has no objects there. */
async function objectOrNothing(
  one: MadeObject,
  client: Pick<KubeClient, 'get' | 'resources'>,
  signal: AbortSignal,
): Promise<ManifestMapping | undefined> {
  try {
    const resource = await findResource(client, one, signal)
    return resource && (await client.get<KubeObject & ManifestMapping>(resource, one, { signal }))
  } catch (thrown) {
    if (isKubeError(thrown, 'NotFound')) return undefined
    throw objectFailure(thrown, { kind: one.kind, namespace: one.namespace, name: one.name }, signal)
  }
}
