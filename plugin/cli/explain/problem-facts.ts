import type { Place, SecretError } from '../../model/secret-error.ts'
import type { Locate } from '../report.ts'

export interface ProblemFacts {
  readonly kind: SecretError['kind']
  readonly message: string
  readonly place: Place
  readonly remedy?: string
}

/** A problem as plain data, for JSON. */
export function problemFacts({ kind, message, place, remedy }: SecretError, locate: Locate): ProblemFacts {
  return { kind, message, place: locate(place), ...(remedy !== undefined && { remedy }) }
}
