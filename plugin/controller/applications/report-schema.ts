import '../../api/jitless.ts'
import * as z from 'zod'
import type { RenderFacts } from '../../observability/render-facts.ts'

const name = z.string().max(2_048)
const count = z.number().nonnegative()

/** Reads of one render that are taken. */
export const MAX_READS = 50_000

/** What a daemon sends of a render, and how long ago it was made, in milliseconds: clocks of two machines are never compared. */
export type RenderReport = RenderFacts & { readonly ageMs: number }

/** A daemon's report of one render, as it may be sent by anybody who has its token: bounded, names alone. */
export const renderReport: z.ZodType<RenderReport> = z.object({
  ageMs: count.default(0),
  tenant: z.object({ project: name, application: name, namespace: name }),
  revision: name,
  repoUrl: name,
  path: name,
  policy: name,
  outcome: z.enum([
    'ok',
    'InvalidSpec',
    'Conflict',
    'NotFound',
    'AccessDenied',
    'Throttled',
    'Unavailable',
    'Timeout',
    'Deadline',
    'Bug',
  ]),
  guard: z.enum(['none', 'streamed', 'hydrator']),
  problems: count,
  outputBytes: count,
  durationMs: count,
  reads: z
    .array(
      z.object({
        externalSecret: name,
        store: name,
        provider: name,
        key: name,
        /** Daemons of an earlier version say nothing of it. */
        keyPrefix: name.default(''),
        requestedVersion: name,
        part: z.enum(['value', 'metadata']),
        version: name.optional(),
        refreshInterval: z.string().max(64),
        isHook: z.boolean(),
        stale: z.boolean(),
      }),
    )
    .max(MAX_READS),
  /** Daemons of an earlier version say nothing of these. */
  generated: z
    .array(z.object({ externalSecret: name, generator: name }))
    .max(MAX_READS)
    .default([]),
  standIns: z
    .array(z.object({ externalSecret: name, kind: z.enum(['default', 'otherStore', 'leftOut']), what: name, store: name }))
    .max(MAX_READS)
    .default([]),
})
