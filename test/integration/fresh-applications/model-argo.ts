import { APPLICATIONS } from '../../../plugin/controller/applications/argo-annotations.ts'
import { REFRESH_ANNOTATION } from '../../../plugin/controller/applications/read-application.ts'
import { APP_PROJECTS } from '../../../plugin/controller/sync-windows/project-windows.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import type { KubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import type { VirtualClock } from '../../support/virtual-clock.ts'
import { applicationObject, cacheKeyOf, DRIFT, differencesOf, type ModelApplication, REPOSITORY } from './model-application.ts'
import type { ModelDaemon } from './model-daemon.ts'

/** Told what happens to Applications. */
export interface ArgoWitness {
  asked(app: ModelApplication, what: 'normal' | 'hard'): void
  /** Gives what to call when it is done. */
  rendering(app: ModelApplication, daemon: ModelDaemon): () => void
  compared(app: ModelApplication): void
  applied(app: ModelApplication, id: string): void
}

export interface ModelArgoTools {
  readonly clock: VirtualClock
  readonly kube: KubeEmulator
  /** The one of the repo-server that renders next. */
  readonly daemon: () => ModelDaemon
  readonly witness: ArgoWitness
}

export interface ModelWindow {
  readonly manualSync: boolean
}

const COMPARE_MS = 200
const OPERATION_MS = 3_000
/** `timeout.reconciliation`, with its jitter. */
const PERIOD_MS = 150_000
const LOOK_MS = 1_000
/** PAUSE_GENERATION_AFTER_FAILED_ATTEMPTS and PAUSE_GENERATION_MINUTES of repo-server. */
const MOST_FAILURES = 3
const KEPT_ERROR_MS = 3_600_000

/**
 * Argo CD as far as duty A meets it (argo-cd v3.6): renders with a cache by revision, compares, syncs by itself, heals with its back-off, keeps sync
 * windows, is slow or away or forgets what it was asked, as a test says.
 */
export class ModelArgo {
  readonly apps = new Map<string, ModelApplication>()
  /** Windows that deny, by project; they are active. */
  readonly windows = new Map<string, ModelWindow>()
  isAway = false
  /** A request for a refresh is taken away and nothing is done. */
  isForgetful = false
  renderMs = 500
  /** Whose renders fail whatever they read. */
  readonly broken = new Set<string>()
  readonly #tools: ModelArgoTools
  readonly #stopping = new AbortController()
  #count = 0
  #isWriting = false

  constructor(tools: ModelArgoTools) {
    this.#tools = tools
    tools.kube.follow(APPLICATIONS, ({ metadata }, type) => {
      const app = this.apps.get(`${metadata.namespace}/${metadata.name}`)
      const wanted = metadata.annotations?.[REFRESH_ANNOTATION]
      if (!app || this.#isWriting || type === 'DELETED' || wanted === undefined) return
      const what = wanted === 'hard' ? 'hard' : 'normal'
      tools.witness.asked(app, what)
      app.wanted = what === 'hard' ? 'hard' : (app.wanted ?? 'normal')
    })
  }

  add(app: Pick<ModelApplication, 'namespace' | 'name' | 'project' | 'secrets' | 'syncs'>): void {
    const whole: ModelApplication = {
      ...app,
      uid: `uid-${this.#count++}`,
      path: app.name,
      everUsed: app.secrets,
      revision: this.newRevision(),
      cache: undefined,
      live: new Map(),
      isDrifted: false,
      status: { sync: '', revision: '', outOfSync: [] },
      hasError: false,
      reconciledAtMs: 0,
      operation: undefined,
      attempted: '',
      wanted: 'normal',
      isGone: false,
    }
    this.apps.set(`${app.namespace}/${app.name}`, whole)
    this.#write(whole)
    void this.#control(whole)
  }

  remove(app: ModelApplication): void {
    app.isGone = true
    this.apps.delete(`${app.namespace}/${app.name}`)
    this.#tools.kube.remove(APPLICATIONS, app)
  }

  newRevision(): string {
    return `r${++this.#count}`
  }

  /** What was changed of its spec, as a webhook has it noticed soon. */
  changed(app: ModelApplication): void {
    this.#write(app)
    app.wanted ??= 'normal'
  }

  setWindow(project: string, window: ModelWindow | undefined): void {
    if (window) this.windows.set(project, window)
    else this.windows.delete(project)
    const manualSync = window?.manualSync === true
    const syncWindows = window ? [{ kind: 'deny', schedule: '* * * * *', duration: '1h', applications: ['*'], manualSync }] : []
    const object: KubeObject & { readonly spec: unknown } = {
      metadata: { namespace: 'argocd', name: project },
      spec: { syncWindows },
    }
    this.#tools.kube.put(APP_PROJECTS, object)
  }

  maySync({ project }: Pick<ModelApplication, 'project'>, by: 'automation' | 'people'): boolean {
    const window = this.windows.get(project)
    return !window || (by === 'people' && window.manualSync)
  }

  /** Resolves once it was compared after this. */
  async refresh(app: ModelApplication, what: 'normal' | 'hard', signal: AbortSignal): Promise<void> {
    app.wanted = what === 'hard' ? 'hard' : (app.wanted ?? 'normal')
    this.#write(app, { [REFRESH_ANNOTATION]: app.wanted })
    while (!app.isGone && this.#annotationsOf(app)[REFRESH_ANNOTATION] !== undefined)
      await this.#tools.clock.sleep(LOOK_MS / 4, signal)
  }

  /** Syncs these Secrets of it, or all; false while another operation runs. */
  sync(app: ModelApplication, names: readonly string[] | undefined): boolean {
    if (app.operation?.phase === 'Running') return false
    void this.#operate(app, 0, names)
    return true
  }

  stop(): void {
    this.#stopping.abort()
  }

  /** What its controller does with one Application, until it is gone. */
  async #control(app: ModelApplication): Promise<void> {
    const { clock } = this.#tools
    const { signal } = this.#stopping
    let dueAtMs = clock.monotonic() + PERIOD_MS
    while (!signal.aborted && !app.isGone) {
      if (!this.isAway && (app.wanted || clock.monotonic() >= dueAtMs)) {
        const wanted = app.wanted ?? 'normal'
        app.wanted = undefined
        if (!this.isForgetful || wanted === 'normal') await this.#reconcile(app, wanted)
        if (!app.isGone) this.#write(app, app.wanted === undefined ? {} : undefined)
        dueAtMs = clock.monotonic() + PERIOD_MS
      }
      await clock.sleep(LOOK_MS, signal).catch(() => undefined)
    }
  }

  async #reconcile(app: ModelApplication, wanted: 'normal' | 'hard'): Promise<void> {
    const { clock } = this.#tools
    const of = cacheKeyOf(app)
    if (wanted === 'hard' || !this.#isCached(app, of)) await this.#render(app, of)
    await clock.sleep(COMPARE_MS)
    if (app.isGone) return
    this.#compare(app)
    this.#syncByItself(app)
  }

  /** A render that failed is tried again, but after some failures in a row its error is kept for an hour. */
  #isCached({ cache }: ModelApplication, of: string): boolean {
    if (cache?.of !== of) return false
    if (cache.rendered instanceof Map) return true
    return cache.failures >= MOST_FAILURES && this.#tools.clock.monotonic() - cache.atMs < KEPT_ERROR_MS
  }

