import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'

/** The files of the administrator's folder as they were at one moment, in the order of their names. */
export type PolicyFiles = ReadonlyMap<string, Uint8Array>

const FILE = /^[^.].*\.(ya?ml|json)$/
/** How often a folder is read that changes meanwhile. */
const ATTEMPTS = 5

/**
 * Reads the files at the top of `directory`. Kubernetes mounts a ConfigMap as links into a folder behind the link `..data` and changes them all by
 * replacing that one link: links are followed, names that begin with a dot left alone, and what two readings do not agree on is read again, so that
 * half an old and half a new policy are never taken together. Throws SecretError InvalidSpec.
 */
export async function readPolicyFiles(directory: string): Promise<PolicyFiles> {
  let files = await readOnce(directory)
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    const again = await readOnce(directory)
    if (areEqual(files, again)) return files
    files = again
  }
  throw new SecretError('InvalidSpec', `the policy folder ${quoteName(directory)} changes all the time`, {
    remedy: 'write to it less often',
  })
}

async function readOnce(directory: string): Promise<PolicyFiles> {
  const names = await readdir(directory).catch((thrown: unknown) =>
    unreadable(`the policy folder ${quoteName(directory)}`, thrown),
  )
  const files = new Map<string, Uint8Array>()
  for (const name of names.filter((candidate) => FILE.test(candidate)).toSorted()) {
    const file = path.join(directory, name)
    files.set(name, await readFile(file).catch((thrown: unknown) => unreadable(`the policy file ${quoteName(file)}`, thrown)))
  }
  if (files.size > 0) return files
  throw new SecretError(
    'InvalidSpec',
    `the policy folder ${quoteName(directory)} has no file that ends in .yaml, .yml or .json`,
    {
      remedy: 'mount the policy there; one that allows nothing says rules: []',
    },
  )
}

function areEqual(one: PolicyFiles, other: PolicyFiles): boolean {
  if (one.size !== other.size) return false
  return [...one].every(([name, bytes]) => {
    const others = other.get(name)
    return others !== undefined && Buffer.compare(bytes, others) === 0
  })
}

function unreadable(what: string, thrown: unknown): never {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
  throw new SecretError('InvalidSpec', `${what} cannot be read (${code})`, {
    remedy: 'name the mounted folder by --policy, and let this process read it',
  })
}
