import path from 'node:path'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'

/** What an upload holds at one path. */
export type CheckoutEntry =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'link'; readonly target: string }

/** So many symbolic links may lead from one to the next, as in Linux (path_resolution(7)). */
const MAX_LINKS = 40

/** An uploaded repository in memory: files and symbolic links by their path from its root, which nothing leads out of. */
export class Checkout {
  readonly #entries = new Map<string, CheckoutEntry>()

  readonly #folders = new Set<string>()

  /**
   * `name` as the archive has it. Throws SecretError InvalidSpec for one outside of the root, or a link that leads there: by itself, or
   * through another link that it goes over (nothing lies behind a link, and a target goes up at its start alone).
   */
  add(name: string, entry: CheckoutEntry): void {
    const place = inside(name, name)
    const parents = parentsOf(place)
    if (parents.some((parent) => this.#entries.has(parent))) throw leadsOut(name)
    if (this.#folders.has(place)) throw leadsOut(name)
    if (entry.kind === 'link') {
      inside(path.posix.join(path.posix.dirname(place), entry.target), name, entry.target)
      if (goesUpLater(entry.target)) throw leadsOut(name)
    }
    for (const parent of parents) this.#folders.add(parent)
    this.#entries.set(place, entry)
  }

  /** What lies below a folder as `inside` gives it, by the path from there, in the order of the names. */
  below(folder: string): readonly string[] {
    const prefix = prefixOf(folder)
    const names = [...this.#entries.keys()].filter((name) => name.startsWith(prefix))
    return names.map((name) => name.slice(prefix.length)).toSorted()
  }

  /** All folders that something lies in, but the root, by how deep they are: each before those in it. */
  get folders(): readonly (readonly string[])[] {
    const byDepth = Map.groupBy(this.#folders, (folder) => folder.split('/').length)
    return [...byDepth].toSorted(([one], [other]) => one - other).map(([, folders]) => folders)
  }

  get entries(): ReadonlyMap<string, CheckoutEntry> {
    return this.#entries
  }

  /** Lets go of everything: who holds it now has it elsewhere. */
  clear(): void {
    this.#entries.clear()
    this.#folders.clear()
  }

  /** The bytes of a file, links followed on all of the way; `undefined` where there is no file. */
  read(name: string, links = 0): Uint8Array | undefined {
    const place = path.posix.normalize(name)
    const entry = this.#entries.get(place)
    if (entry?.kind === 'file') return entry.bytes
    if (links >= MAX_LINKS) return undefined
    const link = this.#linkOnTheWay(place)
    if (!link) return undefined
    const target = path.posix.join(path.posix.dirname(link.path), link.target)
    return this.read(`${target}${place.slice(link.path.length)}`, links + 1)
  }

  /** The nearest symbolic link to the root that the path goes through. */
  #linkOnTheWay(place: string): { readonly path: string; readonly target: string } | undefined {
    const parts = place.split('/')
    for (let length = 1; length <= parts.length; length++) {
      const parent = parts.slice(0, length).join('/')
      const entry = this.#entries.get(parent)
      if (entry?.kind === 'link') return { path: parent, target: entry.target }
    }
    return undefined
  }
}

/** What the names of all that lies in a folder begin with; empty for the root. */
export function prefixOf(folder: string): string {
  return folder === '' || folder === '.' ? '' : `${folder}/`
}

/** The normal form of a path inside the root. Throws SecretError InvalidSpec. */
export function inside(place: string, name: string, target?: string): string {
  const normal = path.posix.normalize(place)
  const leads = path.posix.isAbsolute(target ?? place) || normal === '..' || normal.startsWith('../') || place.includes('\0')
  if (leads) throw leadsOut(name)
  return normal.replace(/\/$/, '')
}

/** `a/../b`: behind a name that may be a link, up is somewhere else than it reads. */
function goesUpLater(target: string): boolean {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.')
  return parts.lastIndexOf('..') > parts.findIndex((part) => part !== '..') && parts.some((part) => part !== '..')
}

function parentsOf(place: string): readonly string[] {
  const parts = place.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function leadsOut(name: string): SecretError {
  return new SecretError('InvalidSpec', `${quoteName(name)} leads out of the repository`, {
    remedy: 'remove it from the repository',
  })
}
