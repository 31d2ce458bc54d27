import { setImmediate as nextTurn } from 'node:timers/promises'
import { startReflector } from '../../../plugin/kube/reflector.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'
import { gone, reset } from './api-errors.ts'
import { THINGS } from './reflected.ts'
import { ReflectorModel } from './reflector-model.ts'
import { type Fault, type Request, ScriptedApiServer } from './scripted-api-server.ts'
import type { ScriptedWatch } from './scripted-watch.ts'

/** A page holds five. */
const NAMES = Array.from({ length: 24 }, (_, turn) => `thing-${turn}`)
const PAGE_SIZE = 5

/** More than a silence, the longest of all waits and a list that nobody answers, after one another. */
const QUIET_WITHIN_MS = 600_000

/** A reflector, the server that it follows, and a model of what it may tell; everything that happens is drawn from one seed. */
export class ReflectorWorld {
  readonly clock = new VirtualClock()
  readonly server = new ScriptedApiServer(this.clock)
  readonly model: ReflectorModel
  /** That the rare paths were taken, for a test to insist on. */
  readonly seen = { listsOfSeen: 0, listsInOnePiece: 0, pages: 0, halfOpen: 0, waits: 0 }
  /** What becomes of the next requests. */
  readonly faults: Exclude<Fault, undefined>[] = []
  nextPageExpires = false
  #isQuiet = false
  readonly #random: ReturnType<typeof seededRandom>
  readonly #stop = new AbortController()
  readonly #stopped: Promise<void>

  constructor(seed: string) {
    this.#random = seededRandom(seed)
    this.model = new ReflectorModel(() => !this.#isQuiet && this.below(20) === 0)
    this.server.fault = (request) => this.#faultOf(request)
    this.server.onWrite = (change) => this.model.wrote(change)
    const { cache, stopped } = startReflector(
      { client: this.server.client, resource: THINGS, handler: this.model, pageSize: PAGE_SIZE },
      {
        clock: this.clock,
        random: seededRandom(`${seed}, the reflector's own`),
        logger: silentLogger,
        onState: (state) => {
          if (state.phase === 'waiting') this.seen.waits++
        },
      },
      this.#stop.signal,
    )
    this.model.cache = cache
    this.#stopped = stopped
  }

  below(count: number): number {
    return Math.floor(this.#random.fraction() * count)
  }

  /** Some object that is there, or is not. */
  name(isThere: 'there' | 'away'): string | undefined {
    const names = NAMES.filter((name) => this.server.objects.has(name) === (isThere === 'there'))
    return names[this.below(names.length)]
  }

  watches(): readonly ScriptedWatch[] {
    return Array.from(this.server.watches)
  }

  /** The API server ends and another one comes, whose cache is not as far. */
  restart(): void {
    for (const watch of this.watches()) watch.fail(reset())
    this.server.behindAt = Math.max(this.server.compactedTo, this.server.revision - this.below(12))
  }

  /** Now and then everybody else is let go on, by a microtask, a turn or some time. */
  async goOn(): Promise<void> {
    const draw = this.below(40)
    if (draw < 10) await Promise.resolve()
    else if (draw < 18) await nextTurn()
    else if (draw === 18) await this.clock.run(this.below(this.below(20) === 0 ? 150_000 : 2_000))
  }

  /** Server and handler recover, and what is owed is given time; a connection that is half open stays so. */
  async becomeQuiet(): Promise<void> {
    this.faults.length = 0
    this.nextPageExpires = false
    this.server.catchUp()
    this.#isQuiet = true
    if (this.watches().some(({ isStalled }) => isStalled)) this.seen.halfOpen++
    for (let ms = 0; ms < QUIET_WITHIN_MS && !this.#isEven(); ms += 5_000) await this.clock.run(5_000)
    // What was told too much is told by now.
    await nextTurn()
    this.model.quiet(this.server.objects)
    this.#isQuiet = false
    this.server.requests.length = 0
    if (this.below(20) === 0) this.server.forget()
  }

  async end(): Promise<void> {
    this.#stop.abort(new Error('the test is over'))
    await this.#stopped
  }

  #isEven(): boolean {
    const cached = Array.from(this.model.cache?.list() ?? [])
    return (
      this.model.knows(this.server.objects) &&
      cached.length === this.server.objects.size &&
      cached.every((object) => this.server.objects.get(object.metadata.name) === object)
    )
  }

  #faultOf({ verb, options }: Request): Fault {
    if (verb === 'list') {
      this.model.listed()
      if (options.resourceVersion !== undefined) this.seen.listsOfSeen++
      if (options.limit === undefined) this.seen.listsInOnePiece++
      if (options.continue !== undefined) this.seen.pages++
      if (options.continue !== undefined && this.nextPageExpires) {
        this.nextPageExpires = false
        return gone()
      }
    }
    return this.faults.shift()
  }
}
