import type { FolderFiles } from '../../../../plugin/stores/warm/folder-files.ts'

/** A folder in memory. A test may let the next write be cut, as when the process is killed. */
export class MemoryFiles implements FolderFiles {
  readonly files = new Map<string, Uint8Array>()
  readonly times = new Map<string, number>()
  writes = 0
  /** The next write ends after so many bytes, and everything after it fails. */
  killedAfter: number | undefined
  /** Everything after the next whole write fails: it is not renamed any more. */
  isKilledBeforeRename = false
  #isDead = false
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  revive(): void {
    this.#isDead = false
    this.killedAfter = undefined
    this.isKilledBeforeRename = false
  }

  get isDead(): boolean {
    return this.#isDead
  }

  list = async () =>
    [...this.files].map(([name, bytes]) => ({ name, bytes: bytes.byteLength, changedAtMs: this.times.get(name) ?? 0 }))

  read = async (name: string) => this.files.get(name)

  write = async (name: string, bytes: Uint8Array) => {
    this.#living()
    this.writes++
    this.times.set(name, this.#nowMs())
    this.files.set(name, bytes.slice(0, this.killedAfter ?? bytes.byteLength))
    this.#isDead = this.killedAfter !== undefined || this.isKilledBeforeRename
    if (this.killedAfter !== undefined) this.#living()
  }

  rename = async (from: string, to: string) => {
    this.#living()
    const bytes = this.files.get(from)
    if (!bytes) throw new Error('no such file')
    this.files.delete(from)
    this.files.set(to, bytes)
    this.times.set(to, this.#nowMs())
  }

  remove = async (name: string) => {
    this.#living()
    this.files.delete(name)
  }

  #living(): void {
    if (this.#isDead) throw new Error('killed')
  }
}
