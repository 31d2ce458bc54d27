import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { Resource } from '../../kube/resource.ts'
import type { Clock } from '../../model/clock.ts'
import { SecretError } from '../../model/secret-error.ts'
import { mayBeSynced } from '../sync-windows/may-be-synced.ts'
import { projectWindows } from '../sync-windows/project-windows.ts'
import { type ApplicationRef, type ApplicationView, applicationId } from './application-view.ts'
import type { Applications } from './applications.ts'
import { REFRESH_ANNOTATION, readApplication } from './read-application.ts'

export const APPLICATIONS: Resource = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  plural: 'applications',
  kind: 'Application',
  isNamespaced: true,
}

/** How long Argo CD may take; its controller may have a long queue (argocd.md 5.6). */
const REFRESH_TIMEOUT_MS = 150_000
const LOOK_MS = 500
const LONGEST_LOOK_MS = 4_000

/**
 * Argo CD by the annotation that asks for a refresh (argocd.md 5.2, lever A). The right to patch Applications is an administrator's: the
 * ValidatingAdmissionPolicy of manifests/install/applications narrows it to this annotation. What the API says of sync windows is made out here, from
 * the projects in `argoNamespace`.
 */
export function argoAnnotations(client: Pick<KubeClient, 'get' | 'patch'>, argoNamespace: string, clock: Clock): Applications {
  const windowsOf = projectWindows(client, argoNamespace)

  async function read(application: ApplicationRef, signal: AbortSignal): Promise<ApplicationView | undefined> {
    try {
      return readApplication(await client.get(APPLICATIONS, keyOf(application), { signal }))
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return undefined
      throw failure(thrown, application, signal)
    }
  }

  /** Waits until no refresh is asked for; gives the Application as it is then. */
  async function refreshed(
    application: ApplicationRef,
    endAtMs: number,
    signal: AbortSignal,
  ): Promise<ApplicationView | undefined> {
    for (let waitMs = LOOK_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_LOOK_MS)) {
      const view = await read(application, signal)
      if (!view?.isRefreshing) return view
      if (clock.monotonic() >= endAtMs)
        throw new SecretError('Timeout', `Argo CD did not refresh the Application ${applicationId(application)} in time`)
      await clock.sleep(waitMs, signal)
    }
  }

  return {
    read,
    async refresh(application, what, signal) {
      const endAtMs = clock.monotonic() + REFRESH_TIMEOUT_MS
      // With the end of a refresh that somebody else asked for, Argo CD takes the annotation away, and ours would be lost with it.
      if (!(await refreshed(application, endAtMs, signal))) return undefined
      const body = { metadata: { annotations: { [REFRESH_ANNOTATION]: what } } }
      try {
        await client.patch(APPLICATIONS, keyOf(application), { type: 'merge', body }, { signal })
      } catch (thrown) {
        if (isKubeError(thrown, 'NotFound')) return undefined
        throw failure(thrown, application, signal)
      }
      await clock.sleep(LOOK_MS, signal)
      return await refreshed(application, endAtMs, signal)
    },
    async maySync(application, by, signal) {
      return mayBeSynced(await windowsOf(application.project, signal), application, by, clock.now())
    },
  }
}

function keyOf({ namespace, name }: ApplicationRef): { readonly namespace: string; readonly name: string } {
  return { namespace, name }
}

function failure(thrown: unknown, application: ApplicationRef, signal: AbortSignal): unknown {
  if (signal.aborted || !isKubeError(thrown)) return thrown
  const denied = thrown.status === 401 || thrown.status === 403
  return new SecretError(
    denied ? 'AccessDenied' : 'Unavailable',
    `Kubernetes answered ${thrown.status} ${thrown.reason} about the Application ${applicationId(application)}`,
    denied ? { remedy: 'grant get and patch on applications.argoproj.io in its namespace' } : {},
  )
}
