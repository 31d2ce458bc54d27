import { type ApplicationResource, type ApplicationView, applicationId } from './application-view.ts'

/**
 * What a refresh has put out of sync, and what one before it had (`earlier`) and nobody has synced since. What was out of sync without us is not ours
 * to sync.
 */
export function changedResources(
  before: ApplicationView,
  after: ApplicationView,
  earlier: readonly ApplicationResource[],
): readonly ApplicationResource[] {
  const notOurs = new Set(before.outOfSync.map(resourceId))
  for (const resource of earlier) notOurs.delete(resourceId(resource))
  return after.outOfSync.filter((resource) => !notOurs.has(resourceId(resource)))
}

/** Whether one of them is out of sync. */
export function isLeft(resources: readonly ApplicationResource[], { outOfSync }: ApplicationView): boolean {
  const left = new Set(outOfSync.map(resourceId))
  return resources.some((resource) => left.has(resourceId(resource)))
}

function resourceId({ group, kind, namespace, name }: ApplicationResource): string {
  return `${group}/${kind} ${applicationId({ namespace, name })}`
}
