import type { ExternalSecretSpec } from '../../api/external-secret.ts'
import type { TemplateSource } from '../../expansion/template-source.ts'
import { quoteName } from '../../model/quote-name.ts'
import type { SecretValue } from '../../model/secret-value.ts'
import { SyncFailure } from './sync-failure.ts'

/** The ConfigMaps and Secrets of a cluster. Undefined where there is no such object; rejects with KubeError. */
export interface ClusterObjects {
  /** ConfigMaps have `data` alone: binaryData is no template (external-secrets.md 2.4). */
  configMap(namespace: string, name: string): Promise<ReadonlyMap<string, string> | undefined>
  secret(namespace: string, name: string): Promise<ReadonlyMap<string, SecretValue> | undefined>
}

/** Reads what `templateFrom` names, from the ExternalSecret's own namespace and no other. Throws SyncFailure for what is not there. */
export async function clusterTemplates(
  { target }: ExternalSecretSpec,
  namespace: string,
  objects: ClusterObjects,
): Promise<TemplateSource> {
  const items = target.template?.templateFrom ?? []
  const configMaps = await readAll(
    items.flatMap(({ configMap }) => configMap?.name ?? []),
    async (name) => (await objects.configMap(namespace, name)) ?? missing('configmap', namespace, name),
  )
  const secrets = await readAll(
    items.flatMap(({ secret }) => secret?.name ?? []),
    async (name) => (await objects.secret(namespace, name)) ?? missing('secret', namespace, name),
  )
  return {
    configMap: (_namespace, name) => configMaps.get(name),
    secret: (_namespace, name) => secrets.get(name),
  }
}

async function readAll<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<ReadonlyMap<string, T>> {
  return new Map(await Promise.all(Array.from(new Set(names), async (name) => [name, await read(name)] as const)))
}

function missing(what: string, namespace: string, name: string): never {
  throw new SyncFailure(
    'update',
    `error fetching templateFrom data: there is no ${what} ${quoteName(name)} in ${quoteName(namespace)}`,
  )
}
