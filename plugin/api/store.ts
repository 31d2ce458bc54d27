import './jitless.ts'
import * as z from 'zod'
import { API_VERSIONS } from './api-version.ts'
import { inCrd } from './crd-facts.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { documented } from './documented.ts'
import { labelSelectorSchema } from './label-selector.ts'
import { metadataSchema } from './metadata.ts'
import { namespaceSchema } from './names.ts'

const conditionSchema = documented(
  z.object({
    namespaceSelector: documented(labelSelectorSchema.optional(), 'Namespaces with these labels.'),
    namespaces: documented(z.array(namespaceSchema).optional(), 'Namespaces by name.'),
    namespaceRegexes: documented(z.array(z.string()).optional(), 'Namespaces by an RE2 expression that may match anywhere.'),
  }),
  'Namespaces that may use the store; whatever matches is allowed.',
)

/** `spec` of both kinds of stores (external-secrets.md 5.1). */
export const storeSpecSchema = documented(
  z.object({
    controller: documented(z.string().optional(), 'Class of the controller that the store belongs to.'),
    provider: documented(z.record(z.string(), z.unknown()), 'The secret manager and how to log in there: exactly one.'),
    retrySettings: documented(
      z
        .object({
          maxRetries: documented(z.int32().optional(), 'How often a call is repeated.'),
          retryInterval: documented(z.string().optional(), 'How long to wait in between, as a Go duration.'),
        })
        .optional(),
      'How failed calls are repeated.',
    ),
    refreshInterval: documented(
      inCrd(z.union([z.int(), z.string()]).optional(), { insteadInV1beta1: { type: 'integer' } }),
      'How often ESO validates the store: seconds, or a Go duration.',
    ),
    conditions: documented(
      z.array(conditionSchema).optional(),
      'Of a ClusterSecretStore: who may use it; without conditions everybody.',
    ),
  }),
  'Where secrets are and how to log in there.',
)

/** A SecretStore of external-secrets.io/v1 or v1beta1: for the ExternalSecrets of its own namespace. */
export const secretStoreSchema = documented(
  z.object({
    apiVersion: z.enum(API_VERSIONS),
    kind: z.literal('SecretStore'),
    metadata: metadataSchema,
    spec: storeSpecSchema,
    status: z.unknown().optional(),
  }),
  'A secret manager, for one namespace.',
)

/** A ClusterSecretStore of external-secrets.io/v1 or v1beta1: for the ExternalSecrets of all namespaces that its conditions allow. */
export const clusterSecretStoreSchema = documented(
  secretStoreSchema.extend({ kind: z.literal('ClusterSecretStore') }),
  'A secret manager, for all namespaces that its conditions allow.',
)

export type SecretStore = DeepReadonly<z.output<typeof secretStoreSchema>>
export type ClusterSecretStore = DeepReadonly<z.output<typeof clusterSecretStoreSchema>>

/** Once read, `spec.provider` has exactly one entry, and that is what the provider's own schema made of it. */
export type Store = SecretStore | ClusterSecretStore
