import './jitless.ts'
import * as z from 'zod'
import { EXACTLY_ONE, inCrd } from './crd-facts.ts'
import { documented } from './documented.ts'
import { GENERATORS_API_VERSION } from './generator.ts'
import { GENERATOR_REF_KINDS } from './generator-kinds.ts'
import { objectNameSchema } from './names.ts'

/** `secretStoreRef` and `sourceRef.storeRef` (external-secrets.md 2.1): without a kind it is a SecretStore. */
export const storeRefSchema = documented(
  z.object({
    name: documented(objectNameSchema.optional(), 'Name of the store.'),
    kind: documented(z.enum(['SecretStore', 'ClusterSecretStore']).optional(), 'Kind of the store; SecretStore without it.'),
  }),
  'The store to read from.',
)

/** Came after v1beta1, whose definition does not name it. */
const NOT_IN_V1BETA1: ReadonlySet<string> = new Set([
  'BeyondtrustWorkloadCredentialsDynamicSecret',
  'CloudsmithAccessToken',
  'GitlabDeployToken',
  'MFA',
])

/** `sourceRef.generatorRef`; the kinds are those of external-secrets.md 1. */
export const generatorRefSchema = documented(
  z.object({
    apiVersion: documented(z.string().default(GENERATORS_API_VERSION), 'API version of the generator.'),
    kind: documented(
      inCrd(z.enum(GENERATOR_REF_KINDS), {
        inV1beta1: { enum: GENERATOR_REF_KINDS.filter((kind) => !NOT_IN_V1BETA1.has(kind)) },
      }),
      'Kind of the generator.',
    ),
    name: objectNameSchema.describe('Name of the generator.'),
  }),
  'The generator to ask.',
)

/** `sourceRef` of data and dataFrom: a store of its own or a generator, never both (external-secrets.md 2.6, 2.7). */
export const sourceRefSchema = inCrd(
  documented(
    z.object({ storeRef: storeRefSchema.optional(), generatorRef: generatorRefSchema.optional() }),
    'A store of its own, or a generator.',
  ),
  { beside: EXACTLY_ONE },
)