  async #render(app: ModelApplication, of: string): Promise<void> {
    const { clock, daemon, witness } = this.#tools
    const renderer = daemon()
    const done = witness.rendering(app, renderer)
    const { namespace, name, project, path, revision, secrets } = app
    await clock.sleep(this.renderMs)
    const isBroken = this.broken.has(name)
    const rendered = await renderer.render({ namespace, name, project, path, revision, secrets, repoUrl: REPOSITORY, isBroken })
    const failures = app.cache?.of === of ? app.cache.failures + 1 : 1
    app.cache = { of, rendered, failures: rendered instanceof Map ? 0 : failures, atMs: clock.monotonic() }
    done()
  }

  #compare(app: ModelApplication): void {
    app.hasError = !(app.cache?.rendered instanceof Map)
    const outOfSync = differencesOf(app)
    const sync = app.hasError ? 'Unknown' : outOfSync.length > 0 ? 'OutOfSync' : 'Synced'
    app.status = { sync, revision: app.cache?.of.split(' ')[0] ?? '', outOfSync }
    app.reconciledAtMs = this.#tools.clock.now()
    this.#tools.witness.compared(app)
  }

  /** What follows a comparison (autoSync). */
  #syncByItself(app: ModelApplication): void {
    const { clock } = this.#tools
    const { syncs, status, operation } = app
    if (syncs === 'by-hand' || status.sync !== 'OutOfSync' || operation?.phase === 'Running') return
    if (!this.maySync(app, 'automation')) return
    if (app.attempted !== status.revision) return void this.#operate(app, 0)
    if (syncs !== 'always' || !operation || operation.phase === 'Failed') return
    const { heals, finishedAtMs = 0 } = operation
    const backOffMs = heals === 0 ? 0 : Math.min(300_000, 2_000 * 3 ** (heals - 1))
    const remainingMs = finishedAtMs + backOffMs - clock.now()
    if (remainingMs <= 0) void this.#operate(app, heals + 1)
    else void clock.sleep(remainingMs).then(() => (app.wanted ??= 'normal'))
  }

  /** Applies what was rendered when it began. */
  async #operate(app: ModelApplication, heals: number, names?: readonly string[]): Promise<void> {
    const { clock, witness } = this.#tools
    const rendered = app.cache?.rendered
    const revision = app.status.revision
    const operation = { phase: 'Running' as const, startedAtMs: clock.now(), finishedAtMs: undefined, heals, revision }
    app.operation = operation
    if (!names) app.attempted = revision
    this.#write(app)
    await clock.sleep(OPERATION_MS)
    if (app.isGone) return
    const isApplied = rendered instanceof Map
    app.operation = { ...operation, phase: isApplied ? 'Succeeded' : 'Failed', finishedAtMs: clock.now() }
    const isMeant = (id: string): boolean => !names || names.includes(id)
    if (rendered instanceof Map) {
      for (const [id, version] of rendered)
        if (isMeant(id) && app.live.get(id) !== version) {
          app.live.set(id, version)
          witness.applied(app, id)
        }
      for (const id of app.live.keys()) if (isMeant(id) && !rendered.has(id)) app.live.delete(id)
      if (isMeant(DRIFT)) app.isDrifted = false
    }
    this.#write(app)
    app.wanted ??= 'normal'
  }

  /** With these annotations, or with those that are there. */
  #write(app: ModelApplication, annotations = this.#annotationsOf(app)): void {
    if (app.isGone) return
    this.#isWriting = true
    this.#tools.kube.put(APPLICATIONS, applicationObject(app, annotations))
    this.#isWriting = false
  }

  #annotationsOf({ namespace, name }: ModelApplication): Readonly<Record<string, string>> {
    return this.#tools.kube.get(APPLICATIONS, { namespace, name })?.metadata.annotations ?? {}
  }
}
