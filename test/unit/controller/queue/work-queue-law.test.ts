import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Lane } from '../../../../plugin/controller/queue/lane.ts'
import type { Outcome, Pass } from '../../../../plugin/controller/queue/pass.ts'
import { WorkQueue } from '../../../../plugin/controller/queue/work-queue.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { runs } from '../../../support/property-runs.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'
import { QueueModel } from './queue-model.ts'

type Command =
  | { readonly do: 'add'; readonly keys: readonly string[]; readonly lane: Lane }
  | { readonly do: 'delay'; readonly key: string; readonly lane: Lane; readonly ms: number }
  | { readonly do: 'finish'; readonly pick: number; readonly outcome: Outcome | 'throw' }
  | { readonly do: 'pass time'; readonly ms: number }
  | { readonly do: 'stop and go on' }

const keys = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat({ max: 5 })).map(([namespace, name]) => `${namespace}/${name}`)
const lanes = fc.constantFrom<Lane>('priority', 'periodic')
const times = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 5_000 }), fc.nat({ max: 4_000_000 }))
const outcomes = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Outcome>({ next: 'none' }) },
  times.map((ms): Outcome => ({ next: 'after', ms })),
  fc.constant<Outcome>({ next: 'retry' }),
  fc.constant('throw' as const),
)
const commands = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), keys: fc.array(keys, { maxLength: 12 }), lane: lanes }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delay' as const), key: keys, lane: lanes, ms: times }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('finish' as const), pick: fc.nat(), outcome: outcomes }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass time' as const), ms: times }) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: 'stop and go on' }) },
)

/** A queue and its model, told the same. */
class Twins {
  readonly #clock = new VirtualClock()
  readonly #model: QueueModel
  readonly #queue: WorkQueue
  readonly #ends = new Map<string, PromiseWithResolvers<Outcome>>()
  readonly #concurrency: number
  #stop = new AbortController()
  #stopped: Promise<void> = Promise.resolve()
  #broken: unknown

  constructor(concurrency: number, seed: string) {
    this.#concurrency = concurrency
    this.#model = new QueueModel(concurrency, this.#clock.monotonic)
    this.#queue = new WorkQueue({ clock: this.#clock, logger: silentLogger, random: seededRandom(seed) })
  }

  go(): void {
    this.#stop = new AbortController()
    this.#stopped = this.#queue.run(this.#work, { concurrency: this.#concurrency }, this.#stop.signal)
  }

  async obey(command: Command): Promise<void> {
    if (command.do === 'add') for (const key of command.keys) this.#tell((one) => one.add(key, command.lane))
    else if (command.do === 'delay') this.#tell((one) => one.addAfter(command.key, command.ms, command.lane))
    else if (command.do === 'finish') this.#finish(command.pick, command.outcome)
    else if (command.do === 'pass time') await this.#clock.run(command.ms)
    else await this.stopAndGoOn()
    await this.#check()
  }

  /** Ends all passes, until nobody owes anybody anything. */
  async drain(): Promise<void> {
    while (!this.#model.isIdle) {
      this.#finish(0, { next: 'none' })
      if (this.#model.running.size === 0) await this.#clock.run(1_000_000)
      await this.#check()
    }
    await this.stopAndGoOn()
    this.#stop.abort()
    await this.#stopped
  }

  async stopAndGoOn(): Promise<void> {
    this.#stop.abort()
    while (this.#model.running.size > 0) this.#finish(0, { next: 'none' })
    await this.#stopped
    this.go()
  }

  async #check(): Promise<void> {
    await this.#clock.run(0)
    if (this.#broken !== undefined) throw this.#broken
    this.#model.checkQuiet()
  }

  #tell(what: (one: Pick<WorkQueue, 'add' | 'addAfter'>) => void): void {
    what(this.#model)
    what(this.#queue)
  }

  #finish(pick: number, outcome: Outcome | 'throw'): void {
    const running = Array.from(this.#model.running.keys())
    const key = running[pick % running.length]
    if (key === undefined) return
    const end = this.#ends.get(key)
    this.#model.end(key, outcome)
    if (outcome === 'throw') end?.reject(new Error('thrown by a pass'))
    else end?.resolve(outcome)
  }

  #work = (key: string, pass: Pass): Promise<Outcome> => {
    try {
      this.#model.start(key, pass)
    } catch (thrown) {
      this.#broken ??= thrown
    }
    const end = Promise.withResolvers<Outcome>()
    this.#ends.set(key, end)
    return end.promise
  }
}

test('no key is lost, early, late, out of turn or twice at once, whatever is added, delayed, fails and stops', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(commands, { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      fc.string(),
      async (orders, concurrency, seed) => {
        const twins = new Twins(concurrency, seed)
        twins.go()
        for (const command of orders) await twins.obey(command)
        await twins.drain()
      },
    ),
    { numRuns: runs(150) },
  )
})
