import { isDeepStrictEqual } from 'node:util'
import { type ClusterExternalSecret, clusterExternalSecretSchema } from '../../api/cluster-external-secret.ts'
import { parseGoDuration } from '../../api/go-duration.ts'
import { readObject } from '../../api/read-object.ts'
import { NAMESPACES } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject, ObjectKey } from '../../kube/kube-object.ts'
import type { Clock } from '../../model/clock.ts'
import { fieldName } from '../../model/field-path.ts'
import type { Logger } from '../../model/logger.ts'
import type { Condition } from '../conditions.ts'
import type { ExternalSecretObject } from '../external-secrets/external-secret-object.ts'
import type { ObjectMetrics } from '../external-secrets/tell-outcome.ts'
import type { Outcome as NextPass } from '../queue/pass.ts'
import { CLUSTER_EXTERNAL_SECRETS, EXTERNAL_SECRETS } from '../resources.ts'
import {
  CLEANUP_FINALIZER,
  type ClusterExternalSecretObject,
  type ClusterExternalSecretStatus,
  type FailedNamespace,
  namespaceFinalizer,
} from './cluster-external-secret-object.ts'
import { type PlannedChildren, plannedChildren } from './planned-children.ts'

export interface ClusterExternalSecretTools {
  readonly client: KubeClient
  readonly namespaces: () => Iterable<KubeObject>
  /** ExternalSecrets that the object controls. */
  readonly childrenOf: (uid: string) => Iterable<ExternalSecretObject>
  readonly find: (key: ObjectKey) => ExternalSecretObject | undefined
  /** An ExternalSecret that was written: the watch may be behind. */
  readonly wrote: (object: ExternalSecretObject) => void
  readonly metrics: ObjectMetrics
  readonly logger: Logger
  readonly clock: Clock
}

/** Without `spec.refreshTime` (external-secrets.md 6.1). */
const DEFAULT_INTERVAL_MS = 3_600_000
const MAX_REASON = 1_000
/** Under whose name children are written: that of ESO's binary. */
const MANAGER = 'external-secrets'

/** One pass over a ClusterExternalSecret. Rejects with the signal's reason, and with KubeError. */
export async function reconcileClusterExternalSecret(
  object: ClusterExternalSecretObject,
  tools: ClusterExternalSecretTools,
  signal: AbortSignal,
): Promise<NextPass> {
  const startedAt = tools.clock.monotonic()
  if (object.metadata.deletionTimestamp !== undefined) {
    await letGo(object, tools, signal)
    return { next: 'none' }
  }
  const whole = { ...object, apiVersion: 'external-secrets.io/v1', kind: 'ClusterExternalSecret' }
  const { value, problems } = readObject(clusterExternalSecretSchema, whole)
  if (!value) {
    const reason = problems.map(({ path, message }) => `${fieldName(path)} ${message}`).join('; ')
    return { next: (await tellUnreadable(object, reason.slice(0, MAX_REASON), tools, signal)) ? 'none' : 'retry' }
  }
  const going = Array.from(tools.namespaces()).filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
  await releaseNamespaces(object.metadata.name, going, tools.client, signal)
  const children = tools.childrenOf(object.metadata.uid ?? '')
  const planned = plannedChildren(object, value, tools.namespaces(), children, tools.find)
  const failed = [...planned.failed, ...(await carryOut(planned, tools, signal))]
  const isTold = await tell(object, planned, failed, tools, signal)
  tools.metrics.reconciled(object, (tools.clock.monotonic() - startedAt) / 1_000)
  return isTold && failed.length === planned.failed.length ? { next: 'after', ms: intervalOf(value) } : { next: 'retry' }
}

/** What could not be done, by namespace: the others are not concerned. */
async function carryOut(
  { create, update, remove }: PlannedChildren,
  { client, wrote }: ClusterExternalSecretTools,
  signal: AbortSignal,
): Promise<readonly FailedNamespace[]> {
  const options = { fieldManager: MANAGER, signal }
  const failed: FailedNamespace[] = []
  const attempt = async ({ metadata }: ExternalSecretObject, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (thrown) {
      signal.throwIfAborted()
      if (!isKubeError(thrown)) throw thrown
      failed.push({ namespace: metadata.namespace ?? '', reason: thrown.message })
    }
  }
  for (const child of create) await attempt(child, async () => wrote(await client.create(EXTERNAL_SECRETS, child, options)))
  for (const child of update) await attempt(child, async () => wrote(await client.update(EXTERNAL_SECRETS, child, options)))
  for (const child of remove) {
    const { uid } = child.metadata
    await attempt(child, async () => {
      await client.delete(EXTERNAL_SECRETS, child.metadata, { uid, signal }).catch((thrown: unknown) => {
        if (!isKubeError(thrown, 'NotFound')) throw thrown
      })
    })
  }
  return failed
}

