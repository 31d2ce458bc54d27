import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { Clock } from '../../model/clock.ts'
import { ownFolder } from './own-folder.ts'
import type { SourceCache } from './source-cache.ts'

/** All entries together; the ones that were not used for longest go first. */
export const MAX_CACHE_BYTES = 256 * 1024 * 1024
const MAX_ENTRY_BYTES = 32 * 1024 * 1024
const KEY = /^[0-9a-f]{64}$/

/**
 * Keeps entries as files of `folder` (mode 0700), for processes that come and go: each is written under another name and moved into place.
 * A folder that is not ours alone, and every failure of the file system, only means that nothing is kept.
 */
export function folderCache(folder: string, clock: Pick<Clock, 'now'>, maxBytes = MAX_CACHE_BYTES): SourceCache {
  const fileOf = (key: string): string | undefined => (KEY.test(key) ? path.join(folder, key) : undefined)
  return {
    get(key) {
      const file = fileOf(key)
      return file === undefined ? undefined : quietly(() => (ownFolder(folder) ? used(file, clock) : undefined))
    },
    put(key, bytes) {
      const file = fileOf(key)
      if (file === undefined || bytes.byteLength > Math.min(MAX_ENTRY_BYTES, maxBytes)) return
      quietly(() => {
        if (!ownFolder(folder)) return
        const unfinished = `${file}.${process.pid}`
        writeFileSync(unfinished, bytes, { mode: 0o600, flag: 'wx' })
        renameSync(unfinished, file)
        evict(folder, maxBytes)
      })
    },
  }
}

function used(file: string, clock: Pick<Clock, 'now'>): Uint8Array {
  const bytes = readFileSync(file)
  const now = clock.now() / 1000
  utimesSync(file, now, now)
  return bytes
}

function evict(folder: string, maxBytes: number): void {
  const entries = readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name)
    const facts = quietly(() => statSync(file))
    return facts ? [{ file, size: facts.size, usedAt: facts.mtimeMs }] : []
  })
  let size = entries.reduce((sum, entry) => sum + entry.size, 0)
  for (const entry of entries.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (size <= maxBytes) return
    rmSync(entry.file, { force: true })
    size -= entry.size
  }
}

function quietly<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
