import { type FieldPath, fieldName } from '../model/field-path.ts'
import { SecretError } from '../model/secret-error.ts'
import type { RewriteError } from './rewrite-error.ts'

/** What of an operation that cannot be done its author sees. */
export function rewriteProblem(error: RewriteError, entry: FieldPath): SecretError {
  return new SecretError('InvalidSpec', error.shown, {
    place: { field: fieldName([...entry, 'rewrite', error.operation]) },
    ...(error.remedy !== undefined && { remedy: error.remedy }),
  })
}
