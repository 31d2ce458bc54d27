import type * as z from 'zod'
import { GENERATORS_GROUP } from '../api-version.ts'
import { EXACTLY_ONE, type StructuralSchema } from '../crd-facts.ts'
import { clusterGeneratorSchema, generatorSchema } from '../generator.ts'
import { clusterGeneratorField, GENERATOR_KINDS } from '../generator-kinds.ts'
import { generatorStateSpecSchema } from '../generator-state.ts'
import { objectShape } from './object-shape.ts'
import { KEPT_AS_IT_IS, structuralSchema } from './structural-schema.ts'

/** A CustomResourceDefinition, the plural that names its file, and what the documentation tells of it. */
export interface GeneratorDefinition extends Omit<Kind, 'version'> {
  readonly plural: string
  readonly definition: object
}

interface Kind {
  readonly kind: string
  readonly scope: 'Namespaced' | 'Cluster'
  readonly description: string
  readonly spec: StructuralSchema
  /** What of `spec.versions[0]` is the kind's own. */
  readonly version: object
  readonly shortNames?: readonly string[]
}

const SPEC = 'What is generated, and how.'

/**
 * The CustomResourceDefinitions of the generators whose spec has a schema, of ClusterGenerator and of GeneratorState (external-secrets.md 1). A kind
 * without a schema has none: an API server refuses such an object, rather than keep it for nobody.
 */
export function generatorDefinitions(specs: ReadonlyMap<string, z.ZodType>): readonly GeneratorDefinition[] {
  const status = { subresources: { status: {} } }
  const namespaced = GENERATOR_KINDS.flatMap((kind): readonly Kind[] => {
    const spec = specs.get(kind)
    if (!spec) return []
    const description = generatorSchema.description ?? ''
    return [{ kind, scope: 'Namespaced', description, spec: { description: SPEC, ...structuralSchema(spec) }, version: status }]
  })
  const cluster: Kind = {
    kind: 'ClusterGenerator',
    scope: 'Cluster',
    description: clusterGeneratorSchema.description ?? '',
    spec: clusterGeneratorSpec(specs),
    version: status,
  }
  return [...namespaced, cluster, generatorState()].map((kind) => {
    const { version: _, ...told } = kind
    return Object.assign(told, { plural: pluralOf(kind), definition: definitionOf(kind) })
  })
}

/** The spec of each kind under its own field; that of a kind without a schema is kept as it is written. */
export function clusterGeneratorSpec(specs: ReadonlyMap<string, z.ZodType>): StructuralSchema {
  const fields = GENERATOR_KINDS.map((kind) => {
    const spec = specs.get(kind)
    const schema: StructuralSchema = spec ? structuralSchema(spec) : { type: 'object', ...KEPT_AS_IT_IS }
    return [
      clusterGeneratorField(kind),
      { ...schema, description: `Spec of ${kind}${spec ? '' : '; not implemented here'}.` },
    ] as const
  })
  return {
    description: 'A generator, as it stands in its own kind.',
    type: 'object',
    required: ['kind', 'generator'],
    properties: {
      kind: { description: 'Kind of the generator.', type: 'string', enum: GENERATOR_KINDS },
      generator: {
        description: 'Its spec, under the field of its kind.',
        type: 'object',
        ...EXACTLY_ONE,
        properties: Object.fromEntries(fields),
      },
    },
  }
}

function generatorState(): Kind {
  return {
    kind: 'GeneratorState',
    scope: 'Namespaced',
    description: 'What a controller needs to take back what a generator made. Written by a controller alone.',
    spec: structuralSchema(generatorStateSpecSchema),
    shortNames: ['gs'],
    version: {
      additionalPrinterColumns: [
        { name: 'GC Deadline', type: 'string', jsonPath: '.spec.garbageCollectionDeadline' },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ],
    },
  }
}

/** As ESO makes it of every kind of the group. */
function pluralOf({ kind }: Kind): string {
  return `${kind.toLowerCase()}s`
}

function definitionOf(resource: Kind): object {
  const { kind, scope, description, spec, version, shortNames } = resource
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${pluralOf(resource)}.${GENERATORS_GROUP}`,
      labels: { 'external-secrets.io/component': 'controller' },
    },
    spec: {
      group: GENERATORS_GROUP,
      names: {
        categories: ['external-secrets', 'external-secrets-generators'],
        kind,
        listKind: `${kind}List`,
        plural: pluralOf(resource),
        ...(shortNames && { shortNames }),
        singular: kind.toLowerCase(),
      },
      scope,
      conversion: { strategy: 'None' },
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          ...version,
          schema: { openAPIV3Schema: objectShape(description, { spec }) },
        },
      ],
    },
  }
}
