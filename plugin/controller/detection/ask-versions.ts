import { asSecretError } from '../../model/secret-error.ts'
import type { ChangeDetector, VersionOutcome } from '../../providers/change-detector.ts'
import type { KeyWatch } from './key-watch.ts'

/** Keys that are asked for one by one when somebody says that they may have changed. */
const FEW_KEYS = 20

/** Outcomes in the order of `keys`; all `unknown` for a store that can only be read. Never throws: a failure is one of every key. */
export async function askTogether(
  detector: ChangeDetector | undefined,
  keys: readonly KeyWatch[],
  signal: AbortSignal,
): Promise<readonly VersionOutcome[]> {
  if (!detector) return keys.map(() => ({ state: 'unknown' }))
  try {
    return await detector.versions(
      keys.map(({ query }) => query),
      signal,
    )
  } catch (thrown) {
    const error = asSecretError(thrown)
    return keys.map(() => ({ state: 'failed', error }))
  }
}

/** The same; few are asked for one by one: what a listing answers for all of them may still be what was there before. */
export async function askEach(
  detector: ChangeDetector | undefined,
  keys: readonly KeyWatch[],
  signal: AbortSignal,
): Promise<readonly VersionOutcome[]> {
  if (keys.length > FEW_KEYS) return askTogether(detector, keys, signal)
  return (await Promise.all(keys.map((key) => askTogether(detector, [key], signal)))).flat()
}
