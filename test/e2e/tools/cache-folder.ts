import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'

const UNFINISHED = '.unfinished-'
/** Nothing takes so long to install; what is older was interrupted. */
const ABANDONED_AFTER_MS = 3_600_000

/** The user's cache, outside of any checkout (XDG Base Directory Specification). */
function cacheRoot(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? ''
  return path.join(path.isAbsolute(base) ? base : path.join(homedir(), '.cache'), 'argocd-external-secrets')
}

/** A short name for what is built from `inputs`: another one as soon as one of them changes. */
export function digestOf(...inputs: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const input of inputs) hash.update(createHash('sha256').update(input).digest())
  return hash.digest('hex').slice(0, 16)
}

/**
 * The folder `name` of the cache, filled by `fill` if it is not there. It appears at once and complete, by a rename:
 * an interrupted `fill` leaves nothing that is taken for a good folder, and of two at a time one wins.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const root = cacheRoot()
  const folder = path.join(root, name)
  if (existsSync(folder)) return folder
  await mkdir(root, { recursive: true })
  await removeAbandoned(root)
  const unfinished = await mkdtemp(`${folder}${UNFINISHED}`)
  try {
    await fill(unfinished)
    await rename(unfinished, folder)
  } catch (thrown) {
    await rm(unfinished, { recursive: true, force: true })
    if (!existsSync(folder)) throw thrown
  }
  return folder
}

async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const folder = path.join(root, name)
    if (!name.includes(UNFINISHED) || Date.now() - (await stat(folder)).mtimeMs < ABANDONED_AFTER_MS) continue
    await rm(folder, { recursive: true, force: true })
  }
}
