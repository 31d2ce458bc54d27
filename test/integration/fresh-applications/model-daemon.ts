import type { ApplicationsController } from '../../../plugin/controller/applications/applications-controller.ts'
import { renderReport } from '../../../plugin/controller/applications/report-schema.ts'
import { followFloors } from '../../../plugin/daemon/follow-floors.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import type { Random } from '../../../plugin/model/random.ts'
import type { ReadFact } from '../../../plugin/model/read-fact.ts'
import { asSecretError, type ErrorKind, SecretError } from '../../../plugin/model/secret-error.ts'
import type { RenderFacts } from '../../../plugin/observability/render-facts.ts'
import { reportPoster } from '../../../plugin/observability/report-poster.ts'
import type { Outcome } from '../../../plugin/providers/secret-reader.ts'
import { processKeyRing } from '../../../plugin/stores/keys/open-key-ring.ts'
import { ADMINISTRATOR, freshStores } from '../../../plugin/stores/open-store.ts'
import { DEFAULT_FLOORS, FloorTable } from '../../../plugin/stores/warm/floor-table.ts'
import { openLastGood } from '../../../plugin/stores/warm/last-good-folder.ts'
import { silentWarmListener } from '../../../plugin/stores/warm/warm-listener.ts'
import { DEFAULT_CACHE, DEFAULT_READERS, type WarmStores, warmStores } from '../../../plugin/stores/warm/warm-stores.ts'
import type { PeerClient } from '../../../plugin/transport/peer-client.ts'
import type { VirtualClock } from '../../support/virtual-clock.ts'
import { MemoryFiles } from '../../unit/stores/warm/memory-files.ts'
import { GIT_STORE, noCredentials, type SecretManagers, secretId, storeObjectOf, type UsedSecret } from './secret-managers.ts'

/** Who leads, as daemons find it. */
export interface Intake {
  readonly leader: Pick<ApplicationsController, 'board' | 'receive'> | undefined
  /** Connections to the leader end with it. */
  readonly gone: AbortSignal
}

export interface ModelDaemonTools {
  readonly name: string
  readonly clock: VirtualClock
  readonly random: Random
  readonly managers: SecretManagers
  readonly intake: () => Intake
}

/** What is rendered, for whom. */
export interface RenderRequest {
  readonly namespace: string
  readonly name: string
  readonly project: string
  readonly repoUrl: string
  readonly path: string
  readonly revision: string
  readonly secrets: readonly UsedSecret[]
  /** Fails whatever it reads. */
  readonly isBroken?: boolean
}

/** Versions by id of their key, or why there is nothing. */
export type Rendered = ReadonlyMap<string, string> | ErrorKind

/** What stands in for what is missing. */
export const DEFAULT_VALUE = 'none'
const CONNECTED_TTL_MS = 300_000
const SEND_MS = 20
const REREAD_INTERVAL = '15m'

/** A daemon beside one repo-server: real warm stores, floors and reports, over a network that a test disturbs. */
export class ModelDaemon {
  readonly name: string
  readonly table: FloorTable
  /** Reports take so long, in milliseconds. */
  reportMs = SEND_MS
  /** Every so many reports are taken, and the sender does not learn it. */
  isForgetful = false
  readonly #tools: ModelDaemonTools
  readonly #reports: ReturnType<typeof reportPoster>
  #stores: WarmStores | undefined
  #cut: AbortController | undefined

