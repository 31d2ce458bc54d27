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
  /** The longest time between a change and the Secret that has it, above the interval of its object and the lag of its store. */
  readonly latestNewsMs: number
  /** The longest time between two looks at a key, above the shortest interval of its readers. */
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
  readonly #looks = new Map<string, { readonly lastMs: number; readonly longestMs: number }>()
  readonly #problems: string[] = []
  #rewritten = 0

  add(reader: FreshReader): void {
    this.#readers.set(reader.object, reader)
  }

  changed(key: string, version: number, atMs: number): void {
    const versions = this.#versions.get(key) ?? []
    this.#versions.set(key, [...versions, { version, atMs }])
  }

  looked(key: string, atMs: number): void {
    const before = this.#looks.get(key)
    const gapMs = before ? atMs - before.lastMs : 0
    this.#looks.set(key, { lastMs: atMs, longestMs: Math.max(gapMs, before?.longestMs ?? 0) })
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
    const looks = this.#shortestIntervals().map(([key, intervalMs]) => {
      this.looked(key, endMs)
      return { key, lateMs: (this.#looks.get(key)?.longestMs ?? Number.POSITIVE_INFINITY) - intervalMs }
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
          lateMs: (seen?.atMs ?? Number.POSITIVE_INFINITY) - atMs - intervalMs - lagMs,
        }
      }),
    )
  }

  #shortestIntervals(): readonly (readonly [string, number])[] {
    const shortest = new Map<string, number>()
    for (const { keys, intervalMs } of this.#readers.values())
      for (const key of keys) shortest.set(key, Math.min(shortest.get(key) ?? intervalMs, intervalMs))
    return [...shortest]
  }
}
