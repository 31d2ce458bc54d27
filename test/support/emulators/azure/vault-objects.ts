import { randomBytes } from 'node:crypto'

/** Attributes and tags, common to secrets, keys and certificates. Times are in seconds since the epoch. */
export interface Properties {
  readonly enabled: boolean
  readonly created: number
  readonly updated: number
  readonly nbf?: number
  readonly exp?: number
  readonly tags?: Readonly<Record<string, string>>
}

export interface Version<Content> {
  /** 32 hexadecimal digits. */
  readonly version: string
  readonly content: Content
  readonly properties: Properties
}

/** What a caller may say of a new version. */
export interface NewProperties {
  readonly attributes?: { readonly enabled?: boolean; readonly nbf?: number; readonly exp?: number } | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

export interface Deleted<Content> {
  readonly versions: readonly Version<Content>[]
  readonly deletedAt: number
}

/** Seconds that a deleted object can be recovered, as vaults are made by default: 90 days. */
export const RETENTION_SECONDS = 90 * 24 * 3600

/** The objects of one kind in a vault: versions, soft deletion, recovery. */
export class VaultObjects<Content> {
  readonly #live = new Map<string, Version<Content>[]>()
  readonly #deleted = new Map<string, Deleted<Content>>()
  #offset = 0

  /** Writes from now on are dated so many seconds later. */
  passTime(seconds: number): void {
    this.#offset += seconds
  }

  /** Adds a version and makes it the current one. */
  put(name: string, content: Content, { attributes = {}, tags }: NewProperties = {}): Version<Content> {
    const now = seconds() + this.#offset
    const added = {
      version: randomBytes(16).toString('hex'),
      content,
      properties: { enabled: true, ...attributes, created: now, updated: now, ...(tags && { tags }) },
    }
    this.#live.set(name, [...(this.#live.get(name) ?? []), added])
    return added
  }

  /** The current version, or the one that is named. */
  get(name: string, version?: string): Version<Content> | undefined {
    const versions = this.#live.get(name)
    return version ? versions?.find((one) => one.version === version) : versions?.at(-1)
  }

  /** Changes what is said of a version; its content stays. */
  update(name: string, version: string | undefined, { attributes, tags }: NewProperties): Version<Content> | undefined {
    const found = this.get(name, version)
    if (!found) return undefined
    const properties = { ...found.properties, ...attributes, ...(tags && { tags }), updated: seconds() + this.#offset }
    const changed = { ...found, properties }
    this.#live.set(
      name,
      (this.#live.get(name) ?? []).map((one) => (one === found ? changed : one)),
    )
    return changed
  }

  versions(name: string): readonly Version<Content>[] {
    return this.#live.get(name) ?? []
  }

  names(): readonly string[] {
    return [...this.#live.keys()].sort()
  }

  delete(name: string): Deleted<Content> | undefined {
    const versions = this.#live.get(name)
    if (!versions) return undefined
    const deleted = { versions, deletedAt: seconds() }
    this.#live.delete(name)
    this.#deleted.set(name, deleted)
    return deleted
  }

  deleted(name: string): Deleted<Content> | undefined {
    return this.#deleted.get(name)
  }

  deletedNames(): readonly string[] {
    return [...this.#deleted.keys()].sort()
  }

  recover(name: string): Version<Content> | undefined {
    const deleted = this.#deleted.get(name)
    if (!deleted) return undefined
    this.#deleted.delete(name)
    this.#live.set(name, [...deleted.versions])
    return deleted.versions.at(-1)
  }

  purge(name: string): boolean {
    return this.#deleted.delete(name)
  }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}
