import type { ApplicationRef, ApplicationView } from '../../../../plugin/controller/applications/application-view.ts'
import type { Applications, SyncWish } from '../../../../plugin/controller/applications/applications.ts'
import type { SyncedBy } from '../../../../plugin/controller/sync-windows/permits-sync.ts'
import type { Clock } from '../../../../plugin/model/clock.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'

export const REPOSITORY = 'https://git.example.com/apps.git'

/** Argo CD in memory: Applications by name, in the namespace `argocd`; a refresh takes a second and renders what `render` gives. */
export class MemoryArgo implements Applications {
  readonly views = new Map<string, ApplicationView>()
  /** Name and time of each refresh, in the order of their beginning. */
  readonly refreshes: { readonly name: string; readonly atMs: number }[] = []
  readonly syncs: { readonly name: string; readonly wish: SyncWish }[] = []
  readonly #clock: Clock
  /** What a refresh comes to; what it gives is put into the view. */
  onRefresh: (name: string) => Partial<ApplicationView> = () => ({})
  isAway = false
  /** What `maySync` gives, or throws. */
  windows: (name: string, by: SyncedBy) => boolean = () => true
  /** How often somebody asked for windows. */
  looks = 0
  mostAtOnce = 0
  #atOnce = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(name: string, changes: Partial<ApplicationView> = {}): ApplicationRef {
    const view: ApplicationView = {
      namespace: 'argocd',
      name,
      project: 'team',
      uid: `uid-${name}`,
      destination: 'shop',
      cluster: { name: 'in-cluster', server: '' },
      sources: [{ repoUrl: REPOSITORY, path: name }],
      revisions: new Set(['r1']),
      syncStatus: 'Synced',
      syncs: 'always',
      isSkipped: false,
      isRefreshing: false,
      hasComparisonError: false,
      operationPhase: 'Succeeded',
      outOfSync: [],
      reconciledAt: '',
      ...changes,
    }
    this.views.set(name, view)
    return { namespace: view.namespace, name, project: view.project }
  }

  change(name: string, changes: Partial<ApplicationView>): void {
    const view = this.views.get(name)
    if (view) this.views.set(name, { ...view, ...changes })
  }

  read = async ({ name }: ApplicationRef): Promise<ApplicationView | undefined> => {
    if (this.isAway) throw new SecretError('Unavailable', 'away')
    return this.views.get(name)
  }

  refresh = async (application: ApplicationRef, signal: AbortSignal): Promise<ApplicationView | undefined> => {
    const { name } = application
    this.refreshes.push({ name, atMs: this.#clock.monotonic() })
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce)
    await this.#clock.sleep(1_000, signal)
    this.#atOnce--
    this.change(name, this.onRefresh(name))
    return this.read(application)
  }

  maySync = async ({ name }: ApplicationView, by: SyncedBy): Promise<boolean> => {
    this.looks++
    return this.windows(name, by)
  }

  sync = async ({ name }: ApplicationRef, wish: SyncWish): Promise<void> => {
    this.syncs.push({ name, wish })
    this.change(name, { syncStatus: 'Synced', outOfSync: [] })
  }
}
