import assert from 'node:assert/strict'
import { betterLane, type Lane } from '../../../../plugin/controller/queue/lane.ts'
import type { Outcome, Pass } from '../../../../plugin/controller/queue/pass.ts'

interface Owed {
  /** Not before, and not after (with free workers): on the virtual clock. */
  readonly fromMs: number
  readonly untilMs: number
  readonly lane: Lane
}

/** What a queue owes to whom, in the simplest form; it asserts that each start of a pass is owed, allowed and that one’s turn. */
export class QueueModel {
  readonly running = new Map<string, { readonly lane: Lane; readonly failures: number }>()
  readonly #concurrency: number
  readonly #now: () => number
  readonly #owed = new Map<string, Owed>()
  readonly #failures = new Map<string, number>()
  /** Starts of the priority lane in a row while the periodic one waited for certain, and while it may have waited (jitter). */
  readonly #inARow = { atLeast: 0, atMost: 0 }
  /** For each lane and namespace that waits in it: how often each other one had a turn meanwhile. */
  readonly #overtaken: Record<Lane, Map<string, Map<string, number>>> = { priority: new Map(), periodic: new Map() }

  constructor(concurrency: number, now: () => number) {
    this.#concurrency = concurrency
    this.#now = now
  }

  get isIdle(): boolean {
    return this.#owed.size === 0 && this.running.size === 0
  }

  add(key: string, lane: Lane): void {
    this.#owe(key, { fromMs: this.#now(), untilMs: this.#now(), lane })
  }

  addAfter(key: string, ms: number, lane: Lane): void {
    this.#owe(key, { fromMs: this.#now() + ms, untilMs: this.#now() + ms + Math.min(ms / 10, 1_000), lane })
  }

  start(key: string, pass: Pass): void {
    const owed = this.#owed.get(key)
    assert.ok(owed, `${key} was started and nobody had asked`)
    assert.ok(owed.fromMs <= this.#now(), `${key} was started ${owed.fromMs - this.#now()} ms early`)
    assert.ok(!this.running.has(key), `${key} runs twice at once`)
    assert.ok(this.running.size < this.#concurrency, 'more run at once than may')
    assert.equal(pass.lane, owed.lane)
    assert.equal(pass.failures, this.#failures.get(key) ?? 0)
    this.#checkLaneOrder(owed.lane)
    this.#checkTurns(key, owed.lane)
    this.#owed.delete(key)
    this.running.set(key, pass)
  }

  end(key: string, outcome: Outcome | 'throw'): void {
    const pass = this.running.get(key)
    assert.ok(pass)
    this.running.delete(key)
    if (outcome !== 'throw' && outcome.next !== 'retry') {
      this.#failures.delete(key)
      if (outcome.next === 'after') this.addAfter(key, outcome.ms, 'periodic')
      return
    }
    const ms = Math.min(1_000 * 2 ** pass.failures, 420_000)
    this.#failures.set(key, pass.failures + 1)
    this.#owe(key, { fromMs: this.#now() + ms, untilMs: this.#now() + ms * 1.1, lane: pass.lane })
  }

  /** Once nothing moves any more by itself: whoever could have been started was. */
  checkQuiet(): void {
    if (this.running.size >= this.#concurrency) return
    const late = Array.from(this.#owed).filter(([key, { untilMs }]) => untilMs <= this.#now() && !this.running.has(key))
    assert.deepEqual(late, [], 'ready, and there are free workers')
  }

  #owe(key: string, wanted: Owed): void {
    const owed = this.#owed.get(key) ?? wanted
    // It leaves the periodic lane, and its namespace may lose its place there; counting anew asks for less, never for more.
    if (owed.lane !== wanted.lane) this.#overtaken.periodic.delete(namespace(key))
    this.#owed.set(key, {
      fromMs: Math.min(owed.fromMs, wanted.fromMs),
      untilMs: Math.min(owed.untilMs, wanted.untilMs),
      lane: betterLane(owed.lane, wanted.lane),
    })
  }

  /** Namespaces with a key that could run in the lane now. A delayed key counts once it must be there, not while it may. */
  #waiting(lane: Lane): Set<string> {
    const ready = Array.from(this.#owed).filter(
      ([key, owed]) => owed.lane === lane && owed.untilMs <= this.#now() && !this.running.has(key),
    )
    return new Set(ready.map(([key]) => namespace(key)))
  }

  #mayWait(lane: Lane): boolean {
    return Array.from(this.#owed).some(
      ([key, owed]) => owed.lane === lane && owed.fromMs <= this.#now() && !this.running.has(key),
    )
  }

  #checkLaneOrder(lane: Lane): void {
    const counts = this.#inARow
    if (lane === 'periodic') {
      if (counts.atMost < 7) assert.deepEqual(Array.from(this.#waiting('priority')), [], 'the priority lane goes first')
      counts.atLeast = 0
      counts.atMost = 0
      return
    }
    counts.atLeast = this.#waiting('periodic').size > 0 ? counts.atLeast + 1 : 0
    counts.atMost = this.#mayWait('periodic') ? counts.atMost + 1 : 0
    assert.ok(counts.atLeast <= 7, 'the periodic lane starves')
  }

  #checkTurns(key: string, lane: Lane): void {
    const own = namespace(key)
    const waiting = this.#waiting(lane)
    const overtaken = this.#overtaken[lane]
    for (const name of overtaken.keys()) if (!waiting.has(name)) overtaken.delete(name)
    overtaken.delete(own)
    for (const name of waiting) {
      if (name === own) continue
      const turns = overtaken.get(name) ?? new Map<string, number>()
      overtaken.set(name, turns)
      turns.set(own, (turns.get(own) ?? 0) + 1)
      assert.ok((turns.get(own) ?? 0) <= 1, `${own} had two turns while ${name} waited`)
    }
  }
}

function namespace(key: string): string {
  return key.split('/')[0] ?? ''
}
