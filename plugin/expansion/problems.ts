import { SecretError } from '../model/secret-error.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'

/** R7: leaving the Secret out would let Argo CD prune it. */
export function emptyResult(input: ExternalSecretInput): SecretError {
  return new SecretError('NotFound', 'nothing came back from the provider, and deletionPolicy is Retain', {
    place: { ...input.place, field: 'spec' },
    remedy: 'check data and dataFrom, or set deletionPolicy to Delete or Merge',
  })
}

/** The time was over before `input` was rendered. */
export function deadlineIsOver({ place }: ExternalSecretInput): SecretError {
  return new SecretError('Deadline', 'the time given for the whole render is over, and this ExternalSecret is not rendered yet', {
    place,
    remedy: 'raise --timeout, render fewer ExternalSecrets at once, or simplify their templates',
  })
}

const USERS_NAMED = 3

/** The failure of a store, with who needs it: `(needed by ExternalSecret default/a, … and 7 more)`. */
export function storeFailure(error: SecretError, users: readonly ExternalSecretInput[]): SecretError {
  const named = users.slice(0, USERS_NAMED).map((user) => user.place.object ?? 'an ExternalSecret')
  const more = users.length > USERS_NAMED ? ` and ${users.length - USERS_NAMED} more` : ''
  return new SecretError(error.kind, `${error.message} (needed by ${named.join(', ')}${more})`, {
    place: error.place,
    ...(error.remedy !== undefined && { remedy: error.remedy }),
  })
}
