import { isPaused, type Pauses, readPauses } from '../../../plugin/controller/applications/pause-switch.ts'
import type { VirtualClock } from '../../support/virtual-clock.ts'
import { cacheKeyOf, DRIFT, differencesOf, type ModelApplication } from './model-application.ts'
import type { ArgoWitness, ModelArgo } from './model-argo.ts'
import { BURST, LEAST_INTERVAL_MS, PER_MINUTE } from './model-controller.ts'
import { DEFAULT_VALUE, type ModelDaemon } from './model-daemon.ts'
import { GIT_STORE, type SecretManagers, secretId, type UsedSecret } from './secret-managers.ts'

export interface JudgeTools {
  readonly clock: VirtualClock
  readonly managers: SecretManagers
  readonly tell: (what: string) => void
  readonly argo: () => ModelArgo
  readonly daemons: () => readonly ModelDaemon[]
  /** Applications that we may sync. */
  readonly maySync: (app: ModelApplication) => boolean
}

/** Between our look at windows, pauses or the bucket, and the request. */
const BEGIN_MS = 2_000
/** `argocd-external-secrets-pause` is looked at every 5 s. */
const PAUSE_LOOK_MS = 5_000
/** How long a refresh is waited for. */
const PATIENCE_MS = 140_000
/** Keys of two stores that are told one after the other need not be one refresh. */
const TOGETHER_MS = 15_000
/** A daemon that was cut off is not waited for, and one that comes back takes a while. */
const CUT_MS = 30_000

interface Account {
  readonly uid: string
  readonly sinceMs: number
  /** Hard refreshes that there is a reason for. */
  credit: number
  /** Keys that are looked at once a day, to be sure. */
  readonly swept: Set<string>
  asked: number
  /** What was asked for came to nothing, or nobody knows any more. */
  mayAskAgain: boolean
  /** A render that was none of ours has failed, and none has gone well since: it is rendered as soon as Argo CD can compare it. */
  isBrokenByOthers: boolean
  lastAskMs: number
}

/** Judges by what documentation says, from what happens at secret managers and in Argo CD; it knows nothing of the controller's own state. */
export class Judge implements ArgoWitness {
  readonly problems: string[] = []
  readonly #tools: JudgeTools
  readonly #accounts = new Map<string, Account>()
  readonly #askedAtMs: number[] = []
  readonly #startsAtMs: number[] = []
  /** Place of the newest version that was rendered, by UID and key. */
  readonly #newest = new Map<string, number>()
  /** Rendered anew because of somebody else: by UID and key. */
  readonly #foreign = new Set<string>()
  /** Who has a turn once an interval. */
  readonly #intervals = new Set<string>()
  /** What we asked for and is not rendered, by UID; since when. */
  readonly #pending = new Map<string, number>()
  /** Rendered because we asked, and not compared yet. */
  readonly #rendered = new Set<string>()
  /** Known to have drifted without us, by UID. */
  readonly #drifted = new Set<string>()
  readonly #closedSinceMs = new Map<string, number>()
  readonly #cutAtMs = new Map<ModelDaemon, number>()
  #pauses: { readonly before: Pauses; readonly now: Pauses; readonly atMs: number }

  constructor(tools: JudgeTools) {
    this.#tools = tools
    const none = readPauses({})
    this.#pauses = { before: none, now: none, atMs: 0 }
  }