/** Nothing is done for any namespace, and what there is stays. ESO names the namespace of a selector that fails so (external-secrets.md 6.1). */
function tellUnreadable(
  object: ClusterExternalSecretObject,
  reason: string,
  tools: ClusterExternalSecretTools,
  signal: AbortSignal,
): Promise<boolean> {
  const { externalSecretName: name = object.metadata.name, provisionedNamespaces: provisioned = [] } = object.status ?? {}
  tools.logger.warn('ClusterExternalSecret cannot be read', { object: object.metadata.name, problems: reason })
  return tell(object, { name, provisioned }, [{ namespace: 'unknown', reason }], tools, signal)
}

async function tell(
  object: ClusterExternalSecretObject,
  { name, provisioned }: Pick<PlannedChildren, 'name' | 'provisioned'>,
  failed: readonly FailedNamespace[],
  { client, metrics, logger }: ClusterExternalSecretTools,
  signal: AbortSignal,
): Promise<boolean> {
  const { status = {} } = object
  const failing = new Set(failed.map(({ namespace }) => namespace))
  const isWell = failed.length === 0
  if (!isWell) logger.warn('ClusterExternalSecret failed', { object: object.metadata.name, namespaces: [...failing].join(' ') })
  // Their conditions have no time of transition.
  const ready: Condition = {
    type: 'Ready',
    status: isWell ? 'True' : 'False',
    ...(!isWell && { message: 'one or more namespaces failed' }),
  }
  const sorted = failed.toSorted((one, other) => (one.namespace < other.namespace ? -1 : 1))
  const next: ClusterExternalSecretStatus = {
    externalSecretName: name,
    ...(sorted.length > 0 && { failedNamespaces: sorted }),
    ...(provisioned.length > 0 && { provisionedNamespaces: provisioned.filter((namespace) => !failing.has(namespace)) }),
    conditions: [ready],
  }
  if (isWell) metrics.conditions(object, ready)
  if (isDeepStrictEqual({ ...status }, next)) return true
  try {
    const options = { subresource: 'status', fieldManager: MANAGER, signal } as const
    await client.update(CLUSTER_EXTERNAL_SECRETS, { ...object, status: next }, options)
    return true
  } catch (thrown) {
    if (isKubeError(thrown, 'Conflict')) return false
    if (isKubeError(thrown, 'NotFound')) return true
    throw thrown
  }
}

/**
 * Takes ESO's finalizers off. We put none: children belong to the object, and the garbage collector takes them with it; ESO's keep namespaces from
 * going away while no controller runs.
 */
async function letGo(
  { metadata }: ClusterExternalSecretObject,
  { client, namespaces }: ClusterExternalSecretTools,
  signal: AbortSignal,
): Promise<void> {
  await releaseNamespaces(metadata.name, namespaces(), client, signal)
  const { finalizers = [], resourceVersion, name } = metadata
  if (!finalizers.includes(CLEANUP_FINALIZER)) return
  const body = { metadata: { finalizers: finalizers.filter((finalizer) => finalizer !== CLEANUP_FINALIZER), resourceVersion } }
  await client.patch(CLUSTER_EXTERNAL_SECRETS, { name }, { type: 'merge', body }, { signal })
}

/** ESO's finalizer keeps a namespace that is going away until somebody takes it off (external-secrets.md 6.1). */
async function releaseNamespaces(
  owner: string,
  namespaces: Iterable<KubeObject>,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const mark = namespaceFinalizer(owner)
  for (const { metadata } of namespaces) {
    const { finalizers = [], resourceVersion, name } = metadata
    if (!finalizers.includes(mark)) continue
    const body = { metadata: { finalizers: finalizers.filter((finalizer) => finalizer !== mark), resourceVersion } }
    await client.patch(NAMESPACES, { name }, { type: 'merge', body }, { signal })
  }
}

function intervalOf({ spec }: ClusterExternalSecret): number {
  const ms = parseGoDuration(spec.refreshTime ?? '') ?? 0
  return ms > 0 ? ms : DEFAULT_INTERVAL_MS
}
