import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import process from 'node:process'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'

/** Makes `folder` (mode 0700) where it is not there; false when it is not a folder of this user alone: behind a link, or somebody else's. Throws errors of the system. */
export function ownFolder(folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const facts = lstatSync(folder)
  if (!facts.isDirectory() || facts.uid !== process.getuid?.()) return false
  if ((facts.mode & 0o077) !== 0) chmodSync(folder, 0o700)
  return true
}

/** Makes the folder of what renders leave for a moment where it is not there. Throws SecretError Unavailable for one that is not this user's alone. */
export function makeTemporaryFolder(folder: string): void {
  if (ownFolder(folder)) return
  throw new SecretError('Unavailable', `${quoteName(folder)} is not a folder of this user alone`, {
    remedy: 'give the container a folder for temporary files of its own (TMPDIR)',
  })
}
