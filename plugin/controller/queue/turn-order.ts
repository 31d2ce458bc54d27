import { FairLane, type ReadyKey } from './fair-lane.ts'
import type { Lane } from './lane.ts'

/** So many keys of the priority lane run in a row before one of the periodic lane, if one waits: refresh slows down under a flood and never stops. */
const PRIORITY_IN_A_ROW = 7
/** One of so many workers is not for periodic work, and not for a namespace that has all others: what hangs there leaves a way for what is new. */
const WORKERS_PER_RESERVED = 8

/** The keys that are ready or run: which is next, and may it start? */
export class TurnOrder {
  readonly lanes: Readonly<Record<Lane, FairLane>> = { priority: new FairLane(), periodic: new FairLane() }
  readonly #runningByNamespace = new Map<string, number>()
  readonly #running: Record<Lane, number> = { priority: 0, periodic: 0 }
  #priorityInARow = 0

  get running(): number {
    return this.#running.priority + this.#running.periodic
  }

  /** Takes the next key and counts it as running; undefined when none may start among so many workers. */
  start(workers: number): (ReadyKey & { readonly lane: Lane }) | undefined {
    if (this.running >= workers) return undefined
    const most = workers - Math.floor(workers / WORKERS_PER_RESERVED)
    const { priority, periodic } = this.lanes
    const mayRun = (namespace: string): boolean => (this.#runningByNamespace.get(namespace) ?? 0) < most
    const takePeriodic = (): ReadyKey | undefined => (this.#running.periodic < most ? periodic.take(mayRun) : undefined)

    const early = this.#priorityInARow >= PRIORITY_IN_A_ROW ? takePeriodic() : undefined
    if (early) return this.#started(early, 'periodic')
    const urgent = priority.take(mayRun)
    if (urgent) return this.#started(urgent, 'priority')
    const late = takePeriodic()
    return late && this.#started(late, 'periodic')
  }

  end({ namespace, lane }: { readonly namespace: string; readonly lane: Lane }): void {
    this.#running[lane]--
    const others = (this.#runningByNamespace.get(namespace) ?? 1) - 1
    if (others === 0) this.#runningByNamespace.delete(namespace)
    else this.#runningByNamespace.set(namespace, others)
  }

  #started(taken: ReadyKey, lane: Lane): ReadyKey & { readonly lane: Lane } {
    this.#running[lane]++
    this.#runningByNamespace.set(taken.namespace, (this.#runningByNamespace.get(taken.namespace) ?? 0) + 1)
    this.#priorityInARow = lane === 'priority' && this.lanes.periodic.size > 0 ? this.#priorityInARow + 1 : 0
    return { ...taken, lane }
  }
}
