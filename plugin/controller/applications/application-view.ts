/** Names an Application. */
export interface ApplicationRef {
  readonly namespace: string
  readonly name: string
  /** Its AppProject, as far as is known. */
  readonly project: string
}

/** `argocd/shop` */
export function applicationId({ namespace, name }: Pick<ApplicationRef, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`
}

/** What is read of an Application (argoproj.io/v1alpha1). */
export interface ApplicationView extends ApplicationRef {
  readonly uid: string
  /** The destination's namespace. */
  readonly destination: string
  /** The destination's cluster, by the one or the other. */
  readonly cluster: { readonly name: string; readonly server: string }
  readonly sources: readonly ApplicationSource[]
  /** Those that it was compared with, is synced to, or was told to be synced to. */
  readonly revisions: ReadonlySet<string>
  readonly syncStatus: string
  /** Whether Argo CD syncs it by itself, and also when only live objects differ (argocd.md 5.1). */
  readonly syncs: 'by-hand' | 'new-revisions' | 'always'
  /** `argocd.argoproj.io/skip-reconcile`: refreshes are ignored. */
  readonly isSkipped: boolean
  /** A refresh that was asked for and is not done. */
  readonly isRefreshing: boolean
  /** It could not be rendered or compared. */
  readonly hasComparisonError: boolean
  readonly operation: Operation
  readonly outOfSync: readonly ApplicationResource[]
  /** Of the comparison, as Argo CD writes it. */
  readonly reconciledAt: string
}

/** The last one, or the one that runs. */
export interface Operation {
  /** `Running` from the moment on in which it is wished. */
  readonly phase: string
  /** As Argo CD writes it; it distinguishes one from the next. */
  readonly startedAt: string
  /** In milliseconds since the epoch. */
  readonly finishedAtMs: number | undefined
  /** How many heals of one revision it is the last of, which is what Argo CD's self-heal backs off by (argocd.md 5.1). */
  readonly heals: number
}

export interface ApplicationSource {
  readonly repoUrl: string
  readonly path: string
}

export interface ApplicationResource {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}
