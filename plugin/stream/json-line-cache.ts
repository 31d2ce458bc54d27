import { createHash } from 'node:crypto'

/** The JSON lines of documents that were printed before, by the digest of their text. Of a warm process: most documents of most renders never change. */
export interface JsonLineCache {
  /** The line of a document with this source, or what `make` gives, which is kept. Empty for an empty document. Made once for all who ask while it is made. */
  line(source: string, make: () => string | Promise<string>): string | Promise<string>
}

/** Keeps at most `maxBytes` of lines; what was not asked for longest goes first. Failures are not kept. */
export function jsonLineCache(maxBytes: number): JsonLineCache {
  const lines = new Map<string, string>()
  const making = new Map<string, Promise<string>>()
  let bytes = 0
  // One for all: a new one would step over everything that was removed before it came to the oldest.
  let oldest = lines.entries()

  function keep(key: string, line: string): string {
    if (line.length > maxBytes / 2 || lines.has(key)) return line
    lines.set(key, line)
    bytes += sizeOf(line)
    while (bytes > maxBytes) removeOldest()
    return line
  }

  function removeOldest(): void {
    const { value, done } = oldest.next()
    if (done) oldest = lines.entries()
    else if (lines.delete(value[0])) bytes -= sizeOf(value[1])
  }

  async function made(key: string, line: Promise<string>): Promise<string> {
    making.set(key, line)
    try {
      return keep(key, await line)
    } finally {
      making.delete(key)
    }
  }

  return {
    line(source, make) {
      const key = createHash('sha256').update(source, 'latin1').digest('base64')
      const known = lines.get(key)
      if (known !== undefined) {
        lines.delete(key)
        lines.set(key, known)
        return known
      }
      const begun = making.get(key)
      // Who makes it may be ended before it is done: then it is made once more, for this one.
      if (begun) return begun.catch(() => make())
      const line = make()
      return typeof line === 'string' ? keep(key, line) : made(key, line)
    },
  }
}

/** An upper bound: two bytes a character, the key, and what a Map needs for an entry. */
function sizeOf(line: string): number {
  return 2 * line.length + 200
}
