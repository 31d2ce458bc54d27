import './jitless.ts'
import * as z from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'
import { documented } from './documented.ts'
import { statusConditionSchema } from './status-condition.ts'

/** `status` of a SecretStore or ClusterSecretStore, which only a controller writes (external-secrets.md 5.2). */
export const storeStatusSchema = documented(
  z.object({
    conditions: documented(z.array(statusConditionSchema).optional(), 'How things stand, one condition a type.'),
    capabilities: documented(z.string().optional(), 'What its provider can do: ReadOnly, WriteOnly or ReadWrite.'),
  }),
  'What a controller found out about it.',
)

export type StoreStatus = DeepReadonly<z.output<typeof storeStatusSchema>>
