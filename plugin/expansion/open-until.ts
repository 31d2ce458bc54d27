import { SecretError } from '../model/secret-error.ts'
import type { FoundStore, OpenStore } from './store-source.ts'
import { untilAborted } from './until-aborted.ts'

/**
 * Opens a store, which may mean a slow login, until `signal` is aborted: then at once a SecretError Deadline. A login that others share goes on
 * for them, and a reader that nobody waits for any more is closed when it comes.
 */
export async function openUntil({ open }: Pick<FoundStore, 'open'>, signal: AbortSignal): Promise<OpenStore> {
  let opening: Promise<OpenStore> | undefined
  try {
    return await untilAborted(() => (opening = open()), signal, tooLate)
  } catch (thrown) {
    if (opening) void closeLate(opening)
    throw thrown
  }
}

async function closeLate(opening: Promise<OpenStore>): Promise<void> {
  try {
    const { reader } = await opening
    await reader.close()
  } catch {
    // There is nobody to tell.
  }
}

function tooLate(): SecretError {
  return new SecretError('Deadline', 'the time given for the whole render was over before the store was open', {
    remedy: 'raise --timeout, or see why the login is slow',
  })
}
