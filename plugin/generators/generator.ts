import type * as z from 'zod'
import type { Random } from '../model/random.ts'
import type { SecretValue } from '../model/secret-value.ts'
import type { OpenContext } from '../providers/provider.ts'

/**
 * What a second call with the same `spec` gives (R13).
 *
 * - `constant`: the same, always.
 * - `derived`: what {@link GeneratorContext.randomOf} decides; the same bytes give the same values, so that a render can keep them.
 * - `ephemeral`: something that another party makes, that expires, or that nothing can derive safely: a render in Argo CD refuses it.
 */
export type Stability = 'constant' | 'derived' | 'ephemeral'

/** A kind of generators.external-secrets.io (external-secrets.md 6.4). */
export interface Generator<Spec = unknown> {
  readonly kind: string
  /** Everything that `spec` may hold. */
  readonly spec: z.ZodType<Spec>
  readonly stability: Stability
  /** The keys of {@link Generated.values}. Absent where another party chooses them. */
  keysOf?(spec: Spec): readonly string[]
  /**
   * Makes new values. `spec` has passed {@link Generator.spec}.
   * Throws SecretError: InvalidSpec with the field (`spec.auth.secretRef`, also where it stands in a ClusterGenerator) for what cannot work,
   * AccessDenied, NotFound, Throttled, Unavailable or Timeout of another party; never with its words.
   */
  generate(spec: Spec, context: GeneratorContext, signal: AbortSignal): Promise<Generated>
  /** Takes back what {@link generate} made and its state describes. One that is gone already is no failure. Absent where nothing is to be taken back. */
  revoke?(spec: Spec, state: unknown, context: GeneratorContext, signal: AbortSignal): Promise<void>
}

export interface Generated {
  readonly values: ReadonlyMap<string, SecretValue>
  /** What {@link Generator.revoke} needs, as JSON without a value: kept in a GeneratorState by who reconciles in a cluster. */
  readonly state?: unknown
}

/** What a generator gets from its surroundings; references in its `spec` are of the consumer's namespace. */
export type GeneratorContext = Omit<OpenContext, 'store' | 'concurrency' | 'pace'> & {
  /** Of the ExternalSecret that asks. */
  readonly namespace: string
  /**
   * What the values of a `derived` kind are made of: a stream for each label, the same one for the same label while nothing that R13 derives it
   * from changes. `random` beside it is for what is no value: jitter, nonces.
   */
  readonly randomOf: (label: string) => Pick<Random, 'bytes'>
}
