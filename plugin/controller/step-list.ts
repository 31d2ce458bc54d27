/** A step gives the state for the next one, or ends the pass. */
export type StepResult<State, End> = { readonly state: State } | { readonly end: End }

/** One named step of a reconcile. Throws what ends the pass as a failure. */
export type Step<Tools, Before, After, End> = (
  state: Before,
  tools: Tools,
  signal: AbortSignal,
) => StepResult<After, End> | Promise<StepResult<After, End>>

/** Told what begins, for traces and for the report of a failure. */
export type OnStep = (name: string) => void

/** Steps one after the other, each of which knows what those before it have found out. */
export class StepList<Tools, First, Last, End> {
  readonly names: readonly string[]
  readonly #run: (first: First, tools: Tools, signal: AbortSignal, onStep: OnStep) => Promise<StepResult<Last, End>>

  private constructor(
    names: readonly string[],
    run: (first: First, tools: Tools, signal: AbortSignal, onStep: OnStep) => Promise<StepResult<Last, End>>,
  ) {
    this.names = names
    this.#run = run
  }

  static empty<Tools, First, End>(): StepList<Tools, First, First, End> {
    return new StepList<Tools, First, First, End>([], async (state) => ({ state }))
  }

  /** `name` is a verb phrase: `read spec`, `fetch values`. */
  step<Next>(name: string, step: Step<Tools, Last, Next, End>): StepList<Tools, First, Next, End> {
    const before = this.#run
    return new StepList<Tools, First, Next, End>([...this.names, name], async (first, tools, signal, onStep) => {
      const result = await before(first, tools, signal, onStep)
      if ('end' in result) return result
      signal.throwIfAborted()
      onStep(name)
      return step(result.state, tools, signal)
    })
  }

  /** Runs them until one ends the pass or throws. Rejects with the signal's reason between two steps once it is aborted. */
  run(first: First, tools: Tools, signal: AbortSignal, onStep: OnStep = () => undefined): Promise<StepResult<Last, End>> {
    return this.#run(first, tools, signal, onStep)
  }
}
