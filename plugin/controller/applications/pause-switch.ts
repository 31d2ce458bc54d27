import type { ApplicationRef } from './application-view.ts'

/** What the administrator has stopped. */
export interface Pauses {
  readonly all: boolean
  readonly projects: ReadonlySet<string>
  /** `ClusterSecretStore vault` */
  readonly stores: ReadonlySet<string>
}

export const noPauses: Pauses = { all: false, projects: new Set(), stores: new Set() }

/** From the ConfigMap: `all: "true"`, `projects` and `stores` with a name a line. */
export function readPauses(data: Readonly<Record<string, string>>): Pauses {
  const lines = (text = ''): ReadonlySet<string> =>
    new Set(
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    )
  return { all: data['all']?.trim() === 'true', projects: lines(data['projects']), stores: lines(data['stores']) }
}

export function isPaused({ all, projects, stores }: Pauses, { project }: ApplicationRef, used: Iterable<string>): boolean {
  return all || projects.has(project) || [...used].some((store) => stores.has(store))
}
