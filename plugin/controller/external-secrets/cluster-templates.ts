import { createHash } from 'node:crypto'
import type { ExternalSecretSpec } from '../../api/external-secret.ts'
import type { TemplateSource } from '../../expansion/template-source.ts'
import { quoteName } from '../../model/quote-name.ts'
import type { SecretValue } from '../../model/secret-value.ts'
import type { FreshAsking } from '../stores/cluster-objects.ts'
import { SyncFailure } from './sync-failure.ts'

/** The ConfigMaps and Secrets of a cluster. Undefined where there is no such object; rejects with KubeError. */
export interface ClusterObjects {
  /** ConfigMaps have `data` alone: binaryData is no template (external-secrets.md 2.4). */
  configMap(namespace: string, name: string, asking: FreshAsking): Promise<ReadonlyMap<string, string> | undefined>
  secret(namespace: string, name: string, asking: FreshAsking): Promise<ReadonlyMap<string, SecretValue> | undefined>
}

export interface ClusterTemplates {
  readonly source: TemplateSource
  /** Equal for the same objects with the same data; stays in this process. */
  readonly digest: string
}

/** Whether it has templates that may change while it does not. */
export function readsTemplates({ target }: ExternalSecretSpec): boolean {
  return target.template?.templateFrom?.some(({ configMap, secret }) => configMap ?? secret) ?? false
}

/** How old a template may be at most that another object had read. */
const OLDEST_MS = 2_000

/** Times in milliseconds since the epoch. */
export interface AsOf {
  readonly now: number
  /** Nothing that was read earlier; absent: as fresh as a turn asks for. */
  readonly readAfterMs?: number
}

/**
 * Reads what `templateFrom` names, from the ExternalSecret's own namespace and no other. Throws SyncFailure for what is not there: whoever puts it there
 * need not wait.
 */
export async function clusterTemplates(
  { target }: ExternalSecretSpec,
  namespace: string,
  objects: ClusterObjects,
  { now, readAfterMs = 0 }: AsOf,
): Promise<ClusterTemplates> {
  const asking = { notBeforeMs: Math.max(readAfterMs, now - OLDEST_MS) }
  const items = target.template?.templateFrom ?? []
  const configMaps = await readAll(
    items.flatMap(({ configMap }) => configMap?.name ?? []),
    async (name) => (await objects.configMap(namespace, name, asking)) ?? missing('configmap', namespace, name),
  )
  const secrets = await readAll(
    items.flatMap(({ secret }) => secret?.name ?? []),
    async (name) => (await objects.secret(namespace, name, asking)) ?? missing('secret', namespace, name),
  )
  const source: TemplateSource = {
    configMap: (_namespace, name) => configMaps.get(name),
    secret: (_namespace, name) => secrets.get(name),
  }
  return { source, digest: digestOf(configMaps, secrets) }
}

function digestOf(
  configMaps: ReadonlyMap<string, ReadonlyMap<string, string>>,
  secrets: ReadonlyMap<string, ReadonlyMap<string, SecretValue>>,
): string {
  const said = [
    Array.from(configMaps, ([name, data]) => [name, ...data]),
    Array.from(secrets, ([name, data]) => [name, ...Array.from(data, ([key, value]) => [key, encoded(value)])]),
  ]
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url')
}

function encoded(value: SecretValue): string {
  return Buffer.from(value.reveal()).toString('base64')
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
