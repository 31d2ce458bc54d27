import assert from 'node:assert/strict'
import type { ApplicationRef, ApplicationView } from '../../../../plugin/controller/applications/application-view.ts'
import type { Applications, RefreshType, SyncWish } from '../../../../plugin/controller/applications/applications.ts'
import type { SyncedBy } from '../../../../plugin/controller/sync-windows/permits-sync.ts'
import type { Clock } from '../../../../plugin/model/clock.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'

export const REPOSITORY = 'https://git.example.com/apps.git'

/** Argo CD in memory: Applications by name, in the namespace `argocd`; a refresh takes a second and renders what `render` gives. */
export class MemoryArgo implements Applications {
  readonly views = new Map<string, ApplicationView>()
  /** Name and time of each refresh, in the order of their beginning. */
  readonly refreshes: { readonly name: string; readonly what: RefreshType; readonly atMs: number }[] = []
  readonly syncs: { readonly name: string; readonly wish: SyncWish }[] = []
  readonly #clock: Clock
  /** How often each was rendered. */
  readonly #renders = new Map<string, number>()
  /** What a render comes to; what it gives is put into the view. */
  onRefresh: (name: string) => Partial<ApplicationView> = () => ({})
  /** Name and time of each operation that it began by itself. */
  readonly heals: { readonly name: string; readonly atMs: number }[] = []
  /** Whether it takes a window for closed, which may be one of before. */
  prevents: (name: string) => boolean = () => false
  operationMs = 1_000
  /** How an operation ends. */
  endsAs: (name: string) => 'Succeeded' | 'Failed' = () => 'Succeeded'
  isAway = false
  /** Asked before it begins an operation that it is asked for. */
  onSync: () => void = () => undefined
  /** What `maySync` gives, or throws. */
  windows: (name: string, by: SyncedBy) => boolean = () => true
  /** How often somebody asked for windows. */
  looks = 0
  /** How often somebody read an Application. */
  reads = 0
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
      operation: { phase: 'Succeeded', startedAt: '', finishedAtMs: undefined, heals: 0 },
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
    this.reads++
    return this.views.get(name)
  }

  refresh = async (application: ApplicationRef, what: RefreshType, signal: AbortSignal): Promise<ApplicationView | undefined> => {
    const { name } = application
    this.refreshes.push({ name, what, atMs: this.#clock.monotonic() })
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce)
    await this.#clock.sleep(1_000, signal)
    this.#atOnce--
    if (what === 'hard') {
      this.change(name, this.onRefresh(name))
      this.#renders.set(name, (this.#renders.get(name) ?? 0) + 1)
    }
    this.reconcile(name)
    return this.read(application)
  }

  /**
   * What follows a comparison (argo-cd v3.6.1, autoSync): what heals itself and is out of sync is synced, unless a window prevents it, the last
   * operation failed, or it was healed a moment ago; then it is looked at once more after the back-off.
   */
  reconcile(name: string): void {
    const { syncs, syncStatus, operation } = this.views.get(name) ?? assert.fail(`no ${name}`)
    const { phase, heals, finishedAtMs = 0 } = operation
    if (syncs !== 'always' || syncStatus !== 'OutOfSync' || phase !== 'Succeeded' || this.prevents(name)) return
    const backOffMs = heals === 0 ? 0 : Math.min(300_000, 2_000 * 3 ** (heals - 1))
    const remainingMs = finishedAtMs + backOffMs - this.#clock.now()
    if (remainingMs > 0) void this.#clock.sleep(remainingMs).then(() => this.reconcile(name))
    else {
      this.heals.push({ name, atMs: this.#clock.monotonic() })
      void this.#operate(name, heals + 1)
    }
  }

  /** Applies what was rendered when it began; what was rendered since is compared once it has ended. */
  async #operate(name: string, heals: number): Promise<void> {
    const renders = this.#renders.get(name)
    const startedAt = new Date(this.#clock.now()).toISOString()
    this.change(name, { operation: { phase: 'Running', startedAt, finishedAtMs: undefined, heals } })
    await this.#clock.sleep(this.operationMs)
    const phase = this.endsAs(name)
    const isNewest = renders === this.#renders.get(name)
    const done = phase === 'Succeeded' && isNewest ? { syncStatus: 'Synced', outOfSync: [] } : {}
    this.change(name, { operation: { phase, startedAt, finishedAtMs: this.#clock.now(), heals }, ...done })
    if (!isNewest) this.reconcile(name)
  }

  maySync = async ({ name }: ApplicationView, by: SyncedBy): Promise<boolean> => {
    this.looks++
    return this.windows(name, by)
  }

  sync = async ({ name }: ApplicationRef, wish: SyncWish): Promise<void> => {
    if (this.views.get(name)?.operation.phase === 'Running') throw new SecretError('Unavailable', 'another one is in progress')
    this.onSync()
    this.syncs.push({ name, wish })
    void this.#operate(name, 0)
  }
}
