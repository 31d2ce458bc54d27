import './jitless.ts'
import * as z from 'zod'
import { GENERATORS_GROUP } from './api-version.ts'
import { EXACTLY_ONE, inCrd } from './crd-facts.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { documented } from './documented.ts'
import { clusterGeneratorField, GENERATOR_KINDS, type GeneratorKind } from './generator-kinds.ts'
import { metadataSchema } from './metadata.ts'

/** The only version there is (external-secrets.md 1). */
export const GENERATORS_API_VERSION = `${GENERATORS_GROUP}/v1alpha1`

const anything = z.record(z.string(), z.unknown())

/** A generator of one namespace. What its spec holds is for its kind to say. */
export const generatorSchema = documented(
  z.object({
    apiVersion: z.literal(GENERATORS_API_VERSION),
    kind: z.enum(GENERATOR_KINDS),
    metadata: metadataSchema,
    spec: documented(anything.optional(), 'What is generated, and how.'),
    status: z.unknown().optional(),
  }),
  'Makes values, for the ExternalSecrets of its namespace.',
)

/** `spec` of a ClusterGenerator (external-secrets.md 6.4). */
export const clusterGeneratorSpecSchema = documented(
  z.object({
    kind: documented(z.enum(GENERATOR_KINDS), 'Kind of the generator.'),
    generator: inCrd(
      documented(
        z.object(Object.fromEntries(GENERATOR_KINDS.map((kind) => [clusterGeneratorField(kind), anything.optional()]))),
        'Its spec, under the field of its kind.',
      ),
      { beside: EXACTLY_ONE },
    ),
  }),
  'A generator, as it stands in its own kind.',
)

/** A generator for all namespaces. */
export const clusterGeneratorSchema = documented(
  z.object({
    apiVersion: z.literal(GENERATORS_API_VERSION),
    kind: z.literal('ClusterGenerator'),
    metadata: metadataSchema,
    spec: clusterGeneratorSpecSchema,
    status: z.unknown().optional(),
  }),
  'Makes values, for the ExternalSecrets of all namespaces.',
)

export type ClusterGenerator = DeepReadonly<z.output<typeof clusterGeneratorSchema>>

/** A generator once read, of either kind of object. */
export interface GeneratorResource {
  readonly objectKind: GeneratorKind | 'ClusterGenerator'
  readonly metadata: ClusterGenerator['metadata']
  /** What generates. */
  readonly kind: GeneratorKind
  /** What the schema of {@link kind} made of it. */
  readonly spec: unknown
  /** Where {@link spec} stands in the object: `spec`, or `spec.generator.passwordSpec`. */
  readonly specPath: readonly string[]
}
