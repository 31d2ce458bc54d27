import './jitless.ts'
import * as z from 'zod'
import { API_VERSIONS } from './api-version.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { documented } from './documented.ts'
import { externalSecretSpecSchema } from './external-secret.ts'
import { labelSelectorSchema } from './label-selector.ts'
import { metadataSchema } from './metadata.ts'
import { namespaceSchema, objectNameSchema } from './names.ts'

const stringMap = z.record(z.string(), z.string())

/** `spec` of a ClusterExternalSecret (external-secrets.md 6.1). */
export const clusterExternalSecretSpecSchema = documented(
  z.object({
    externalSecretSpec: externalSecretSpecSchema,
    externalSecretName: documented(
      objectNameSchema.optional(),
      'Name of the ExternalSecrets that are made; that of this object without it.',
    ),
    externalSecretMetadata: documented(
      z
        .object({
          labels: documented(stringMap.optional(), 'Labels.'),
          annotations: documented(stringMap.optional(), 'Annotations.'),
        })
        .optional(),
      'Labels and annotations of the ExternalSecrets that are made, in place of all others.',
    ),
    namespaceSelectors: documented(
      z.array(labelSelectorSchema).optional(),
      'Namespaces by their labels; each that one of the selectors, or "namespaces", names gets an ExternalSecret.',
    ),
    namespaceSelector: documented(labelSelectorSchema.optional(), 'Deprecated: write namespaceSelectors.'),
    namespaces: documented(z.array(namespaceSchema).optional(), 'Namespaces by name. Deprecated: write namespaceSelectors.'),
    refreshTime: documented(
      z.string().optional(),
      'How often namespaces are looked at again, as a Go duration; hourly without it.',
    ),
  }),
  'The ExternalSecret to make, and where.',
)

/** A ClusterExternalSecret of external-secrets.io/v1 or v1beta1: the same ExternalSecret in many namespaces (external-secrets.md 6.1). */
export const clusterExternalSecretSchema = documented(
  z.object({
    apiVersion: z.enum(API_VERSIONS),
    kind: z.literal('ClusterExternalSecret'),
    metadata: metadataSchema,
    spec: clusterExternalSecretSpecSchema,
    status: z.unknown().optional(),
  }),
  'The same ExternalSecret in many namespaces.',
)

/** `status` of a ClusterExternalSecret, which only a controller writes (external-secrets.md 6.1). */
export const clusterExternalSecretStatusSchema = documented(
  z.object({
    externalSecretName: documented(z.string().optional(), 'Name of the ExternalSecrets that were made.'),
    failedNamespaces: documented(
      z
        .array(
          z.object({
            namespace: documented(z.string(), 'Name of the namespace.'),
            reason: documented(z.string().optional(), 'Why there is no ExternalSecret in it.'),
          }),
        )
        .optional(),
      'Namespaces that should have one and have not.',
    ),
    provisionedNamespaces: documented(z.array(z.string()).optional(), 'Namespaces that have one.'),
    conditions: documented(
      z
        .array(
          z.object({
            type: documented(z.string(), 'What is true or not.'),
            status: documented(z.string(), 'True, False or Unknown.'),
            message: documented(z.string().optional(), 'Why, for people.'),
          }),
        )
        .optional(),
      'How things stand, one condition a type.',
    ),
  }),
  'Where it has been made.',
)

export type ClusterExternalSecret = DeepReadonly<z.output<typeof clusterExternalSecretSchema>>
export type ClusterExternalSecretStatus = DeepReadonly<z.output<typeof clusterExternalSecretStatusSchema>>
