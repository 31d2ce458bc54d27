import './jitless.ts'
import * as z from 'zod'
import { API_VERSIONS } from './api-version.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { documented } from './documented.ts'
import { metadataSchema } from './metadata.ts'
import { dataKeySchema } from './names.ts'
import { findSchema, remoteRefSchema } from './remote-ref-spec.ts'
import { rewriteSchema } from './rewrite.ts'
import { type generatorRefSchema, sourceRefSchema, storeRefSchema } from './source-ref.ts'
import { targetSchema } from './target.ts'

/** external-secrets.md 2.1. */
const SCHEDULE = /^(@(annually|yearly|monthly|weekly|daily|midnight|hourly)|@every [^\s]+.*|[^\s]+( [^\s]+){4})$/
const SCHEDULE_ERROR =
  'is no schedule; expected a cron expression of five fields, "@daily" or the like, or "@every" and a duration'

const dataSchema = documented(
  z.object({
    secretKey: dataKeySchema.describe('Key in the Secret.'),
    remoteRef: remoteRefSchema,
    sourceRef: sourceRefSchema.optional(),
  }),
  'One key of the Secret and where its value comes from.',
)

const dataFromSchema = documented(
  z.object({
    extract: documented(remoteRefSchema.optional(), 'Reads one secret that is an object, and takes all its keys.'),
    find: findSchema.optional(),
    rewrite: documented(z.array(rewriteSchema).optional(), 'Changes of the keys, in this order.'),
    sourceRef: sourceRefSchema.optional(),
  }),
  'Many keys at once.',
)

const syncWindowsSchema = documented(
  z.object({
    kind: documented(z.enum(['allow', 'deny']), 'Whether periodic refreshes happen only within the windows, or never there.'),
    windows: documented(
      z
        .array(
          z.object({
            schedule: documented(
              z.string().min(1).regex(SCHEDULE, { error: SCHEDULE_ERROR }),
              'When a window opens, as a cron expression of five fields or "@daily" and the like.',
            ),
            duration: documented(z.string(), 'How long it is open, as a Go duration.'),
          }),
        )
        .min(1),
      'The windows.',
    ),
  }),
  'When periodic refreshes may happen.',
)

/** `spec` of an ExternalSecret, and `spec.externalSecretSpec` of a ClusterExternalSecret (external-secrets.md 2.1, 6.1). */
export const externalSecretSpecSchema = documented(
  z.object({
    secretStoreRef: documented(storeRefSchema.optional(), 'The store that entries read from unless they name another.'),
    target: targetSchema.default({ creationPolicy: 'Owner', deletionPolicy: 'Retain' }),
    refreshPolicy: documented(
      z.enum(['CreatedOnce', 'Periodic', 'OnChange']).optional(),
      'When values are read again; Periodic without it.',
    ),
    refreshInterval: documented(z.string().default('1h0m0s'), 'How often values are read again, as a Go duration; never with 0.'),
    syncWindows: documented(syncWindowsSchema.optional(), 'When periodic refreshes may happen.', { v1Only: true }),
    data: documented(z.array(dataSchema).optional(), 'Keys one by one.'),
    dataFrom: documented(z.array(dataFromSchema).optional(), 'Many keys at once; "data" wins over them.'),
  }),
  'What to read and what to make of it.',
)

/** An ExternalSecret of external-secrets.io/v1, and of v1beta1, which is a subset (external-secrets.md 2). */
export const externalSecretSchema = documented(
  z.object({
    apiVersion: z.enum(API_VERSIONS),
    kind: z.literal('ExternalSecret'),
    metadata: metadataSchema,
    spec: externalSecretSpecSchema,
    status: z.unknown().optional(),
  }),
  'Values from a secret manager, as a Secret.',
)

export type ExternalSecret = DeepReadonly<z.output<typeof externalSecretSchema>>
export type ExternalSecretSpec = ExternalSecret['spec']
export type StoreRef = DeepReadonly<z.output<typeof storeRefSchema>>
export type GeneratorRef = DeepReadonly<z.output<typeof generatorRefSchema>>
export type RemoteRefSpec = DeepReadonly<z.output<typeof remoteRefSchema>>
export type DataEntry = DeepReadonly<z.output<typeof dataSchema>>
export type DataFromEntry = DeepReadonly<z.output<typeof dataFromSchema>>
