import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import type { Rendered } from './model-daemon.ts'
import type { UsedSecret } from './secret-managers.ts'

export const REPOSITORY = 'https://git.example.com/apps.git'

export interface ModelOperation {
  phase: 'Running' | 'Succeeded' | 'Failed'
  readonly startedAtMs: number
  finishedAtMs: number | undefined
  readonly heals: number
  readonly revision: string
}

/** An Application as Argo CD has it. Each key that it uses is a Secret of its own. */
export interface ModelApplication {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  project: string
  path: string
  revision: string
  secrets: readonly UsedSecret[]
  /** Of all its revisions: what it is synced to may be an older one than what it is compared with. */
  everUsed: readonly UsedSecret[]
  readonly syncs: 'by-hand' | 'new-revisions' | 'always'
  /** What repo-server keeps of its last render, and of what. */
  cache: { readonly of: string; readonly rendered: Rendered; readonly failures: number; readonly atMs: number } | undefined
  /** What is applied, by id of its key. */
  readonly live: Map<string, string>
  /** Somebody has changed an object of it that is no Secret. */
  isDrifted: boolean
  status: {
    readonly sync: 'Synced' | 'OutOfSync' | 'Unknown' | ''
    readonly revision: string
    readonly outOfSync: readonly string[]
  }
  hasError: boolean
  reconciledAtMs: number
  /** Times of one second are told apart by it. */
  operation: ModelOperation | undefined
  /** The revision of which a sync was last begun. */
  attempted: string
  wanted: 'normal' | 'hard' | undefined
  isGone: boolean
}

/** A Deployment that drifts. */
export const DRIFT = 'Deployment'

/** What is rendered differs from what is applied, by id of its key. */
export function differencesOf({ cache, live, isDrifted }: ModelApplication): readonly string[] {
  if (!cache || !(cache.rendered instanceof Map)) return []
  const rendered: ReadonlyMap<string, string> = cache.rendered
  const changed = [...rendered].filter(([id, version]) => live.get(id) !== version).map(([id]) => id)
  const surplus = [...live.keys()].filter((id) => !rendered.has(id))
  return [...changed, ...surplus, ...(isDrifted ? [DRIFT] : [])]
}

/** By what repo-server finds what it has rendered. The project is no part of it. */
export function cacheKeyOf({ revision, path }: ModelApplication): string {
  return `${revision} ${path}`
}

/** As the API server has it, with the annotations that are there. */
export function applicationObject(app: ModelApplication, annotations: Readonly<Record<string, string>>): KubeObject {
  const { namespace, name, project, path, syncs, status, hasError, reconciledAtMs } = app
  const source = { repoURL: REPOSITORY, path, targetRevision: 'main' }
  const object: KubeObject & Readonly<Record<string, unknown>> = {
    metadata: { namespace, name, annotations },
    spec: {
      project,
      destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
      source,
      ...(syncs !== 'by-hand' && { syncPolicy: { automated: { selfHeal: syncs === 'always' } } }),
    },
    status: {
      ...(status.sync !== '' && { sync: { status: status.sync, revision: status.revision, comparedTo: { source } } }),
      conditions: hasError ? [{ type: 'ComparisonError', message: 'failed' }] : [],
      resources: status.outOfSync.map(resourceOf),
      ...(reconciledAtMs > 0 && { reconciledAt: timeText(reconciledAtMs) }),
      ...(app.operation && { operationState: operationState(app.operation) }),
    },
  }
  return object
}

function operationState({ phase, startedAtMs, finishedAtMs, heals, revision }: ModelOperation): object {
  return {
    phase,
    startedAt: timeText(startedAtMs),
    ...(finishedAtMs !== undefined && { finishedAt: timeText(finishedAtMs) }),
    operation: { sync: { revision, ...(heals > 0 && { autoHealAttemptsCount: heals }) } },
  }
}

function resourceOf(id: string): object {
  const status = 'OutOfSync'
  if (id === DRIFT) return { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'app', status }
  return { group: '', kind: 'Secret', namespace: 'shop', name: id, status }
}

/** Argo CD writes whole seconds. */
function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** Whether one of its revisions uses the key. */
export function hasUsed({ everUsed }: ModelApplication, { store, key }: Pick<UsedSecret, 'store' | 'key'>): boolean {
  return everUsed.some((one) => one.store === store && one.key === key)
}
