import { type StandIn, standInText } from '../../model/stand-in.ts'
import { STATUS_HEARTBEAT_MS } from '../../refresh/last-refresh.ts'
import { objectVersion } from '../../refresh/object-hash.ts'
import { conditionOf, kubeTime, withCondition } from '../conditions.ts'
import { type ExternalSecretObject, type ExternalSecretStatus, refreshedAt } from './external-secret-object.ts'
import { makesAnotherKind } from './generic-object.ts'
import { RESOURCE_SUCCESSES, SUCCESSES, type SuccessName } from './outcome.ts'
import { FAILURES, type FailureName } from './sync-failure.ts'

export interface Succeeded {
  readonly says: SuccessName
  readonly wrote: boolean
  /** Start of the pass, in milliseconds since the epoch. */
  readonly now: number
  /** The name of the Secret that was made or kept (servicebinding.io). */
  readonly targetName: string | undefined
  readonly statusEveryRefresh: boolean
  readonly standIns?: readonly StandIn[] | undefined
}

/**
 * The status after a pass that went well (external-secrets.md 4.14); the object's own when there is nothing new to say. A refresh alone is news once a day:
 * a status write for every refresh is half of what ESO asks of an API server.
 */
export function succeededStatus(
  object: ExternalSecretObject,
  { says, wrote, now, targetName, statusEveryRefresh, standIns = [] }: Succeeded,
): ExternalSecretStatus {
  const { status = {}, metadata } = object
  const said = (makesAnotherKind(object) ? RESOURCE_SUCCESSES : SUCCESSES)[says]
  const conditions = said
    ? withCondition(
        status.conditions ?? [],
        { type: 'Ready', status: 'True', ...said, message: said.message + partialText(standIns) },
        now,
      )
    : status.conditions
  const syncedResourceVersion = objectVersion(metadata)
  const isBound = targetName === undefined || status.binding?.name === targetName
  const isNews = wrote || conditions !== status.conditions || syncedResourceVersion !== status.syncedResourceVersion || !isBound
  const lastTime = refreshedAt(object)
  const isOld = lastTime === undefined || lastTime > now || now - lastTime >= STATUS_HEARTBEAT_MS
  if (!isNews && !isOld && !statusEveryRefresh) return status
  return {
    ...status,
    refreshTime: kubeTime(now),
    syncedResourceVersion,
    ...(conditions && { conditions }),
    ...(targetName !== undefined && { binding: { name: targetName } }),
  }
}

const MOST_NAMED = 10

/** What follows it in the message of Ready is what stands in for values that do not exist. */
const PARTIAL_TEXT = '; partial: '

/** Whether its Secret was made with something that stands in for a missing value. */
export function isPartial({ status }: Pick<ExternalSecretObject, 'status'>): boolean {
  const ready = conditionOf(status?.conditions, 'Ready')
  return ready?.status === 'True' && ready.message?.includes(PARTIAL_TEXT) === true
}

/** Ready stays True, as for all that is left out; the message alone says what is not as it would be. */
function partialText(standIns: readonly StandIn[]): string {
  if (standIns.length === 0) return ''
  const more = standIns.length > MOST_NAMED ? ` and ${standIns.length - MOST_NAMED} more` : ''
  return `${PARTIAL_TEXT}${standIns.slice(0, MOST_NAMED).map(standInText).join('; ')}${more}`
}

/** The status after a pass that failed: neither refreshTime nor syncedResourceVersion changes (external-secrets.md 4.5). */
export function failedStatus(object: ExternalSecretObject, failure: FailureName, now: number): ExternalSecretStatus {
  const { status = {} } = object
  const { message } = FAILURES[failure]
  // One that nobody allows is told of as ESO does, under the reason of Secrets.
  const isObject = failure !== 'genericTarget' && makesAnotherKind(object)
  const reason = isObject ? 'ResourceSyncedError' : 'SecretSyncedError'
  const before = status.conditions ?? []
  const conditions = withCondition(before, { type: 'Ready', status: 'False', reason, message }, now)
  return conditions === before ? status : { ...status, conditions }
}
