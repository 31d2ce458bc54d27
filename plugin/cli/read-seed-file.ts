import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { UsageError } from '../config/usage-error.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretValue } from '../model/secret-value.ts'

/** Below that a seed can be guessed: the key that is derived from it has as many. */
const MIN_BYTES = 32
/** What is larger was hardly meant to be a seed. */
const MAX_BYTES = 64 * 1024

/** The bytes of the seed, or of another key that `--OPTION` names, as they are, a line break at the end included. Symbolic links are followed: mounted Secrets are. Throws UsageError. */
export async function readSeedFile(where: string, directory: string, option = 'seed-file'): Promise<SecretValue> {
  const file = path.resolve(directory, where)
  const facts = await stat(file).catch(unreadable(option, where))
  if (!facts.isFile()) throw refused(option, where, 'is not a file')
  if (facts.size > MAX_BYTES) throw refused(option, where, `has more than ${MAX_BYTES} bytes`)
  const bytes = await readFile(file).catch(unreadable(option, where))
  if (bytes.byteLength < MIN_BYTES) throw refused(option, where, `has ${bytes.byteLength} bytes, fewer than ${MIN_BYTES}`)
  return new SecretValue(bytes)
}

function unreadable(option: string, where: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw refused(option, where, `cannot be read (${error.code ?? error.name})`)
  }
}

function refused(option: string, where: string, what: string): UsageError {
  return new UsageError(`--${option}: ${quoteName(where)} ${what}`, 'make one with: head -c 32 /dev/urandom > FILE')
}
