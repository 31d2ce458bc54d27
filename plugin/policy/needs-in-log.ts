import '../api/jitless.ts'
import * as z from 'zod'
import type { PolicyNeed } from './policy-need.ts'

const text = z.string()
const texts = z.array(text)
const isTrue = z.literal(true)

const who = {
  tenant: z.strictObject({ project: text, application: text, namespace: text }),
  objectNamespaces: z.exactOptional(texts),
}

const storeNeedSchema = z.strictObject({
  ...who,
  store: z.union([
    z.strictObject({ administrator: text, keys: texts }),
    z.strictObject({
      provider: text,
      kinds: z.exactOptional(texts),
      facts: z.exactOptional(z.record(text, texts)),
      hosts: z.exactOptional(texts),
      credentials: z.exactOptional(
        z.strictObject({
          stream: z.exactOptional(isTrue),
          folder: z.exactOptional(texts),
          ambient: z.exactOptional(isTrue),
        }),
      ),
      keys: texts,
    }),
  ]),
})

const needSchema = z.union([storeNeedSchema, z.strictObject({ ...who, generators: texts.min(1) })])

/** What a dry run noted in the daemon's log, a JSON object a line; all other lines are passed over. */
export function needsInLog(log: string): readonly PolicyNeed[] {
  return log.split('\n').flatMap((line) => {
    const need = needSchema.safeParse(parsed(fieldOf(parsed(line), 'need')))
    return need.success && !('store' in need.data && need.data.store.keys.length === 0) ? [need.data] : []
  })
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}

function parsed(json: unknown): unknown {
  if (typeof json !== 'string' || !json.startsWith('{')) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
