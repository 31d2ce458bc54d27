import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { MAX_REQUEST_BYTES, type ManifestFile, tooLarge } from '../wire/expand-exchange.ts'
import { directoryChoice, holdsManifests } from './directory-choice.ts'
import { insideRoot } from './inside-root.ts'
import type { DirectoryParameters } from './source-parameters.ts'
import type { SourceRequest } from './source-request.ts'

/**
 * The manifests of a plain directory ({@link directoryChoice}), in the order of their names. Throws SecretError InvalidSpec for a glob that cannot be
 * read, a symbolic link out of the repository, and more than {@link MAX_REQUEST_BYTES}.
 */
export function readDirectory({ folder, root }: SourceRequest, parameters: DirectoryParameters): readonly ManifestFile[] {
  const files: ManifestFile[] = []
  let size = 0
  for (const { name, isLink } of chosenEntries(folder, parameters)) {
    const file = path.join(folder, name)
    const real = isLink ? insideRoot(file, root, name) : file
    if (real === undefined) continue
    const bytes = contentOf(real, name, MAX_REQUEST_BYTES - size)
    if (bytes === undefined || !holdsManifests(name, bytes)) continue
    size += bytes.byteLength
    files.push({ name, bytes })
  }
  return files
}

interface Entry {
  /** From the folder of the application. */
  readonly name: string
  /** What is no link is where it says: folders behind links are not entered. */
  readonly isLink: boolean
}

function chosenEntries(folder: string, parameters: DirectoryParameters): readonly Entry[] {
  const isChosen = directoryChoice(parameters)
  return entriesBelow(folder, '', parameters.recurse).filter(({ name }) => isChosen(name))
}

function entriesBelow(folder: string, relative: string, recurse: boolean): readonly Entry[] {
  const entries = readdirSync(path.join(folder, relative), { withFileTypes: true })
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return sorted.flatMap((entry) => {
    const name = path.join(relative, entry.name)
    if (entry.isDirectory()) return recurse && entry.name !== '.git' ? entriesBelow(folder, name, recurse) : []
    return entry.isFile() || entry.isSymbolicLink() ? [{ name, isLink: entry.isSymbolicLink() }] : []
  })
}

/** `undefined` for what is no ordinary file. */
function contentOf(file: string, name: string, limit: number): Uint8Array | undefined {
  try {
    const facts = statSync(file)
    if (!facts.isFile()) return undefined
    if (facts.size > limit) throw tooLarge()
    return readFileSync(file)
  } catch (thrown) {
    if (thrown instanceof SecretError) throw thrown
    throw new SecretError('InvalidSpec', `${quoteName(name)} cannot be read`, { place: { file: name } })
  }
}
