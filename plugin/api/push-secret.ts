import './jitless.ts'
import * as z from 'zod'
import { documented } from './documented.ts'
import { labelSelectorSchema } from './label-selector.ts'
import { metadataSchema } from './metadata.ts'
import { objectNameSchema } from './names.ts'
import { generatorRefSchema } from './source-ref.ts'
import { templateSchema } from './target.ts'

const stringMap = z.record(z.string(), z.string())
const storeKind = z.enum(['SecretStore', 'ClusterSecretStore']).optional()
const conversionStrategy = documented(
  z.enum(['None', 'ReverseUnicode']).optional(),
  'Whether what External Secrets Operator made of characters in keys is undone.',
)

/** A store by its name, or every one with these labels. */
const storeSchema = z.object({
  name: documented(objectNameSchema.optional(), 'Name of the store.'),
  labelSelector: documented(labelSelectorSchema.optional(), 'Stores by their labels; wins over the name.'),
  kind: documented(storeKind, 'Kind of the stores; SecretStore without it.'),
})

const rewriteSchema = z
  .object({
    regexp: z.object({ source: z.string(), target: z.string() }).optional(),
    transform: z.object({ template: z.string() }).optional(),
  })
  .refine(({ regexp, transform }) => (regexp === undefined) !== (transform === undefined), 'needs either regexp or transform')

const dataSchema = z.object({
  match: z.object({
    secretKey: documented(z.string().optional(), 'Key of the Secret; all of it without one.'),
    remoteRef: z.object({
      remoteKey: documented(z.string(), 'Key at the provider.'),
      property: documented(z.string().optional(), 'Part of it.'),
    }),
  }),
  metadata: documented(z.unknown().optional(), 'What the provider is to know beside the value.'),
  conversionStrategy,
})

const dataToSchema = z
  .object({
    storeRef: storeSchema,
    remoteKey: documented(z.string().optional(), 'One key at the provider for all that match, as JSON.'),
    match: z.object({ regexp: z.string().optional() }).optional(),
    rewrite: z.array(rewriteSchema).optional(),
    metadata: z.unknown().optional(),
    conversionStrategy,
  })
  .refine(
    ({ remoteKey, rewrite = [] }) => remoteKey === undefined || rewrite.length === 0,
    'has both remoteKey and rewrite; keep one',
  )

const selectorSchema = z
  .object({
    secret: z
      .object({
        name: documented(objectNameSchema.optional(), 'Name of the Secret.'),
        selector: documented(labelSelectorSchema.optional(), 'Secrets by their labels.'),
      })
      .refine(({ name, selector }) => (name === undefined) !== (selector === undefined), 'needs either name or selector')
      .optional(),
    generatorRef: generatorRefSchema.optional(),
  })
  .refine(
    ({ secret, generatorRef }) => (secret === undefined) !== (generatorRef === undefined),
    'needs either secret or generatorRef',
  )

/** `spec` of a PushSecret (external-secrets.md 6.2). */
const pushSecretSpecSchema = z.object({
  refreshInterval: documented(z.string().optional(), 'How often it is pushed, as a Go duration.'),
  secretStoreRefs: documented(z.array(storeSchema), 'Where to push to.'),
  updatePolicy: documented(z.enum(['Replace', 'IfNotExists']).optional(), 'Whether what is there is replaced.'),
  deletionPolicy: documented(z.enum(['None', 'Delete']).optional(), 'Whether what was pushed goes with this object.'),
  selector: documented(selectorSchema, 'What to push.'),
  data: documented(z.array(dataSchema).optional(), 'One key each.'),
  dataTo: documented(z.array(dataToSchema).optional(), 'Many keys at once.'),
  template: templateSchema.optional(),
})

/** A PushSecret of external-secrets.io/v1alpha1, which is known and not acted on. */
export const pushSecretSchema = z.object({
  apiVersion: z.literal('external-secrets.io/v1alpha1'),
  kind: z.literal('PushSecret'),
  metadata: metadataSchema,
  spec: pushSecretSpecSchema,
  status: z.unknown().optional(),
})

/** A ClusterPushSecret of external-secrets.io/v1alpha1 (external-secrets.md 6.3), which is known and not acted on. */
export const clusterPushSecretSchema = z.object({
  apiVersion: z.literal('external-secrets.io/v1alpha1'),
  kind: z.literal('ClusterPushSecret'),
  metadata: metadataSchema,
  spec: z.object({
    pushSecretSpec: pushSecretSpecSchema,
    pushSecretName: documented(objectNameSchema.optional(), 'Name of the PushSecrets; that of this object without it.'),
    pushSecretMetadata: z.object({ labels: stringMap.optional(), annotations: stringMap.optional() }).optional(),
    namespaceSelectors: documented(z.array(labelSelectorSchema).optional(), 'Namespaces by their labels.'),
    refreshTime: documented(z.string().optional(), 'How often namespaces are looked at again, as a Go duration.'),
  }),
  status: z.unknown().optional(),
})
