import { compileGlob } from '../../argocd/source/glob.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { SyncWindow } from './sync-window.ts'

/** What windows go by, of an Application. */
export interface WindowTarget {
  readonly name: string
  /** The destination's namespace. */
  readonly destination: string
  /** The destination's cluster, as the Application names it: by either. */
  readonly cluster: { readonly name: string; readonly server: string }
}

/** Whether a window is one of the Application (SyncWindows.Matches): one without any list is of none. Throws SecretError InvalidSpec. */
export function matchesWindow(window: SyncWindow, { name, destination, cluster }: WindowTarget): boolean {
  const lists: readonly (readonly [patterns: readonly string[], texts: readonly string[]])[] = [
    [window.applications, [name]],
    [window.clusters, [cluster.name, cluster.server].filter((text) => text !== '')],
    [window.namespaces, [destination]],
  ]
  const set = lists.filter(([patterns]) => patterns.length > 0)
  const matches = ([patterns, texts]: (typeof lists)[number]): boolean =>
    patterns.map(globOf).some((glob) => texts.some((text) => glob(text)))
  return set.length > 0 && (window.andOperator ? set.every(matches) : set.some(matches))
}

function globOf(pattern: string): (text: string) => boolean {
  try {
    return compileGlob(pattern)
  } catch {
    const remedy = 'correct that pattern of applications, namespaces or clusters'
    throw new SecretError('InvalidSpec', `a sync window has the pattern ${quoteName(pattern)}, which cannot be read`, { remedy })
  }
}
