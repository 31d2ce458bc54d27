import './jitless.ts'
import * as z from 'zod'
import { celRule, EXACTLY_ONE, inCrd, oneOf } from './crd-facts.ts'
import { documented } from './documented.ts'
import { labelSelectorSchema } from './label-selector.ts'
import { metadataSchema } from './metadata.ts'
import { objectNameSchema } from './names.ts'
import { isPlainObject } from './plain-object.ts'
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

const rewriteSchema = inCrd(
  z
    .object({
      regexp: documented(
        z
          .object({
            source: documented(z.string(), 'Regular expression that is looked for in the key.'),
            target: documented(z.string(), 'What stands in the place of what it finds; $1 is its first group.'),
          })
          .optional(),
        'By a regular expression.',
      ),
      transform: documented(
        z.object({ template: documented(z.string(), 'A template that gives the new key; the old one is .value.') }).optional(),
        'By a template.',
      ),
    })
    .refine(({ regexp, transform }) => (regexp === undefined) !== (transform === undefined), 'needs either regexp or transform'),
  { beside: { 'x-kubernetes-validations': [oneOf(['regexp', 'transform'])] } },
)

const dataSchema = z.object({
  match: documented(
    z.object({
      secretKey: documented(z.string().optional(), 'Key of the Secret; all of it without one.'),
      remoteRef: documented(
        z.object({
          remoteKey: documented(z.string(), 'Key at the provider.'),
          property: documented(z.string().optional(), 'Part of it.'),
        }),
        'Where it goes.',
      ),
    }),
    'What is pushed, and where it goes.',
  ),
  metadata: documented(z.unknown().optional(), 'What the provider is to know beside the value.'),
  conversionStrategy,
})

const namesAStore = celRule(
  'has(self.storeRef) && (has(self.storeRef.name) || has(self.storeRef.labelSelector))',
  'storeRef must have a name or a labelSelector',
  ({ storeRef }) => isPlainObject(storeRef) && (Object.hasOwn(storeRef, 'name') || Object.hasOwn(storeRef, 'labelSelector')),
)

const keyOrRewrite = celRule(
  '!has(self.remoteKey) || !has(self.rewrite) || size(self.rewrite) == 0',
  'remoteKey and rewrite exclude each other',
  ({ remoteKey, rewrite }) => remoteKey === undefined || !Array.isArray(rewrite) || rewrite.length === 0,
)

const dataToSchema = inCrd(
  z
    .object({
      storeRef: storeSchema.describe('Where to push to, one of secretStoreRefs.'),
      remoteKey: documented(z.string().optional(), 'One key at the provider for all that match, as JSON.'),
      match: documented(
        z
          .object({ regexp: documented(z.string().optional(), 'Regular expression that the keys match; all without it.') })
          .optional(),
        'Which keys of the Secret.',
      ),
      rewrite: documented(z.array(rewriteSchema).optional(), 'How keys are renamed at the provider.'),
      metadata: documented(z.unknown().optional(), 'What the provider is to know beside the values.'),
      conversionStrategy,
    })
    .refine(
      ({ remoteKey, rewrite = [] }) => remoteKey === undefined || rewrite.length === 0,
      'has both remoteKey and rewrite; keep one',
    ),
  { beside: { 'x-kubernetes-validations': [namesAStore, keyOrRewrite] } },
)

const selectorSchema = inCrd(
  z
    .object({
      secret: documented(
        z
          .object({
            name: documented(objectNameSchema.optional(), 'Name of the Secret.'),
            selector: documented(labelSelectorSchema.optional(), 'Secrets by their labels.'),
          })
          .refine(({ name, selector }) => (name === undefined) !== (selector === undefined), 'needs either name or selector')
          .optional(),
        'A Secret of the namespace, or several.',
      ),
      generatorRef: documented(generatorRefSchema.optional(), 'A generator whose values are pushed.'),
    })
    .refine(
      ({ secret, generatorRef }) => (secret === undefined) !== (generatorRef === undefined),
      'needs either secret or generatorRef',
    ),
  { beside: EXACTLY_ONE },
)

/** `spec` of a PushSecret (external-secrets.md 6.2). */
const pushSecretSpecSchema = documented(
  z.object({
    refreshInterval: documented(z.string().optional(), 'How often it is pushed, as a Go duration.'),
    secretStoreRefs: documented(z.array(storeSchema), 'Where to push to.'),
    updatePolicy: documented(z.enum(['Replace', 'IfNotExists']).optional(), 'Whether what is there is replaced.'),
    deletionPolicy: documented(z.enum(['None', 'Delete']).optional(), 'Whether what was pushed goes with this object.'),
    selector: documented(selectorSchema, 'What to push.'),
    data: documented(z.array(dataSchema).optional(), 'One key each.'),
    dataTo: documented(z.array(dataToSchema).optional(), 'Many keys at once.'),
    template: documented(templateSchema.optional(), 'How the Secret is shaped before it is pushed.'),
  }),
  'What to push, and where to.',
)

/** A PushSecret of external-secrets.io/v1alpha1, which is known and not acted on. */
export const pushSecretSchema = documented(
  z.object({
    apiVersion: z.literal('external-secrets.io/v1alpha1'),
    kind: z.literal('PushSecret'),
    metadata: metadataSchema,
    spec: pushSecretSpecSchema,
    status: z.unknown().optional(),
  }),
  'A Secret that goes to secret managers; checked here, and not acted on.',
)

/** A ClusterPushSecret of external-secrets.io/v1alpha1 (external-secrets.md 6.3), which is known and not acted on. */
export const clusterPushSecretSchema = documented(
  z.object({
    apiVersion: z.literal('external-secrets.io/v1alpha1'),
    kind: z.literal('ClusterPushSecret'),
    metadata: metadataSchema,
    spec: documented(
      z.object({
        pushSecretSpec: pushSecretSpecSchema.describe('Spec of the PushSecrets.'),
        pushSecretName: documented(objectNameSchema.optional(), 'Name of the PushSecrets; that of this object without it.'),
        pushSecretMetadata: documented(
          z
            .object({
              labels: documented(stringMap.optional(), 'Their labels.'),
              annotations: documented(stringMap.optional(), 'Their annotations.'),
            })
            .optional(),
          'Metadata of the PushSecrets.',
        ),
        namespaceSelectors: documented(z.array(labelSelectorSchema).optional(), 'Namespaces by their labels.'),
        refreshTime: documented(z.string().optional(), 'How often namespaces are looked at again, as a Go duration.'),
      }),
      'Which PushSecret, and in which namespaces.',
    ),
    status: z.unknown().optional(),
  }),
  'The same PushSecret in many namespaces; checked here, and not acted on.',
)
