import type { FieldProblem } from '../api/reading.ts'
import { fieldName } from '../model/field-path.ts'
import { type Place, SecretError } from '../model/secret-error.ts'

/** A problem of a field as an error of its object, which stands at `place`. */
export function asInvalidSpec({ path, message, remedy }: FieldProblem, place: Place): SecretError {
  return new SecretError('InvalidSpec', message, {
    place: { ...place, field: fieldName(path) },
    ...(remedy !== undefined && { remedy }),
  })
}
