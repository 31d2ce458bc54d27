import { createHash } from 'node:crypto'
import '../../api/jitless.ts'
import * as z from 'zod'
import type { StoredVersion, StoredVersions } from './detector-state.ts'

/** The API server takes ConfigMaps of 1 MiB (Kubernetes, ConfigMap); names and labels need some of it. */
const MAX_BYTES = 900 * 1024

/** `[id, version]` of each, with who has not read it yet behind it; null is "no such secret". */
const chunk = z.object({
  /** Of how many this is one. */
  chunks: z.int().min(1),
  versions: z.array(z.tuple([z.string(), z.string().nullable()], z.string())),
  /** The same of keys that were only read, with who has read this version behind it. */
  read: z.array(z.tuple([z.string(), z.string().nullable()], z.string())).optional(),
})

type Chunk = z.output<typeof chunk>

/**
 * Versions as texts below 900 KiB, `least` of them or a power of two more. A key stays in its text while the others come and go, so that few texts
 * change.
 */
export function versionChunks(versions: StoredVersions, least: number): readonly string[] {
  for (let count = least; ; count *= 2) {
    const texts = inChunks(versions, count)
    if (texts.every((text) => Buffer.byteLength(text) < MAX_BYTES) || count >= versions.size) return texts
  }
}

/**
 * What all texts together say, and how many there are. A write of more texts than before may have been cut off: of a key that stands in two texts,
 * the one of the larger division counts. Texts that are none of ours are left out.
 */
export function readVersionChunks(texts: readonly string[]): { readonly versions: StoredVersions; readonly count: number } {
  const chunks = texts.flatMap((text) => readChunk(text) ?? []).toSorted((one, other) => one.chunks - other.chunks)
  const versions = new Map<string, StoredVersion>()
  for (const { versions: some, read = [] } of chunks) {
    for (const [id, version, ...readBy] of read) versions.set(id, { version: version ?? undefined, readBy })
    for (const [id, version, ...pending] of some) {
      versions.set(id, { version: version ?? undefined, ...(pending.length > 0 && { pending }) })
    }
  }
  return { versions, count: chunks.at(-1)?.chunks ?? 1 }
}

type Entry = readonly [id: string, version: string | null, ...names: string[]]

function inChunks(versions: StoredVersions, count: number): readonly string[] {
  const chunks = Array.from({ length: count }, () => ({ versions: [] as Entry[], read: [] as Entry[] }))
  for (const [id, { version, pending = [], readBy }] of versions) {
    const chunk = chunks[chunkOf(id, count)]
    if (readBy) chunk?.read.push([id, version ?? null, ...readBy])
    else chunk?.versions.push([id, version ?? null, ...pending])
  }
  return chunks.map((chunk) => {
    const read = sorted(chunk.read)
    return JSON.stringify({ chunks: count, versions: sorted(chunk.versions), ...(read.length > 0 && { read }) })
  })
}

function sorted(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted(([one], [other]) => (one < other ? -1 : 1))
}

function chunkOf(id: string, count: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % count
}

function readChunk(text: string): Chunk | undefined {
  try {
    return chunk.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
