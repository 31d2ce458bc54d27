import type { ManifestMapping } from '../stream/manifest-document.ts'
import { mapping } from './core-objects.ts'

/** When Argo CD applies an object (argocd.md 4.1). */
export interface SyncPosition {
  /** A hook runs in each of its phases, anything else in `Sync`. */
  readonly phases: readonly string[]
  readonly wave: number
  readonly isHook: boolean
  /** `HookSucceeded`, `HookFailed`, `BeforeHookCreation`. */
  readonly deletePolicies: readonly string[]
}

const PREFIX = 'argocd.argoproj.io/'
/** Of one sync, in their order; PreDelete and PostDelete are another operation. */
const PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail']

export function syncPosition(annotations: ReadonlyMap<string, string>): SyncPosition {
  const hooks = words(annotations.get(`${PREFIX}hook`)).filter((hook) => hook !== 'Skip')
  const wave = Number.parseInt(annotations.get(`${PREFIX}sync-wave`) ?? '0', 10)
  return {
    phases: hooks.length > 0 ? hooks : ['Sync'],
    wave: Number.isNaN(wave) ? 0 : wave,
    isHook: hooks.length > 0,
    deletePolicies: words(annotations.get(`${PREFIX}hook-delete-policy`)),
  }
}

/** Annotations of an object that are text. */
export function annotationsOf(value: ManifestMapping): ReadonlyMap<string, string> {
  const entries = Object.entries(mapping(mapping(value['metadata'])?.['annotations']) ?? {})
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** Whether `one` is there before `other` needs it: an earlier phase or wave, or the same, where Argo CD applies Secrets before workloads (argocd.md 4.2). */
export function isThereFor(one: SyncPosition, other: SyncPosition): boolean {
  return other.phases.every((phase) => {
    const at = PHASES.indexOf(phase)
    if (at < 0) return true
    return one.phases.some((own) => {
      const ownAt = PHASES.indexOf(own)
      return ownAt >= 0 && (ownAt < at || (ownAt === at && one.wave <= other.wave))
    })
  })
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
