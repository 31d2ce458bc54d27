import { type Budget, type RandomKind, type Rendered, type Surroundings, TemplateError } from '../../templates/engine.ts'
import type { TemplateEngineName } from '../api/annotations.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import type { SecretValue } from '../model/secret-value.ts'
import { createTurns } from '../model/turns.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { RandomTools, SurroundingsOf } from './randomness.ts'

/** One template and all that its render needs, as plain data: it can be rendered in another thread. */
export interface TemplateJob {
  readonly language: TemplateEngineName
  readonly text: string
  readonly name: string
  readonly field: string
  readonly data: ReadonlyMap<string, Uint8Array>
  readonly namespace: string
  readonly object: string
  readonly seed: { readonly project: string; readonly value: Uint8Array } | undefined
  readonly unstable: Surroundings['unstable']
  /** What is left of the time for all templates of the ExternalSecret, in milliseconds. */
  readonly wallTimeMs: number
}

export type TemplateOutcome = (
  | { readonly ok: true; readonly rendered: Rendered }
  /** What a TemplateError is made of; the message is one that may be shown (R18). */
  | { readonly ok: false; readonly failure: TemplateFailure }
) & { readonly random: readonly (readonly [functionName: string, kind: RandomKind])[] }

export type TemplateFailure = Pick<TemplateError, 'line' | 'column' | 'functionName' | 'safe' | 'prefix' | 'redacted' | 'remedy'>

/** Renders what takes long where it holds up nobody. Never throws. */
export interface LongTemplates {
  /** What a template may cost before it goes there; what fails within it goes nowhere. */
  readonly quick: Pick<Budget, 'steps' | 'heavyCalls' | 'wallTimeMs'>
  render(job: TemplateJob, signal: AbortSignal): Promise<TemplateOutcome>
}

/** How long the templates of one ExternalSecret may run before others have their turn, in milliseconds. */
const PASS_MS = 20

/** Thrown through the steps of one ExternalSecret: they begin anew once {@link TemplateRuns.settle} is done, and find what is known already. */
export class Suspension extends Error {
  readonly job: (TemplateJob & { readonly id: string }) | undefined

  constructor(job?: TemplateJob & { readonly id: string }) {
    super('suspended')
    this.job = job
  }
}

/** A render of a template here, with the budget that it is given. */
export type RenderHere = (budget: Budget) => Rendered

/** The templates of one ExternalSecret, of which some are rendered elsewhere. */
export class TemplateRuns {
  readonly #long: LongTemplates
  readonly #input: ExternalSecretInput
  readonly #random: RandomTools
  readonly #surroundingsOf: SurroundingsOf
  readonly #known = new Map<string, TemplateOutcome>()
  /** What failed here: it would fail elsewhere too. */
  readonly #failed = new Map<string, TemplateError>()
  #passEndsAt = performance.now() + PASS_MS
  #spentMs = 0

  constructor(long: LongTemplates, input: ExternalSecretInput, random: RandomTools, surroundingsOf: SurroundingsOf) {
    this.#long = long
    this.#input = input
    this.#random = random
    this.#surroundingsOf = surroundingsOf
  }

  /** Throws TemplateError, and {@link Suspension} for what takes long. */
  rendered(
    template: { readonly text: string; readonly name: string; readonly path: FieldPath; readonly language: TemplateEngineName },
    data: ReadonlyMap<string, Uint8Array>,
    budget: Budget,
    here: RenderHere,
  ): Rendered {
    const { path, ...texts } = template
    const id = JSON.stringify([path, template.name, template.text])
    const known = this.#known.get(id)
    if (known) return resultOf(known)
    const failed = this.#failed.get(id)
    if (failed) throw failed
    if (performance.now() > this.#passEndsAt) throw new Suspension()
    try {
      const rendered = here({ ...budget, ...this.#long.quick })
      this.#known.set(id, { ok: true, rendered, random: [] })
      return rendered
    } catch (thrown) {
      if (!(thrown instanceof TemplateError)) throw thrown
      if (!thrown.overBudget) {
        this.#failed.set(id, thrown)
        throw thrown
      }
      throw new Suspension({ id, ...texts, field: fieldName(path), data, ...this.#whose(budget) })
    }
  }

  /** Does what a suspension waits for. */
  async settle({ job }: Suspension, signal: AbortSignal): Promise<void> {
    if (job) {
      const startedAt = performance.now()
      const outcome = await this.#long.render(job, signal)
      this.#spentMs += performance.now() - startedAt
      this.#known.set(job.id, outcome)
      for (const [functionName, kind] of outcome.random) this.#note(job, functionName, kind)
    } else await createTurns().take()
    this.#passEndsAt = performance.now() + PASS_MS
  }

  #whose(budget: Budget): Pick<TemplateJob, 'namespace' | 'object' | 'seed' | 'unstable' | 'wallTimeMs'> {
    const { seed, surroundings } = this.#random
    return {
      namespace: this.#input.namespace,
      object: this.#input.resource.metadata.name,
      seed: seed && { project: seed.project, value: seed.value.reveal() },
      unstable: surroundings.unstable,
      wallTimeMs: Math.max(1, Math.floor(budget.wallTimeMs - this.#spentMs)),
    }
  }

  #note({ field }: TemplateJob, functionName: string, kind: RandomKind): void {
    this.#surroundingsOf([field], NO_VALUES).onRandom?.(functionName, kind)
  }
}

const NO_VALUES: ReadonlyMap<string, SecretValue> = new Map()

function resultOf(outcome: TemplateOutcome): Rendered {
  if (outcome.ok) return outcome.rendered
  const { line, column, functionName, safe, prefix, redacted, remedy } = outcome.failure
  throw new TemplateError(redacted, {
    line,
    column,
    safe,
    redacted,
    ...(functionName !== undefined && { functionName }),
    ...(prefix !== undefined && { prefix }),
    ...(remedy !== undefined && { remedy }),
  })
}
