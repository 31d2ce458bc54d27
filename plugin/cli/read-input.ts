import { createReadStream } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { UsageError } from '../config/usage-error.ts'
import { quoteName } from '../model/quote-name.ts'

export interface InputFile {
  /** As the user would name it: relative to where they stand, or `-`. */
  readonly name: string
  readonly bytes: Uint8Array
}

const MANIFEST = /\.(ya?ml|json)$/
/** What one render may read, all files together; far above Argo CD's own limit for a repository's manifests. */
const MAX_BYTES = 256 * 1024 * 1024

/**
 * The manifests at `where`: standard input for `-`, one file, or every `.yaml`, `.yml` and `.json` of a folder and below, in the order of their paths.
 * `.git` is never entered; a symbolic link counts only while it stays inside the folder. Throws UsageError.
 */
export async function readInput(where: string, directory: string): Promise<readonly InputFile[]> {
  if (where === '-') return [{ name: '-', bytes: await standardInput() }]
  const full = path.resolve(directory, where)
  const facts = await stat(full).catch(() => undefined)
  if (!facts) throw new UsageError(`${quoteName(where)} does not exist`, 'name a file, a folder, or - for standard input')
  if (facts.isFile()) {
    if (facts.size > MAX_BYTES) throw tooLarge()
    return [{ name: where, bytes: await contentOf(full, where) }]
  }
  if (!facts.isDirectory())
    throw new UsageError(`${quoteName(where)} is neither a file nor a folder`, 'name a file, a folder, or -')
  return readFolder(full, where)
}

/** One file, or standard input for `-`; a pipe that the shell names (`<(sops -d values.yaml)`) is a file too. Throws UsageError. */
export async function readInputFile(where: string, directory: string): Promise<InputFile> {
  if (where === '-') return { name: '-', bytes: await standardInput() }
  const full = path.resolve(directory, where)
  const facts = await stat(full).catch(() => undefined)
  if (!facts) throw new UsageError(`${quoteName(where)} does not exist`, 'name a file, or - for standard input')
  if (!facts.isFile() && !facts.isFIFO())
    throw new UsageError(`${quoteName(where)} is not a file`, 'name a file, or - for standard input')
  return { name: where, bytes: await everythingOf(createReadStream(full)).catch(unreadable(where)) }
}

function standardInput(): Promise<Uint8Array> {
  return everythingOf(process.stdin)
}

async function everythingOf(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk)
    size += bytes.byteLength
    if (size > MAX_BYTES) throw tooLarge()
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

async function readFolder(root: string, name: string): Promise<readonly InputFile[]> {
  const realRoot = await realpath(root)
  const files = await manifestsBelow(realRoot, name)
  let size = 0
  const read: InputFile[] = []
  for (const relative of files.toSorted()) {
    const full = path.join(realRoot, relative)
    const named = path.join(name, relative)
    const real = await realpath(full).catch(unreadable(named))
    if (!real.startsWith(realRoot + path.sep) || isInsideGit(path.relative(realRoot, real))) continue
    const facts = await stat(real)
    if (!facts.isFile()) continue
    size += facts.size
    if (size > MAX_BYTES) throw tooLarge()
    read.push({ name: named, bytes: await contentOf(real, named) })
  }
  return read
}

/** Paths relative to `root`; folders behind symbolic links are not entered, so that a loop ends. */
async function manifestsBelow(root: string, rootName: string, relative = ''): Promise<readonly string[]> {
  const folder = path.join(root, relative)
  const entries = await readdir(folder, { withFileTypes: true }).catch(unreadable(path.join(rootName, relative)))
  const found = await Promise.all(
    entries.map(async (entry) => {
      const name = path.join(relative, entry.name)
      if (entry.isDirectory()) return entry.name === '.git' ? [] : manifestsBelow(root, rootName, name)
      const mayBeManifest =
        MANIFEST.test(entry.name) &&
        (entry.isFile() || (entry.isSymbolicLink() && (await pointsToSomething(path.join(root, name)))))
      return mayBeManifest ? [name] : []
    }),
  )
  return found.flat()
}

async function pointsToSomething(link: string): Promise<boolean> {
  return (await stat(link).catch(() => undefined)) !== undefined
}

function contentOf(file: string, name: string): Promise<Uint8Array> {
  return readFile(file).catch(unreadable(name))
}

/** No rights, gone meanwhile, or a name that is not UTF-8. */
function unreadable(name: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${quoteName(name)} cannot be read (${error.code ?? error.name})`, 'see its permissions and its name')
  }
}

function isInsideGit(relative: string): boolean {
  return relative.split(path.sep).includes('.git')
}

function tooLarge(): UsageError {
  return new UsageError(`the manifests are larger than ${MAX_BYTES} bytes`, 'render a smaller folder')
}
