import type { GeneratorRef } from '../api/external-secret.ts'
import type { Generated, GeneratorContext, Stability } from '../generators/generator.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'

/** A generator that an ExternalSecret may use: found, allowed, not yet asked. */
export interface FoundGenerator {
  /** `Password default/database`, for messages. */
  readonly name: string
  readonly stability: Stability
  /** The keys that it gives, where they are known before it is asked. */
  readonly keys?: readonly string[]
  /**
   * Makes new values. `randomOf`: what those of a derived kind are made of; without it they are made of the system's randomness.
   * Throws SecretError, with the generator's own field.
   */
  generate(randomOf: GeneratorContext['randomOf'] | undefined, signal: AbortSignal): Promise<Generated>
}

/** Finds generators for the ExternalSecrets of one render. */
export interface GeneratorSource {
  /**
   * The generator that a reference from `namespace` means.
   * Throws SecretError InvalidSpec when there is none or it cannot be used here, AccessDenied when it may not be.
   */
  find(ref: GeneratorRef, namespace: string): FoundGenerator
}

/** Where there are none to be had. */
export const noGenerators: GeneratorSource = {
  find({ kind, name }) {
    throw new SecretError('InvalidSpec', `the generator ${kind} ${quoteName(name)} cannot be used here`, {
      remedy: 'let External Secrets Operator make it (delivery: passthrough)',
    })
  },
}
