import type { LogFields } from './logger.ts'
import { asSecretError } from './secret-error.ts'

/** What a log line says of a failure: its kind, what it is, and what its reader can do about it. */
export function failureFields(thrown: unknown): LogFields {
  const { kind, message, remedy } = asSecretError(thrown)
  return { kind, failure: message, ...(remedy !== undefined && { remedy }) }
}
