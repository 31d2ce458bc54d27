import { SecretError } from '../../model/secret-error.ts'

/** The version exists and is disabled or destroyed: somebody took it back. Never NotFound, and never a reason for an old value (R16). */
export class VersionUnusable extends SecretError {
  constructor() {
    super('AccessDenied', 'this version is disabled or destroyed', {
      remedy: 'enable it, add a new one, or set secretVersionSelectionPolicy: LatestOrFetch to read the newest enabled version',
    })
  }
}
