import { SECRETS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { type KubeObject, keyText, type ObjectKey } from '../../kube/kube-object.ts'
import { listPages } from '../../kube/list-pages.ts'
import { EXTERNAL_SECRETS } from '../resources.ts'

/** What the move from cluster delivery to inline delivery would meet. */
export interface LiveTwins {
  /** How many of the ExternalSecrets are in the cluster as well. */
  readonly count: number
  /** Those whose Secret still belongs to them: it is deleted with the ExternalSecret (external-secrets.md 4.8). */
  readonly owning: readonly { readonly externalSecret: string; readonly secret: string }[]
}

interface LiveExternalSecret extends KubeObject {
  readonly spec?: { readonly target?: { readonly name?: string } }
}

/** Of the ExternalSecrets `inline` those that live in the cluster. Reads only metadata of Secrets. Rejects with KubeError. */
export async function findLiveTwins(
  client: KubeClient,
  inline: readonly Required<ObjectKey>[],
  signal: AbortSignal,
): Promise<LiveTwins> {
  const names = new Set(inline.map(keyText))
  const twins: LiveExternalSecret[] = []
  for await (const page of listPages<LiveExternalSecret>(client, EXTERNAL_SECRETS, { signal }))
    twins.push(...page.filter(({ metadata }) => names.has(keyText(metadata))))
  const owning = await Promise.all(
    twins.map(async ({ metadata, spec }) => {
      const key = { namespace: metadata.namespace, name: spec?.target?.name ?? metadata.name }
      const secret = await metadataOf(client, key, signal)
      const isOwned = secret?.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) === true
      return isOwned ? [{ externalSecret: keyText(metadata), secret: keyText(key) }] : []
    }),
  )
  return { count: twins.length, owning: owning.flat() }
}

async function metadataOf(client: KubeClient, key: ObjectKey, signal: AbortSignal): Promise<KubeObject | undefined> {
  try {
    return await client.get(SECRETS, key, { metadataOnly: true, signal })
  } catch (thrown) {
    if (isKubeError(thrown, 'NotFound')) return undefined
    throw thrown
  }
}
