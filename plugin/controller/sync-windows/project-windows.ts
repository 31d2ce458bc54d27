import { CONFIG_MAPS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { Resource } from '../../kube/resource.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { globalProjectsOf } from './global-projects.ts'
import { type AppProject, readAppProject } from './read-app-project.ts'
import type { SyncWindow } from './sync-window.ts'

export const APP_PROJECTS: Resource = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  plural: 'appprojects',
  kind: 'AppProject',
  isNamespaced: true,
}

const SETTINGS = 'argocd-cm'

/** Gives all sync windows of a project. Rejects with SecretError: NotFound, AccessDenied, InvalidSpec, Unavailable. */
export type ProjectWindows = (project: string, signal: AbortSignal) => Promise<readonly SyncWindow[]>

/** They are read anew for each question: a window that somebody has just made must hold. `namespace` is Argo CD's, where its projects are. */
export function projectWindows(client: Pick<KubeClient, 'get'>, namespace: string): ProjectWindows {
  async function get<T extends KubeObject>(resource: Resource, name: string, signal: AbortSignal): Promise<T | undefined> {
    try {
      return await client.get<T>(resource, { namespace, name }, { signal })
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return undefined
      throw failure(thrown, resource, { namespace, name }, signal)
    }
  }

  async function read(name: string, signal: AbortSignal): Promise<AppProject | undefined> {
    const object = await get(APP_PROJECTS, name, signal)
    if (object === undefined) return undefined
    const project = readAppProject(object)
    if (project) return project
    const remedy = 'look at its spec.syncWindows'
    throw new SecretError('InvalidSpec', `the AppProject ${quoteName(name)} cannot be read`, { remedy })
  }

  async function inherited(project: AppProject, signal: AbortSignal): Promise<readonly SyncWindow[]> {
    const settings = await get<Settings>(CONFIG_MAPS, SETTINGS, signal)
    const windows: SyncWindow[] = []
    for (const name of globalProjectsOf(settings?.data?.['globalProjects'] ?? '', project)) {
      const global = await read(name, signal)
      // Argo CD looks no further then.
      if (!global) break
      windows.push(...global.windows)
    }
    return windows
  }

  return async (name, signal) => {
    const project = await read(name, signal)
    if (project) return [...project.windows, ...(await inherited(project, signal))]
    throw new SecretError('NotFound', `there is no AppProject ${quoteName(name)} in the namespace ${namespace}`, {
      remedy: 'make it, or say with --argocd-namespace where Argo CD is',
    })
  }
}

interface Settings extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

function failure(
  thrown: unknown,
  { plural, group, kind }: Resource,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): unknown {
  if (signal.aborted || !isKubeError(thrown)) return thrown
  const denied = thrown.status === 401 || thrown.status === 403
  return new SecretError(
    denied ? 'AccessDenied' : 'Unavailable',
    `Kubernetes answered ${thrown.status} ${thrown.reason} about the ${kind} ${quoteName(name)}`,
    denied ? { remedy: `grant get on ${group === '' ? plural : `${plural}.${group}`} in the namespace ${namespace}` } : {},
  )
}
