import '../../api/jitless.ts'
import * as z from 'zod'
import type { Floor } from './floor-board.ts'
import type { RenderRecord } from './render-index.ts'
import { countsText, NO_STAND_INS } from './stand-in-counts.ts'

const text = z.string()

/** `[store, provider, key, requestedVersion, part, version, intervalMs, isHook, keyPrefix]`; no version: no such secret. An earlier version wrote no prefix. */
const usedKey = z.tuple([
  text,
  text,
  text,
  text,
  z.enum(['value', 'metadata']),
  text.nullable(),
  z.number(),
  z.boolean(),
  text.optional(),
])

const record = z.object({
  namespace: text,
  name: text,
  project: text,
  repoUrl: text,
  path: text,
  revision: text,
  renderedAtMs: z.number(),
  keys: z.array(usedKey),
  /** Absent for nothing. */
  standIns: z.object({ default: z.number(), otherStore: z.number(), leftOut: z.number() }).optional(),
})

const floor = z.object({ store: text, key: text, version: text.optional(), atMs: z.number() })

/** The records of one Application as they stand in a ConfigMap: names and versions. */
export function recordsText(records: readonly RenderRecord[]): string {
  const flat = records.map(
    ({ application, source, revision, renderedAtMs, keys, standIns }): z.infer<typeof record> => ({
      ...application,
      ...source,
      revision,
      renderedAtMs,
      keys: keys.map((used) => [
        used.store,
        used.provider,
        used.key,
        used.requestedVersion,
        used.part,
        used.version ?? null,
        used.intervalMs,
        used.isHook,
        used.keyPrefix,
      ]),
      ...(countsText(standIns) !== '' && { standIns }),
    }),
  )
  return JSON.stringify(flat)
}

/** `undefined` for what is none of ours. */
export function readRecords(json: string): readonly RenderRecord[] | undefined {
  return read(json, z.array(record))?.map(
    ({ namespace, name, project, repoUrl, path, revision, renderedAtMs, keys, standIns = NO_STAND_INS }) => ({
      application: { namespace, name, project },
      source: { repoUrl, path },
      revision,
      renderedAtMs,
      standIns,
      keys: keys.map(([store, provider, key, requestedVersion, part, version, intervalMs, isHook, keyPrefix = '']) => ({
        store,
        provider,
        key,
        keyPrefix,
        requestedVersion,
        part,
        version: version ?? undefined,
        intervalMs,
        isHook,
      })),
    }),
  )
}

/** The newest ones, as many as fit into `maxBytes`. */
export function floorsText(floors: readonly Floor[], maxBytes: number): string {
  const kept: string[] = []
  let bytes = 2
  for (const { store, key, version, atMs } of floors.toReversed()) {
    const one = JSON.stringify({ store, key, version, atMs })
    bytes += Buffer.byteLength(one) + 1
    if (bytes > maxBytes) break
    kept.push(one)
  }
  return `[${kept.toReversed().join(',')}]`
}

/** `undefined` for what is none of ours. */
export function readFloors(json: string): readonly Floor[] | undefined {
  return read(json, z.array(floor))
}

function read<T>(json: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}
