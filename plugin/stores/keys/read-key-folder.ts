import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import { keyCommands } from './key-commands.ts'
import type { KeyVersion } from './key-versions.ts'

/** As many as the keys that are derived from it. */
const MIN_BYTES = 32
/** What is larger was hardly meant to be a key. */
const MAX_BYTES = 64 * 1024
const VERSION = /^v([1-9]\d{0,8})$/

/**
 * The files `v1`, `v2`, … of a mounted Secret, newest first; symbolic links are followed (that is how Kubernetes mounts), other names are not keys.
 * Throws SecretError InvalidSpec with a remedy when there is none, or one is unreadable, short or given twice.
 */
export async function readKeyFolder(directory: string): Promise<readonly [KeyVersion, ...KeyVersion[]]> {
  const names = await readdir(directory).catch(unreadable(directory))
  const numbered = names.flatMap((name) => {
    const number = VERSION.exec(name)?.[1]
    return number === undefined ? [] : [{ name, number: Number(number) }]
  })
  const ordered = numbered.toSorted((one, other) => other.number - one.number)
  const versions = await Promise.all(ordered.map(async ({ name }) => readVersion(path.join(directory, name), name)))
  checkDistinct(directory, versions)
  const [newest, ...older] = versions
  if (!newest) throw refused(directory, 'holds no key: keys are files named v1, v2, …')
  return [newest, ...older]
}

async function readVersion(file: string, name: string): Promise<KeyVersion> {
  const facts = await stat(file).catch(unreadable(file))
  if (!facts.isFile()) throw refused(file, 'is no file')
  if (facts.size > MAX_BYTES) throw refused(file, `has more than ${MAX_BYTES} bytes`)
  const bytes = await readFile(file).catch(unreadable(file))
  if (bytes.byteLength < MIN_BYTES) throw refused(file, `has ${bytes.byteLength} bytes, fewer than ${MIN_BYTES}`)
  return { name, bytes: new SecretValue(bytes) }
}

/** A new version with the bytes of an old one is a rotation that did not happen. */
function checkDistinct(directory: string, versions: readonly KeyVersion[]): void {
  for (const [index, { name, bytes }] of versions.entries()) {
    const same = versions.slice(index + 1).find((other) => Buffer.from(other.bytes.reveal()).equals(bytes.reveal()))
    if (same) throw refused(directory, `has the same bytes under ${name} and ${same.name}`)
  }
}

function unreadable(where: string): (thrown: NodeJS.ErrnoException) => never {
  return (thrown) => {
    throw refused(where, `cannot be read (${thrown.code ?? thrown.name})`)
  }
}

function refused(where: string, what: string): SecretError {
  return new SecretError('InvalidSpec', `the key ring: ${quoteName(where)} ${what}`, {
    remedy: `make keys with: ${keyCommands.create.join(' && ')}`,
  })
}
