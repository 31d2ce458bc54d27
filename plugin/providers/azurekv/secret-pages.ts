import type { CallRunner } from '../call-runner.ts'
import type { ListedSecret } from './api.ts'
import type { SendToVault } from './authorised-http.ts'
import { listError } from './list-failure.ts'
import { VaultFailure } from './vault-failure.ts'

export interface ListingParts {
  readonly send: SendToVault
  readonly runner: CallRunner
  readonly vaultUrl: string
  /** Of the vault, for messages. */
  readonly host: string
}

export type SecretPages = AsyncGenerator<readonly ListedSecret[]>

/**
 * Pages of what the vault says of its secrets or, of the secret that is named, of its versions; never a value. Each is tried again by itself.
 * Throws SecretError, {@link MayNotList} among them.
 */
export async function* secretPages(parts: ListingParts, secret: string | undefined, signal: AbortSignal): SecretPages {
  const { listedSecrets } = await import('./sdk-listing.ts')
  yield* listedSecrets(parts.vaultUrl, sendWithin(parts, secret, signal), secret)
}

function sendWithin({ send, runner, host }: ListingParts, secret: string | undefined, signal: AbortSignal): SendToVault {
  return (request) =>
    runner.run(async (attempt) => {
      try {
        return await send({ ...request, signal: attempt })
      } catch (thrown) {
        throw thrown instanceof VaultFailure ? listError(thrown, secret, host) : thrown
      }
    }, signal)
}
