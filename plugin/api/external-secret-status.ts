import './jitless.ts'
import * as z from 'zod'
import { inCrd } from './crd-facts.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { documented } from './documented.ts'
import { timeSchema } from './status-condition.ts'

/** `status` of an ExternalSecret, which only a controller writes (external-secrets.md 4.14). */
export const externalSecretStatusSchema = documented(
  z.object({
    refreshTime: inCrd(documented(timeSchema().optional(), 'When values were last read and written.'), {
      beside: { nullable: true },
    }),
    syncedResourceVersion: documented(z.string().optional(), 'The generation and metadata of the object at that time.'),
    conditions: documented(
      z
        .array(
          z.object({
            type: documented(z.enum(['Ready', 'Deleted']), 'What is true or not.'),
            status: documented(z.string(), 'True, False or Unknown.'),
            reason: documented(z.string().optional(), 'Why, in one word.'),
            message: documented(z.string().optional(), 'Why, for people; never a value of a secret.'),
            lastTransitionTime: documented(timeSchema().optional(), 'When the status last changed.'),
          }),
        )
        .optional(),
      'How things stand, one condition a type.',
    ),
    binding: inCrd(
      documented(
        z.object({ name: documented(z.string().default(''), 'Name of the Secret.') }).optional(),
        'The Secret that was made, as servicebinding.io asks for it.',
      ),
      { beside: { 'x-kubernetes-map-type': 'atomic' } },
    ),
  }),
  'What a controller made of it.',
)

export type ExternalSecretStatus = DeepReadonly<z.output<typeof externalSecretStatusSchema>>
