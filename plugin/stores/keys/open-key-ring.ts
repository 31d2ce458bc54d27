import { createHash } from 'node:crypto'
import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import { asSecretError, type SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { KeyRing } from './key-ring.ts'
import { deriveKeys, type KeyVersion } from './key-versions.ts'
import { readKeyFolder } from './read-key-folder.ts'

/** A Secret that was changed is mounted anew within a minute or so. */
const INTERVAL_MS = 10_000

type Versions = readonly [KeyVersion, ...KeyVersion[]]

/**
 * The ring in `directory`, read again every few seconds; a broken change leaves the keys before in force, and says so.
 * Throws the SecretError InvalidSpec of the first reading.
 */
export async function openKeyRing(
  directory: string,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<KeyRing> {
  const closing = new AbortController()
  let versions = await readKeyFolder(directory)
  let derived = deriveKeys(versions)
  let failure: SecretError | undefined

  async function readAgain(): Promise<void> {
    try {
      const read = await readKeyFolder(directory)
      failure = undefined
      if (digestOf(read) === digestOf(versions)) return
      versions = read
      derived = deriveKeys(read)
      logger.info('keys were read again', { versions: namesOf(read) })
    } catch (thrown) {
      const problem = asSecretError(thrown)
      if (problem.message !== failure?.message)
        logger.warn('keys cannot be read, those before stay', { problem: problem.message, remedy: problem.remedy ?? '' })
      failure = problem
    }
  }

  async function keepReading(): Promise<void> {
    while (!closing.signal.aborted) {
      await clock.sleep(INTERVAL_MS, closing.signal).catch(() => undefined)
      if (!closing.signal.aborted) await readAgain()
    }
  }

  void keepReading()
  return {
    newest: (purpose) => newestOf(derived.keys[purpose]),
    all: (purpose) => derived.keys[purpose],
    seed: () => derived.seed,
    problem: () => failure,
    detail: () => `keys ${namesOf(versions)} of ${directory}`,
    close: () => closing.abort(),
  }
}

/** Random keys that end with the process, to try things out: nothing that is derived from them lasts, so there is no seed. */
export function processKeyRing(random: Random): KeyRing {
  const { keys } = deriveKeys([{ name: 'process', bytes: new SecretValue(random.bytes(32)) }])
  return {
    newest: (purpose) => newestOf(keys[purpose]),
    all: (purpose) => keys[purpose],
    seed: () => undefined,
    problem: () => undefined,
    detail: () =>
      'random keys of this process: no random functions, no checksums, no last good value after a restart (--keys DIR)',
    close: () => undefined,
  }
}

function newestOf<Key>([newest]: readonly Key[]): Key {
  if (!newest) throw new RangeError('a ring has a key')
  return newest
}

function namesOf(versions: Versions): string {
  return versions.map(({ name }) => name).join(', ')
}

function digestOf(versions: Versions): string {
  const hash = createHash('sha256')
  for (const { name, bytes } of versions) hash.update(`${name}:${bytes.byteLength}:`).update(bytes.reveal())
  return hash.digest('hex')
}
