import type { SecretError } from '../../model/secret-error.ts'

/** Kubernetes takes 1,024 characters of an event's message. */
const MAX_LENGTH = 1_000

/** Problems as one line of text: field, what is wrong, what to do. */
export function problemText(problems: readonly SecretError[]): string {
  const text = problems.map(oneProblem).join('; ')
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}

function oneProblem({ place, message, remedy }: SecretError): string {
  const where = place.field ?? place.object
  return `${where === undefined ? '' : `${where}: `}${message}${remedy === undefined ? '' : ` (${remedy})`}`
}
