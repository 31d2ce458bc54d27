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
  readonly #failures = new Map<string, string>()

  get(uid: string): Remembered | undefined {
    return this.#objects.get(uid)
  }

  set(uid: string, remembered: Remembered): void {
    this.#objects.set(uid, remembered)
  }

  /** Why its last pass failed, as the event says it; undefined once one went well. */
  noteFailure(uid: string, message: string | undefined): void {
    if (message === undefined) this.#failures.delete(uid)
    else this.#failures.set(uid, message)
  }

  failureOf(uid: string): string | undefined {
    return this.#failures.get(uid)
  }

  forget(uid: string): void {
    this.#failures.delete(uid)
    this.#objects.delete(uid)
  }
}
