import { externalSecretsParts } from '../../../plugin/cli/controller/external-secrets-parts.ts'
import { externalSecretsSettings } from '../../../plugin/cli/controller/external-secrets-settings.ts'
import type { OptionSources } from '../../../plugin/config/settings.ts'
import { ExternalSecretsController } from '../../../plugin/controller/external-secrets/external-secrets-controller.ts'
import { EXTERNAL_SECRETS } from '../../../plugin/controller/resources.ts'
import { EVENTS } from '../../../plugin/kube/core-resources.ts'
import type { Logger } from '../../../plugin/model/logger.ts'
import { controllerMetrics } from '../../../plugin/observability/controller-metrics.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { SimulatedTime } from '../../support/simulated-time.ts'
import { drawFrom, drawOperation } from './draw-operation.ts'
import { dyingClient } from './dying-client.ts'
import { Judge } from './judge.ts'
import { STORES_NAMESPACE } from './names.ts'
import type { Operation } from './operation.ts'
import { performOperation } from './perform-operation.ts'
import { World } from './world.ts'

export interface WorldReport {
  /** What happened, in its order, as `NUMBER {…}`. */
  readonly operations: readonly string[]
  /** What was wrong, in words; nothing of it may be. */
  readonly problems: readonly string[]
}

export interface WorldOptions {
  readonly seed: string
  readonly batches: number
  /** Numbers of operations that do not happen. */
  readonly without?: ReadonlySet<number>
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const MOST_IN_A_BATCH = 5
/** After an operation. */
const PAUSES_MS = [0, 0, 0, 300, 20 * SECOND_MS, 6 * MINUTE_MS]
/** How long what goes wrong goes on. */
const DISTURBED_MINUTES = 8
/** Above all of: an interval, the longest wait for the next attempt of a store, and of its ExternalSecret (external-secrets.md 4.5), a look at a store. */
const SETTLING_MINUTES = 25
/** Two intervals. */
const IDLE_MINUTES = 11

/** Lets a world be disturbed batch by batch, each judged when it has settled. The first batch with problems is the last. */
export async function simulateWorld({ seed, batches, without = new Set() }: WorldOptions): Promise<WorldReport> {
  using time = new SimulatedTime()
  const world = await World.start(time)
  const judge = new Judge(world)
  const life = new Life(world, time, seed)
  const operations: string[] = []
  life.start()
  await life.pass(1)
  const watches = world.kube.watches()
  let number = 0
  for (let batch = 0; batch < batches && judge.problems.length === 0; batch++) {
    const draw = drawFrom(`${seed} batch ${batch}`)
    const count = 1 + draw.below(MOST_IN_A_BATCH)
    for (let place = 0; place < count; place++, number++) {
      const pauseMs = draw.of(PAUSES_MS)
      if (without.has(number)) continue
      const operation = drawOperation(seed, number)
      operations.push(`${batch}/${number} ${JSON.stringify(operation)} then ${pauseMs} ms`)
      await happen(operation, { world, judge, life })
      await life.sleep(pauseMs)
    }
    await settle(life, judge)
    judge.judge()
    if (world.kube.watches() !== watches) judge.problems.push(`${world.kube.watches()} watches, there were ${watches}`)
    judge.problems.push(...(await idleWrites(life)))
    judge.problems.push(...valuesTold(world, life))
  }
  await life.stop()
  await world.close()
  return { operations, problems: judge.problems }
}

async function happen(
  operation: Operation,
  { world, judge, life }: { readonly world: World; readonly judge: Judge; readonly life: Life },
): Promise<void> {
  if (operation.what === 'restart') {
    judge.restarted()
    return await life.restart(operation.how)
  }
  judge.byHand(() => performOperation(world, operation))
}

async function settle(life: Life, judge: Judge): Promise<void> {
  await life.pass(DISTURBED_MINUTES)
  life.calm()
  judge.look()
  await life.pass(SETTLING_MINUTES)
}

/** What is written while nothing happens. */
async function idleWrites(life: Life): Promise<readonly string[]> {
  const { kube } = life.world
  kube.forgetAudit()
  await life.pass(IDLE_MINUTES)
  const writes = kube.audit().filter(({ verb, resource }) => !['get', 'list', 'watch'].includes(verb) && resource !== 'events')
  return writes.map(
    ({ verb, resource, namespace, name, code }) =>
      `nothing has happened, and yet: ${verb} ${resource} ${namespace}/${name} ${code}`,
  )
}

/** Every value ends so. */
const VALUE = / #\d+/

function valuesTold({ kube }: World, { warnings }: Life): readonly string[] {
  const events = kube.list(EVENTS).map((event) => JSON.stringify(event['message']))
  const statuses = kube.list(EXTERNAL_SECRETS).map(({ status }) => JSON.stringify(status))
  return [...events, ...statuses, ...warnings]
    .filter((text) => text !== undefined && VALUE.test(text))
    .map((text) => `tells a value: ${text}`)
}

/** The process in the world, one after the other. */
class Life {
  readonly world: World
  readonly warnings: string[] = []
  readonly #time: SimulatedTime
  readonly #seed: string
  #isDying = false
  #process: ControllerProcess | undefined

