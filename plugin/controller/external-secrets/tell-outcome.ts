import type { EventToRecord } from '../../kube/event-record.ts'
import type { EventRecorder } from '../../kube/event-recorder.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { type KubeObject, keyText } from '../../kube/kube-object.ts'
import { objectIdentity } from '../../kube/object-identity.ts'
import type { ChangeStart } from '../../model/change-start.ts'
import type { Logger } from '../../model/logger.ts'
import type { StandIn } from '../../model/stand-in.ts'
import { conditionOf } from '../conditions.ts'
import { EXTERNAL_SECRETS } from '../resources.ts'
import type { ExternalSecretObject, ExternalSecretStatus } from './external-secret-object.ts'
import { makesAnotherKind } from './generic-object.ts'
import { failedStatus, succeededStatus } from './next-status.ts'
import type { EventText, Outcome } from './outcome.ts'
import type { SyncFailure } from './sync-failure.ts'

/** Counts and gauges of one kind of object (external-secrets.md 4.16). */
export interface ObjectMetrics {
  /** One pass, whatever came of it; `seconds` is how long it took. */
  reconciled(object: KubeObject, seconds: number): void
  failed(object: KubeObject): void
  /** `status.conditions` as they are now. */
  conditions(object: KubeObject, ready: { readonly status: string } | undefined): void
  deleted(object: KubeObject): void
  /** A value that does not exist, and what its author has put in its place; only of ExternalSecrets, once a pass. */
  stoodIn?(kind: StandIn['kind']): void
  /** A change at its provider is in its Secret, so long after it happened or was noticed; only of ExternalSecrets. */
  propagated?(from: ChangeStart['from'], seconds: number): void
}

export interface TellTools {
  readonly client: KubeClient
  readonly events: Pick<EventRecorder, 'record'>
  readonly metrics: ObjectMetrics
  readonly logger: Logger
  readonly statusEveryRefresh: boolean
  readonly wrote: (object: ExternalSecretObject) => void
}

/** What came of a pass, and what it noted on the way. */
export interface PassReport {
  readonly object: ExternalSecretObject
  readonly result: { readonly outcome: Outcome } | { readonly failure: SyncFailure; readonly step: string }
  readonly events: readonly EventText[]
  readonly targetName: string | undefined
  /** Start of the pass, in milliseconds since the epoch. */
  readonly now: number
  readonly seconds: number
}

/** The status manager's name in ESO: the name of its binary. */
const STATUS_MANAGER = 'external-secrets'

/**
 * The one place that says what came of a pass: status (written only if there is something new), events, metrics, log. False when the status could not
 * be written because the object has changed: the pass is to be done again.
 */
export async function tellOutcome(report: PassReport, tools: TellTools, signal: AbortSignal): Promise<boolean> {
  const { object, result, events, seconds } = report
  const { metrics, logger } = tools
  metrics.reconciled(object, seconds)
  const record = (event: EventToRecord): void =>
    tools.events.record({ resource: EXTERNAL_SECRETS, metadata: object.metadata }, event)
  for (const event of events) record(event)
  if ('failure' in result) {
    const { failure, step } = result
    metrics.failed(object)
    record({ type: 'Warning', reason: 'UpdateFailed', message: failure.message })
    logger.warn('ExternalSecret failed', { object: keyText(object.metadata), step, failure: failure.message })
  } else if (result.outcome.kind === 'deleted') metrics.deleted(object)
  else if (result.outcome.kind === 'done' && (result.outcome.wrote || events.length > 0))
    logger.info('ExternalSecret synced', { object: keyText(object.metadata), says: result.outcome.says })
  for (const { kind } of standInsOf(result)) metrics.stoodIn?.(kind)
  return writeStatus(object, nextStatus(report, tools), tools, signal)
}

function standInsOf(result: PassReport['result']): readonly StandIn[] {
  return 'outcome' in result && result.outcome.kind === 'done' ? (result.outcome.standIns ?? []) : []
}

function nextStatus({ object, result, targetName, now }: PassReport, { statusEveryRefresh }: TellTools): ExternalSecretStatus {
  if ('failure' in result) return failedStatus(object, result.failure.failure, now)
  const { outcome } = result
  if (outcome.kind !== 'done') return object.status ?? {}
  const isBound = outcome.says === 'synced' && !makesAnotherKind(object)
  return succeededStatus(object, { ...outcome, now, targetName: isBound ? targetName : undefined, statusEveryRefresh })
}

async function writeStatus(
  object: ExternalSecretObject,
  status: ExternalSecretStatus,
  { client, metrics, wrote }: TellTools,
  signal: AbortSignal,
): Promise<boolean> {
  if (object.metadata.deletionTimestamp !== undefined) return true
  metrics.conditions(object, conditionOf(status.conditions, 'Ready'))
  if (object.status === undefined ? Object.keys(status).length === 0 : status === object.status) return true
  try {
    const options = { subresource: 'status', fieldManager: STATUS_MANAGER, signal } as const
    wrote(await client.update<ExternalSecretObject>(EXTERNAL_SECRETS, withStatus(object, status), options))
    return true
  } catch (thrown) {
    if (isKubeError(thrown, 'Conflict')) return false
    // It is gone, and so is all that there was to say of it.
    if (isKubeError(thrown, 'NotFound')) return true
    throw thrown
  }
}

/** Of a status that is written the API server takes nothing else than the status, and who and which version is meant (Kubernetes API, custom resources: status subresource). */
function withStatus({ metadata }: ExternalSecretObject, status: ExternalSecretStatus): ExternalSecretObject {
  const { group, version, kind } = EXTERNAL_SECRETS
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: objectIdentity(metadata),
    status,
  }
}
