import { readdirSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'

/**
 * Where `file` really is, through all symbolic links, when that is inside `root` (itself without links); `undefined` when there is nothing.
 * Throws SecretError InvalidSpec when it is elsewhere, also for what is not there but would be: what a repository names must be in the repository.
 */
export function insideRoot(file: string, root: string, name: string): string | undefined {
  const real = realPath(file)
  if (!isInside(real ?? path.resolve(file), root)) {
    throw new SecretError('InvalidSpec', `${quoteName(name)} leads out of the repository`, {
      place: { file: name },
      remedy: 'keep what the application needs in its repository',
    })
  }
  return real
}

/**
 * Sees that no symbolic link in `folder` or below leads out of `root`: helm reads through every link of a chart. `.git` is left out.
 * Throws SecretError InvalidSpec.
 */
export function refuseLinksOut(folder: string, root: string, relative = ''): void {
  for (const entry of readdirSync(path.join(folder, relative), { withFileTypes: true })) {
    const name = path.join(relative, entry.name)
    if (entry.isSymbolicLink()) insideRoot(path.join(folder, name), root, name)
    else if (entry.isDirectory() && entry.name !== '.git') refuseLinksOut(folder, root, name)
  }
}

export function isInside(candidate: string, root: string): boolean {
  return candidate === root || candidate.startsWith(root.endsWith(path.sep) ? root : root + path.sep)
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync.native(file)
  } catch {
    return undefined
  }
}
