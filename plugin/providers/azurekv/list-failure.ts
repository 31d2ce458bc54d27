import { SecretError } from '../../model/secret-error.ts'
import { type VaultFailure, vaultError } from './vault-failure.ts'

/** The identity may not see which secrets there are; it may be allowed to read them all the same. */
export class MayNotList extends SecretError {
  constructor(host: string) {
    super('AccessDenied', `not allowed to list the secrets of the vault ${host}`, {
      remedy: 'give the identity the role "Key Vault Reader" on the vault, or the access policy permission List for secrets',
    })
  }
}

/** What a failed listing means, of all secrets or of the versions of one. */
export function listError(failure: VaultFailure, secret: string | undefined, host: string): SecretError {
  const error = vaultError(failure, { type: 'secret', name: secret ?? '*', version: undefined }, host)
  return failure.isMissingRight ? new MayNotList(host) : error
}
