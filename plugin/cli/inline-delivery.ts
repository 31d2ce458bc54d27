import { takeInventory } from '../argocd/inventory.ts'
import { objectSchemas } from '../argocd/object-schemas.ts'
import * as options from '../config/options.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { findLiveTwins } from '../controller/takeover/find-owned-secrets.ts'
import type { ExternalSecretInput } from '../expansion/external-secret-input.ts'
import { generators } from '../generators/registry.ts'
import type { KubeClient } from '../kube/kube-client.ts'
import { SecretError } from '../model/secret-error.ts'
import { providers } from '../providers/registry.ts'
import type { ManifestStream } from '../stream/manifest-document.ts'

/** What a cluster says about manifests whose ExternalSecrets are to be rendered (docs/migrating-from-eso.md). */
export interface InlineDelivery {
  /** How many ExternalSecrets a render would take out of the manifests. */
  readonly count: number
  /** How many of them are in the cluster as well. */
  readonly liveCount: number
  /** Secrets that would be deleted, and ExternalSecrets of which that cannot be told. */
  readonly problems: readonly SecretError[]
}

/**
 * Whether the manifests can be delivered inline: an ExternalSecret that owns a Secret of the cluster takes that with it when Argo CD prunes it. Throws
 * the first problem of the manifests, and rejects with KubeError.
 */
export async function inlineDelivery(
  client: KubeClient,
  streams: readonly ManifestStream[],
  sources: OptionSources,
  signal: AbortSignal,
): Promise<InlineDelivery> {
  const inline = await inlineExternalSecrets(streams, sources)
  const placed = inline.filter(({ namespace }) => namespace !== '')
  if (placed.length < inline.length)
    return { count: inline.length, liveCount: 0, problems: [unplaced(inline.length - placed.length)] }
  const byName = new Map(placed.map((input) => [`${input.namespace}/${input.resource.metadata.name}`, input]))
  const keys = placed.map(({ namespace, resource }) => ({ namespace, name: resource.metadata.name }))
  const { count, owning } = await findLiveTwins(client, keys, signal)
  const problems = owning.map(({ externalSecret, secret }) => owned(externalSecret, secret, byName.get(externalSecret)))
  return { count: inline.length, liveCount: count, problems }
}

/** Those without a namespace where nothing says one. */
async function inlineExternalSecrets(
  streams: readonly ManifestStream[],
  sources: OptionSources,
): Promise<readonly ExternalSecretInput[]> {
  const request = {
    mode: 'local',
    // The default of a render on the command line would find nothing, and say that all is well.
    namespace: setting({ ...options.namespace, default: '' }, sources),
    delivery: setting(options.delivery, sources),
    stores: 'keep',
    output: 'yaml',
  } as const
  const { externalSecrets, problems } = await takeInventory(streams, request, objectSchemas(providers, generators))
  const [problem] = problems
  if (problem) throw problem
  return externalSecrets.filter(({ delivery }) => delivery === 'inline').map(({ input }) => input)
}

function unplaced(count: number): SecretError {
  const what = `${count} ExternalSecrets are in no namespace: whether they own Secrets of the cluster cannot be told`
  return new SecretError('Conflict', what, { remedy: 'name the destination of the Application with --namespace' })
}

function owned(externalSecret: string, secret: string, input: ExternalSecretInput | undefined): SecretError {
  const what = `Secret ${secret} belongs to ExternalSecret ${externalSecret}: once that is delivered inline, Argo CD prunes it and Kubernetes deletes the Secret`
  return new SecretError('Conflict', what, {
    ...(input && { place: input.place }),
    remedy:
      'with delivery passthrough still, set spec.target.creationPolicy: Orphan (and an interval where refreshInterval is 0 or refreshPolicy CreatedOnce), sync, and let the controller reconcile; then change the delivery',
  })
}
