import { type ApplicationResource, type ApplicationView, applicationId } from './application-view.ts'

/** What is known of earlier refreshes of an Application. */
export interface EarlierRefreshes {
  /** What they have put out of sync and nobody has synced since. */
  readonly unsynced: readonly ApplicationResource[]
  /** It could not be rendered before this one. */
  readonly wasBroken: boolean
  /** What was out of sync before the first of them that came to nothing, if any did: Argo CD may have made up for it by itself. */
  readonly outOfSyncBefore: readonly ApplicationResource[] | undefined
}

/** What a refresh has put out of sync, or those before it. What was out of sync without us is not ours to sync. */
export function changedResources(
  before: ApplicationView,
  after: ApplicationView,
  { unsynced, wasBroken, outOfSyncBefore }: EarlierRefreshes,
): readonly ApplicationResource[] {
  const ours = new Set(unsynced.map(resourceId))
  const notOurs = new Set((outOfSyncBefore ?? before.outOfSync).map(resourceId))
  // Of what could not be rendered, or was rendered since, nobody knows what drifted: what is rendered are Secrets.
  const isUnknown = wasBroken && !outOfSyncBefore
  if (outOfSyncBefore) for (const resource of before.outOfSync) if (!isSecret(resource)) notOurs.add(resourceId(resource))
  return after.outOfSync.filter(
    (resource) => ours.has(resourceId(resource)) || (isUnknown ? isSecret(resource) : !notOurs.has(resourceId(resource))),
  )
}

function isSecret({ group, kind }: ApplicationResource): boolean {
  return group === '' && kind === 'Secret'
}

/** Whether one of them is out of sync. */
export function isLeft(resources: readonly ApplicationResource[], { outOfSync }: ApplicationView): boolean {
  const left = new Set(outOfSync.map(resourceId))
  return resources.some((resource) => left.has(resourceId(resource)))
}

function resourceId({ group, kind, namespace, name }: ApplicationResource): string {
  return `${group}/${kind} ${applicationId({ namespace, name })}`
}