  started(): void {
    this.#startsAtMs.push(this.#tools.clock.monotonic())
    for (const account of this.#accounts.values()) {
      account.credit++
      account.mayAskAgain = true
    }
    // What another has put out of sync is not known any more.
    for (const app of this.#tools.argo().apps.values())
      if (this.#pending.has(app.uid) || differencesOf(app).length > 0)
        for (const secret of app.secrets) this.#foreign.add(`${app.uid} ${secretId(secret)}`)
  }

  /** Somebody has given a reason to render this again. */
  allow(app: ModelApplication, count = 1): void {
    this.#account(app).credit += count
  }

  paused(data: Readonly<Record<string, string>>): void {
    this.#pauses = { before: this.#pauses.now, now: readPauses(data), atMs: this.#tools.clock.monotonic() }
  }

  windowSet(project: string, isClosed: boolean): void {
    if (isClosed) this.#closedSinceMs.set(project, this.#tools.clock.monotonic())
    else this.#closedSinceMs.delete(project)
  }

  cut(daemon: ModelDaemon): void {
    this.#cutAtMs.set(daemon, this.#tools.clock.monotonic())
  }

  asked(app: ModelApplication, what: 'normal' | 'hard'): void {
    const now = this.#tools.clock.monotonic()
    this.#askedAtMs.push(now)
    this.#tools.tell(`asked for ${app.name}: ${what}`)
    this.#checkWindow(app, now)
    this.#checkPause(app, now)
    if (what === 'normal') {
      if (differencesOf(app).length === 0) this.#say(`${app.name} is asked for a comparison although it is in sync`)
      return
    }
    const account = this.#account(app)
    account.asked++
    for (const secret of app.everUsed) if (secret.store !== GIT_STORE) account.swept.add(secretId(secret))
    if (app.everUsed.some(({ store }) => store === GIT_STORE)) this.#intervals.add(nameOf(app))
    this.#pending.set(app.uid, now)
    const isFloored = app.everUsed.some((secret) => this.#hasFloor(secret, account, now))
    if (!isFloored && !account.mayAskAgain) this.#say(`${app.name} is refreshed before a floor`)
    account.lastAskMs = this.#tools.clock.now()
    account.mayAskAgain = false
  }

  rendering(app: ModelApplication, daemon: ModelDaemon): () => void {
    const askedAtMs = this.#pending.get(app.uid)
    const isOurs = this.#pending.delete(app.uid)
    if (isOurs) this.#rendered.add(app.uid)
    // Who asked has given up waiting, and asks once more.
    if (askedAtMs !== undefined && this.#tools.clock.monotonic() - askedAtMs > PATIENCE_MS) {
      const account = this.#account(app)
      account.credit++
      account.mayAskAgain = true
    }
    const before = app.cache?.rendered
    const isFirst = before instanceof Map || app.cache?.of !== cacheKeyOf(app)
    const floors = app.secrets.map((secret) => this.#floorAt(daemon, secret))
    return () => {
      const rendered = app.cache?.rendered
      const account = this.#account(app)
      if (!(rendered instanceof Map)) {
        if (!isOurs && isFirst) account.isBrokenByOthers = true
        if (isOurs) {
          account.credit++
          account.mayAskAgain = true
        }
        return
      }
      account.isBrokenByOthers = false
      for (const [index, secret] of app.secrets.entries()) {
        const id = secretId(secret)
        const version: string | undefined = rendered.get(id)
        if (version !== undefined) this.#delivered(app, id, { version, floorMs: floors[index], daemon })
        const isKnown = before instanceof Map && before.get(id) === version
        if (!isKnown && !isOurs && app.live.get(id) !== version) this.#foreign.add(`${app.uid} ${id}`)
      }
    }
  }

  compared(app: ModelApplication): void {
    if (!app.isDrifted) this.#drifted.delete(app.uid)
    else if (!this.#rendered.delete(app.uid) && app.status.outOfSync.includes(DRIFT)) this.#drifted.add(app.uid)
  }

  synced(app: ModelApplication, names: readonly string[] | undefined): void {
    if (this.#drifted.has(app.uid) && names?.includes(DRIFT) !== false) this.#say(`what drifted of ${app.name} is synced`)
  }

  applied(app: ModelApplication, id: string): void {
    this.#foreign.delete(`${app.uid} ${id}`)
  }

  /** Everything has been well for as long as documentation says that it takes. */
  checkFresh(): void {
    for (const app of this.#tools.argo().apps.values()) this.#checkFresh(app)
  }

  /** At the end. */
  checkWhole(): void {
    const now = this.#tools.clock.monotonic()
    for (const [name, { asked, credit, swept, sinceMs }] of this.#accounts)
      if (asked > credit + swept.size + this.#turns(name, now - sinceMs))
        this.#say(`${name} was refreshed ${asked} times for ${credit} reasons`)
    const perMs = PER_MINUTE / 60_000
    for (const [first, fromMs] of this.#askedAtMs.entries())
      for (let last = first + 1; last < Math.min(this.#askedAtMs.length, first + 100); last++) {
        const toMs = this.#askedAtMs[last] ?? 0
        const starts = this.#startsAtMs.filter((atMs) => atMs > fromMs - BEGIN_MS && atMs <= toMs).length
        const most = BURST * (1 + starts) + (toMs - fromMs + BEGIN_MS) * perMs
        if (last - first + 1 > most) return this.#say(`${last - first + 1} refreshes within ${toMs - fromMs} ms`)
      }
  }

  #turns(name: string, elapsedMs: number): number {
    return this.#intervals.has(name) ? Math.ceil(elapsedMs / LEAST_INTERVAL_MS) + 1 : 0
  }

  #checkWindow(app: ModelApplication, now: number): void {
    const sinceMs = this.#closedSinceMs.get(app.project)
    if (sinceMs === undefined || now - sinceMs < BEGIN_MS) return
    const by = app.syncs === 'always' || this.#tools.maySync(app) ? 'automation' : 'people'
    if (!this.#tools.argo().maySync(app, by)) this.#say(`${app.name} is refreshed although its window is closed`)
  }

  #checkPause(app: ModelApplication, now: number): void {
    const { before, now: current, atMs } = this.#pauses
    const isSettled = now - atMs > PAUSE_LOOK_MS + BEGIN_MS
    const stores = app.secrets.map(({ store }) => store)
    // Which of its stores it is refreshed for is not known here.
    const isMeant = (pauses: Pauses): boolean =>
      isPaused({ ...pauses, stores: new Set() }, app, []) ||
      (stores.length > 0 && stores.every((store) => pauses.stores.has(store)))
    if (isMeant(current) && (isSettled || isMeant(before))) this.#say(`${app.name} is refreshed although it is paused`)
  }

  /** Whether every daemon that is connected has given up what was read before, of a key that has not been rendered since. */
  #hasFloor(secret: UsedSecret, { lastAskMs }: Account, now: number): boolean {
    return this.#tools.daemons().every((daemon) => {
      if (daemon.isCut || now - (this.#cutAtMs.get(daemon) ?? Number.NEGATIVE_INFINITY) < CUT_MS) return true
      const floorMs = this.#floorAt(daemon, secret)
      // What is told while a refresh is under way is one more.
      return floorMs !== undefined && floorMs >= lastAskMs - TOGETHER_MS
    })
  }

  #floorAt({ table }: ModelDaemon, { store, key }: UsedSecret): number | undefined {
    const [kind = '', name = ''] = store.split(' ')
    return table.floorOf('', { id: store, kind, name, provider: 'fake', isAdministrators: true }, key)?.notBeforeMs
  }

  #delivered(
    app: ModelApplication,
    id: string,
    {
      version,
      floorMs,
      daemon,
    }: { readonly version: string; readonly floorMs: number | undefined; readonly daemon: ModelDaemon },
  ): void {
    const entries = this.#tools.managers.entriesOf(id)
    const place = entries.findLastIndex((entry) => (entry.version ?? DEFAULT_VALUE) === version)
    const newest = this.#newest.get(`${app.uid} ${id}`) ?? -1
    this.#newest.set(`${app.uid} ${id}`, Math.max(newest, place))
    if (place >= newest || floorMs === undefined || floorMs < (entries[newest]?.atMs ?? 0)) return
    this.#say(`${app.name} has the old ${version} of ${id} again, by ${daemon.name}`)
  }

  #checkFresh(app: ModelApplication): void {
    const wanted = app.secrets.map((secret) => {
      const id = secretId(secret)
      return { ...secret, id, newest: this.#tools.managers.entriesOf(id).at(-1)?.version }
    })
    // It cannot be rendered, whatever anybody does.
    if (wanted.some(({ newest, isOptional }) => newest === undefined && !isOptional)) return
    const rendered = app.cache?.rendered
    if (!(rendered instanceof Map) && this.#account(app).isBrokenByOthers) return
    if (!(rendered instanceof Map)) return this.#say(`${app.name} cannot be rendered`)
    for (const { id, newest } of wanted) {
      if (newest === undefined) continue
      if (rendered.get(id) !== newest) this.#say(`${app.name} is rendered with ${rendered.get(id)} of ${id}, which is ${newest}`)
      else if (this.#isToBeLive(app, id) && app.live.get(id) !== newest)
        this.#say(`${app.name} has ${app.live.get(id)} of ${id} applied, which is ${newest}`)
    }
  }

  #isToBeLive(app: ModelApplication, id: string): boolean {
    if (app.operation?.phase === 'Failed') return false
    return app.syncs === 'always' || (this.#tools.maySync(app) && !this.#foreign.has(`${app.uid} ${id}`))
  }

  #account(app: ModelApplication): Account {
    const name = nameOf(app)
    const known = this.#accounts.get(name)
    if (known?.uid === app.uid) return known
    const swept = new Set(known?.swept)
    const account = {
      uid: app.uid,
      swept,
      sinceMs: known?.sinceMs ?? this.#tools.clock.monotonic(),
      credit: known?.credit ?? 0,
      asked: known?.asked ?? 0,
      mayAskAgain: false,
      isBrokenByOthers: false,
      lastAskMs: 0,
    }
    this.#accounts.set(name, account)
    return account
  }

  #say(problem: string): void {
    this.problems.push(`${Math.round(this.#tools.clock.monotonic() / 1_000)} s: ${problem}`)
  }
}

function nameOf({ namespace, name }: ModelApplication): string {
  return `${namespace}/${name}`
}
