import type { JsonLikeMap } from '../../templates/go-yaml/json-like.ts'
import type { ClosedObject } from './closed-object.ts'
import { type ExternalSecretInput, mergesIntoTarget } from './external-secret-input.ts'
import { metadataOf } from './metadata.ts'
import { freshObject, withMetadataUnder } from './render-object.ts'
import { targetIdOf } from './target-conflicts.ts'

/** What the objects of one render that are no Secrets start from (R6). */
export class ObjectBases {
  readonly #existing: { existing?(input: ExternalSecretInput): JsonLikeMap | undefined }
  /** Of those that several merge into. */
  readonly #made = new Map<string, ClosedObject>()

  constructor(existing: { existing?(input: ExternalSecretInput): JsonLikeMap | undefined }) {
    this.#existing = existing
  }

  /** What an earlier one has made of the same target, else the object of the stream, else one with nothing in it. */
  of(input: ExternalSecretInput): JsonLikeMap {
    if (!mergesIntoTarget(input)) return freshObject(input)
    const existing = this.#made.get(targetIdOf(input))?.reveal() ?? this.#existing.existing?.(input)
    return existing ? withMetadataUnder(existing, metadataOf(input.resource)) : freshObject(input)
  }

  /** Whoever merges into the same target comes after it. */
  keep(input: ExternalSecretInput, object: ClosedObject): ClosedObject {
    if (mergesIntoTarget(input)) this.#made.set(targetIdOf(input), object)
    return object
  }
}