  constructor(tools: ModelDaemonTools) {
    const { clock, random } = tools
    this.name = tools.name
    this.#tools = tools
    this.table = new FloorTable(DEFAULT_FLOORS, clock)
    this.#reports = reportPoster({
      clock,
      random,
      logger: silentLogger,
      capacity: 1_000,
      onReport: () => undefined,
      send: async (body, signal) => (await this.#send({ method: 'POST', path: '/reports', body, signal })).status,
    })
  }

  get isCut(): boolean {
    return this.#cut?.signal.aborted === true
  }

  /** Cuts it off from the controller, or connects it again. */
  connect(isConnected: boolean): void {
    if (isConnected) this.#cut = undefined
    else {
      this.#cut ??= new AbortController()
      this.#cut.abort()
    }
  }

  /** Works until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { name, clock, random, managers } = this.#tools
    const ring = processKeyRing(random)
    const providers = new Map([['fake', async () => managers.provider]])
    const tools = {
      environment: new Map<string, string>(),
      clock,
      random,
      logger: silentLogger,
      callTimeoutMs: 5_000,
      concurrency: 8,
    }
    const files = new MemoryFiles(clock.now)
    const limits = { maxBytes: 1_000_000, maxStaleMs: 86_400_000, onEvict: () => undefined }
    const stores = warmStores({
      opener: freshStores(providers, tools),
      providers,
      ring,
      lastGood: await openLastGood({ ...limits, files, ring, clock, random, logger: silentLogger }),
      patienceMs: 5_000,
      floors: this.table,
      cache: { ...DEFAULT_CACHE, connectedTtlMs: () => (this.table.isConnected ? CONNECTED_TTL_MS : undefined) },
      readers: DEFAULT_READERS,
      clock,
      listener: silentWarmListener,
    })
    this.#stores = stores
    const client = { send: (request: Parameters<PeerClient['send']>[0]) => this.#send(request) }
    const onLeader = (): void => this.#reports.resend()
    const onFloors: Parameters<typeof followFloors>[0]['onFloors'] = (told, limit) => stores.reread(told, limit)
    const followed = { client, table: this.table, daemon: name, clock, random, logger: silentLogger, onLeader, onFloors }
    await followFloors(followed, signal)
    await this.#reports.close(signal)
    await stores.close()
  }

  async render(request: RenderRequest): Promise<Rendered> {
    const { secrets } = request
    const values = new Map<string, string>()
    const reads: ReadFact[] = []
    let failure: ErrorKind | undefined = request.isBroken ? 'InvalidSpec' : undefined
    for (const [store, own] of Map.groupBy(secrets, (secret) => secret.store)) {
      const outcomes = await this.#read(store, own)
      for (const [index, secret] of own.entries()) {
        const outcome = outcomes[index]
        if (outcome && !outcome.ok && !(secret.isOptional && outcome.error.kind === 'NotFound')) failure = outcome.error.kind
        const fetched = outcome?.ok ? outcome.secret : undefined
        values.set(secretId(secret), fetched?.version ?? DEFAULT_VALUE)
        reads.push(readFact(secret, fetched?.version, fetched?.stale === true))
      }
    }
    this.#reports.post(factsOf(request, reads, failure ?? 'ok'))
    return failure ?? values
  }

  async #read(store: string, secrets: readonly UsedSecret[]): Promise<readonly Outcome[]> {
    if (!this.#stores) throw new Error('the daemon does not run')
    const scope = { owner: store === GIT_STORE ? 'project' : ADMINISTRATOR }
    try {
      const { reader } = await this.#stores.open(storeObjectOf(store), 'shop', noCredentials, scope)
      const refs = secrets.map(({ key }) => ({ key, part: 'value' as const }))
      try {
        return await reader.fetch(refs, new AbortController().signal)
      } finally {
        await reader.close()
      }
    } catch (thrown) {
      const error = asSecretError(thrown)
      return secrets.map(() => ({ ok: false, error }))
    }
  }

  async #send({ method, path, body = '', signal }: Parameters<PeerClient['send']>[0]) {
    const { clock, name } = this.#tools
    const cut = (this.#cut ??= new AbortController())
    await clock.sleep(method === 'POST' ? this.reportMs : SEND_MS, AbortSignal.any([signal, cut.signal]))
    const { leader, gone } = this.#tools.intake()
    if (!leader) return answer(503)
    if (method === 'POST') {
      leader.receive(renderReport.parse(JSON.parse(body)))
      if (this.isForgetful) throw new SecretError('Unavailable', 'the answer is lost')
      return answer(204)
    }
    const query = new URL(path, 'http://controller').searchParams
    const ending = AbortSignal.any([signal, gone, cut.signal])
    const question = { after: query.get('after') ?? '', daemon: name, isAway: query.get('away') === '1' }
    const floors = await leader.board.answer(question, ending)
    ending.throwIfAborted()
    return answer(200, floors)
  }
}

function answer(status: number, body: object = {}) {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) }
}

function readFact({ store, key }: UsedSecret, version: string | undefined, stale: boolean): ReadFact {
  return {
    externalSecret: `shop/${key}`,
    store,
    provider: 'fake',
    key,
    keyPrefix: '',
    requestedVersion: '',
    part: 'value',
    ...(version !== undefined && { version }),
    refreshInterval: REREAD_INTERVAL,
    isHook: false,
    stale,
  }
}

function factsOf(request: RenderRequest, reads: readonly ReadFact[], outcome: RenderFacts['outcome']): RenderFacts {
  const { namespace, name, project, revision, repoUrl, path } = request
  return {
    tenant: { project, application: namespace === 'argocd' ? name : `${namespace}_${name}`, namespace: 'shop' },
    revision,
    repoUrl,
    path,
    policy: '',
    outcome,
    guard: 'none',
    problems: outcome === 'ok' ? 0 : 1,
    outputBytes: 1,
    durationMs: 1,
    reads,
    generated: [],
    standIns: [],
  }
}