  constructor(world: World, time: SimulatedTime, seed: string) {
    this.world = world
    this.#time = time
    this.#seed = seed
  }

  start(): void {
    this.#isDying = false
    const logger: Logger = {
      info: () => undefined,
      warn: (message, fields) => void this.warnings.push(`${message} ${JSON.stringify(fields)}`),
    }
    this.#process = startProcess(this.world, this.#time, { logger, seed: this.#seed })
  }

  async restart(how: 'graceful' | 'crash' | 'crashInWrite'): Promise<void> {
    if (how === 'crashInWrite') {
      this.#process?.dieInWrite(() => (this.#isDying = true))
      return
    }
    if (how === 'crash') this.#process?.die()
    await this.stop()
    this.start()
  }

  async stop(): Promise<void> {
    await this.#process?.end(this.#time)
    this.#process = undefined
  }

  /** Nothing goes wrong any more. */
  calm(): void {
    this.world.kube.clearFaults()
    this.world.vault.control.reset()
    this.world.vault.control.time = this.#time.serverTime
  }

  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) await this.sleep(MINUTE_MS)
  }

  /** Lets time pass; what its owners have left goes, and a process that is dead is followed by another. */
  async sleep(ms: number): Promise<void> {
    if (ms > 0) await this.#time.clock.run(ms)
    if (this.#isDying) {
      await this.stop()
      this.start()
    }
    this.world.kube.collectGarbage()
  }
}

interface ControllerProcess {
  readonly die: () => void
  readonly dieInWrite: (onDeath: () => void) => void
  end(time: SimulatedTime): Promise<void>
}

/** The controller as the command puts it together, but for Leases and listeners. */
function startProcess(
  { kube }: World,
  { clock }: SimulatedTime,
  { logger, seed }: { readonly logger: Logger; readonly seed: string },
): ControllerProcess {
  const sources: OptionSources = { flags: { 'lease-namespace': STORES_NAMESPACE }, environment: new Map(), file: {} }
  const metrics = controllerMetrics({ shards: () => [], detectors: () => [], staleness: () => [], partial: () => new Map() })
  const { client, die, dieInWrite } = dyingClient(kube.localClient({ clock }))
  const random = seededRandom(`${seed} process`)
  const parts = externalSecretsParts(sources, client, { clock, random, logger, metrics })
  const stop = new AbortController()
  const controller = new ExternalSecretsController(parts.ports, externalSecretsSettings(sources), 1, stop.signal)
  const working = controller.run(0, client, stop.signal, async () => undefined)
  working.catch(() => undefined)
  return {
    die,
    dieInWrite,
    async end(time) {
      stop.abort()
      await time.until(working.catch(() => undefined))
      await time.until(parts.close())
      client.close()
    },
  }
}
