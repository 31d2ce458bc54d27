/** What was written last, and as which version of the target: the same content over the same version is no write. */
export interface WrittenTarget {
  readonly contentDigest: string
  readonly targetUid: string
  readonly targetVersion: string
}

/** What this process knows of an ExternalSecret beyond its status. */
export interface Remembered {
  /** When its values were last read, or known to be unchanged; milliseconds since the epoch. */
  readonly checkedAt: number
  readonly written?: WrittenTarget
  /** Of the templates of the cluster that its target was shaped with. */
  readonly templatesDigest?: string
  /** When this process last wrote its Secret. */
  readonly changedAt?: number
  /** Which versions of what were read last: keys and versions in turn, of many objects. */
  readonly held?: readonly string[]
}

/** By UID: an object that is made again is another. */
export class RefreshMemory {
  readonly #objects = new Map<string, Remembered>()

  get(uid: string): Remembered | undefined {
    return this.#objects.get(uid)
  }

  set(uid: string, remembered: Remembered): void {
    this.#objects.set(uid, remembered)
  }

  forget(uid: string): void {
    this.#objects.delete(uid)
  }
}
