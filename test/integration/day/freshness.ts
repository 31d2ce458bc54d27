/** An object that reads keys. */
export interface FreshReader {
  readonly object: string
  readonly keys: readonly string[]
  readonly intervalMs: number
  /** How late a listing of its store may be. */
  readonly lagMs: number
}

export interface Freshness {
  /** Changes times objects that had to know of them. */
  readonly news: number
  /** What was wrong, in words; nothing of it may be. */
  readonly problems: readonly string[]
  /** The longest time between a change and the Secret that has it, above what it may take. */
  readonly latestNewsMs: number
  /** The longest time between two looks at a key, above what it may be. */
  readonly latestLookMs: number
  /** Secrets that were written again, each because something in it had changed. */
  readonly rewritten: number
}

interface Sighting {
  readonly version: number
  readonly atMs: number
}

/** What is late is so by more than this, in milliseconds. */
const SLACK_MS = 2_000

/** Judges from what happened at providers and in a cluster whether every Secret had what it should have, in time, and no write was for nothing. */
export class FreshnessJudge {
  readonly #readers = new Map<string, FreshReader>()
  /** By key: its versions, in their order. */
  readonly #versions = new Map<string, Sighting[]>()
  /** By object and key. */
  readonly #seen = new Map<string, Sighting[]>()
  /** The shortest interval of those who read a key, when it was looked at last, and how late at most. */
  readonly #looks = new Map<string, { readonly intervalMs: number; lastMs: number | undefined; lateMs: number }>()
  readonly #problems: string[] = []
  #rewritten = 0
  #handover = { atMs: Number.POSITIVE_INFINITY, firstLooksMs: 0 }

  /** Before anything happens. */
  add(reader: FreshReader): void {
    this.#readers.set(reader.object, reader)
    for (const key of reader.keys) {
      const intervalMs = Math.min(reader.intervalMs, this.#looks.get(key)?.intervalMs ?? reader.intervalMs)
      this.#looks.set(key, { intervalMs, lastMs: undefined, lateMs: Number.NEGATIVE_INFINITY })
    }
  }

  /** One controller has left, maybe in the middle of a look, and the next one comes at once; its first looks take so long. */
  handedOver(atMs: number, firstLooksMs: number): void {
    this.#handover = { atMs, firstLooksMs }
  }

  changed(key: string, version: number, atMs: number): void {
    const versions = this.#versions.get(key) ?? []
    this.#versions.set(key, [...versions, { version, atMs }])
  }

  looked(key: string, atMs: number): void {
    const look = this.#looks.get(key)
    if (!look) return
    if (look.lastMs !== undefined) look.lateMs = Math.max(look.lateMs, this.#lateMs(look.lastMs + look.intervalMs, atMs))
    look.lastMs = atMs
  }

  /** `versions` by key. */
  wrote(object: string, versions: ReadonlyMap<string, number>, atMs: number): void {
    let isNews = false
    let isFirst = false
    for (const [key, version] of versions) {
      const id = `${object} ${key}`
      const seen = this.#seen.get(id) ?? []
      const last = seen.at(-1)
      isFirst ||= last === undefined
      isNews ||= version > (last?.version ?? -1)
      if (last && version < last.version) this.#problems.push(`${object} went back to an older version of ${key}`)
      if (!last) this.looked(key, atMs)
      this.#seen.set(id, [...seen, { version, atMs }])
    }
    if (!isNews) this.#problems.push(`${object} was written without need`)
    else if (!isFirst) this.#rewritten++
  }

  /** As it is at the end of the day. */
  judgement(endMs: number): Freshness {
    const late = [...this.#readers.values()].flatMap((reader) => this.#lateness(reader))
    const looks = Array.from(this.#looks, ([key, look]) => {
      const isKnown = look.lastMs !== undefined
      this.looked(key, endMs)
      return { key, lateMs: isKnown ? look.lateMs : Number.POSITIVE_INFINITY }
    })
    return {
      news: late.length,
      problems: [
        ...this.#problems,
        ...late.filter(({ lateMs }) => !(lateMs <= SLACK_MS)).map(({ what, lateMs }) => `${what}: late by ${lateMs} ms`),
        ...looks.filter(({ lateMs }) => !(lateMs <= SLACK_MS)).map(({ key, lateMs }) => `${key}: looked at ${lateMs} ms late`),
      ],
      latestNewsMs: Math.max(...late.map(({ lateMs }) => lateMs)),
      latestLookMs: Math.max(...looks.map(({ lateMs }) => lateMs)),
      rewritten: this.#rewritten,
    }
  }

  #lateness({ object, keys, intervalMs, lagMs }: FreshReader): readonly { readonly what: string; readonly lateMs: number }[] {
    return keys.flatMap((key) =>
      (this.#versions.get(key) ?? []).map(({ version, atMs }) => {
        const seen = this.#seen.get(`${object} ${key}`)?.find((sighting) => sighting.version >= version)
        return {
          what: `${object} ${key} v${version}`,
          lateMs: this.#lateMs(atMs + intervalMs + lagMs, seen?.atMs ?? Number.POSITIVE_INFINITY),
        }
      }),
    )
  }

  /** What was due at the handover, or before the first looks after it, may wait for these. */
  #lateMs(dueMs: number, atMs: number): number {
    const { atMs: leftMs, firstLooksMs } = this.#handover
    const isCut = dueMs > leftMs - SLACK_MS && dueMs < leftMs + firstLooksMs
    return atMs - (isCut ? leftMs + firstLooksMs : dueMs)
  }
}
