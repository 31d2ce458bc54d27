import type { GeneratorResource } from '../api/generator.ts'
import type { Generator } from '../generators/generator.ts'
import type { Place } from '../model/secret-error.ts'

/** A generator or ClusterGenerator that has passed its schema, and where it stands. */
export interface GeneratorObject {
  readonly resource: GeneratorResource
  readonly place: Place
  /** Of a namespaced one: its own namespace, or the render's where it names none. */
  readonly namespace: string
  /** Undefined for a kind that is known, but not implemented here. */
  readonly generator: Generator | undefined
}
