import * as z from 'zod'
import { celRule, inCrd } from '../../api/crd-facts.ts'
import { secretKeySelector, serviceAccountSelector } from '../../api/selectors.ts'

/** Set by us under `sessionTagsPolicy` Simple and Custom (external-secrets.md 7.1). */
export const RESERVED_TAG_KEYS = ['esoNamespace', 'esoStoreName', 'esoStoreKind'] as const

const tag = z.object({
  key: z.string().describe('Key of the session tag.'),
  value: z.string().describe('Value of the session tag.'),
})

/** jwt wins over secretRef; without a usable one the SDK's default chain is asked (external-secrets.md 7.1, R4). */
const auth = z.object({
  secretRef: z
    .object({
      accessKeyIDSecretRef: secretKeySelector.optional().describe('Where the access key id is.'),
      secretAccessKeySecretRef: secretKeySelector.optional().describe('Where the secret access key is.'),
      sessionTokenSecretRef: secretKeySelector.optional().describe('Where the session token of temporary credentials is.'),
    })
    .optional()
    .describe('Static credentials.'),
  jwt: z
    .object({
      serviceAccountRef: serviceAccountSelector
        .optional()
        .describe('Account whose token assumes the role of its annotation eks.amazonaws.com/role-arn.'),
    })
    .optional()
    .describe('Web identity: the token of a ServiceAccount.'),
})

/** Everything that `spec.provider.aws` may hold (external-secrets.md 7.1), field by field. */
export const awsFields = z.object({
  service: inCrd(
    z.enum(['SecretsManager', 'ParameterStore', 'CertificateManager']).describe('The service that holds the secrets.'),
    { inV1beta1: { enum: ['SecretsManager', 'ParameterStore'] } },
  ),
  region: z.string().describe('Region of the service.'),
  auth: auth.optional().describe("Whose credentials are used; the process's own without it."),
  role: z.string().optional().describe('ARN of the role that reads, assumed last.'),
  additionalRoles: z.array(z.string()).optional().describe('ARNs of roles that are assumed one after the other before role.'),
  externalID: z.string().optional().describe('External id that the trust policy of role asks for.'),
  sessionTags: z.array(tag).optional().describe('Tags of the session of role.'),
  sessionTagsPolicy: inCrd(
    z
      .enum(['None', 'Simple', 'Custom'])
      .default('None')
      .describe('Simple tags the session with namespace, name and kind of the store; Custom adds customSessionTags.'),
    { v1Only: true },
  ),
  customSessionTags: inCrd(z.record(z.string(), z.string()).optional().describe('Further tags under sessionTagsPolicy Custom.'), {
    beside: {
      'x-kubernetes-validations': RESERVED_TAG_KEYS.map((key) =>
        celRule(
          `!('${key}' in self)`,
          `${key} is set by sessionTagsPolicy and cannot be given`,
          (tags) => !Object.hasOwn(tags, key),
        ),
      ),
    },
    v1Only: true,
  }),
  transitiveTagKeys: z.array(z.string()).optional().describe('Keys of session tags that stay when the next role is assumed.'),
  prefix: z.string().optional().describe('Put before every key; nothing is added between them.'),
  secretsManager: z
    .object({
      forceDeleteWithoutRecovery: z.boolean().optional().describe('Deletes at once. For pushed secrets.'),
      recoveryWindowInDays: z.int().optional().describe('Days in which a deletion can be undone, 7 to 30. For pushed secrets.'),
    })
    .optional()
    .describe('How pushed secrets are deleted; reading ignores it.'),
})

export type AwsConfig = z.output<typeof awsFields>
export type SecretKey = z.output<typeof secretKeySelector>
export type ServiceAccount = z.output<typeof serviceAccountSelector>
