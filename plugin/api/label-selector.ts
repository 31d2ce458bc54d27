import './jitless.ts'
import * as z from 'zod'
import { inCrd } from './crd-facts.ts'
import { documented } from './documented.ts'

/** A label selector of Kubernetes (meta/v1 LabelSelector). Without a condition it selects everything. */
export const labelSelectorSchema = inCrd(
  z.object({
    matchLabels: documented(z.record(z.string(), z.string()).optional(), 'Labels that have to be there, all of them.'),
    matchExpressions: documented(
      z
        .array(
          z.object({
            key: documented(z.string(), 'Name of the label.'),
            operator: inCrd(
              documented(
                z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
                'How the label is compared: In, NotIn, Exists or DoesNotExist.',
              ),
              { instead: { type: 'string' } },
            ),
            values: documented(z.array(z.string()).optional(), 'What it is compared with.'),
          }),
        )
        .optional(),
      'Conditions on labels, all of which hold.',
    ),
  }),
  { beside: { 'x-kubernetes-map-type': 'atomic' } },
)
