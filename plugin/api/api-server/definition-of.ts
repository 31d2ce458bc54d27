import type * as z from 'zod'
import { API_GROUP } from '../api-version.ts'
import { objectSchema } from '../crd/custom-resource-definition.ts'
import { customResources } from '../crd/custom-resources.ts'
import { clusterGeneratorSpec } from '../crd/generator-definitions.ts'
import { inV1, inV1beta1, structuralSchema } from '../crd/structural-schema.ts'
import type { StructuralSchema } from '../crd-facts.ts'
import { GENERATORS_API_VERSION } from '../generator.ts'
import { GENERATOR_KINDS } from '../generator-kinds.ts'
import { generatorStateSpecSchema } from '../generator-state.ts'
import { clusterPushSecretSchema, pushSecretSchema } from '../push-secret.ts'

/** What a kind of ESO's is to an API server. */
export interface Definition {
  readonly isNamespaced: boolean
  readonly spec: StructuralSchema
}

/** The schemas that come from elsewhere, those of what is known and not implemented too. What has none is taken as it is. */
export interface NamedSchemas {
  /** The configuration of providers by their names. */
  readonly providers: ReadonlyMap<string, z.ZodType>
  /** The specs of generators by their kinds. */
  readonly generators: ReadonlyMap<string, z.ZodType>
}

const VERSIONS = { v1: inV1, v1beta1: inV1beta1 } as const
const PUSHED = { PushSecret: pushSecretSchema, ClusterPushSecret: clusterPushSecretSchema } as const
const GENERATORS: ReadonlySet<string> = new Set(GENERATOR_KINDS)
const ANYTHING: StructuralSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** The definition of a version of a kind; undefined where ESO has none (external-secrets.md 1). v1beta1 counts as served. */
export function definitionOf(apiVersion: string, kind: string, schemas: NamedSchemas): Definition | undefined {
  if (apiVersion === GENERATORS_API_VERSION) return generatorDefinition(kind, schemas.generators)
  const [group, version = ''] = apiVersion.split('/')
  if (group !== API_GROUP) return undefined
  if (version === 'v1alpha1' && (kind === 'PushSecret' || kind === 'ClusterPushSecret')) {
    return { isNamespaced: kind === 'PushSecret', spec: structuralSchema(PUSHED[kind].shape.spec) }
  }
  const resource = customResources.find((known) => known.kind === kind)
  if (!resource || (version !== 'v1' && version !== 'v1beta1')) return undefined
  const { properties } = objectSchema(resource, schemas.providers, VERSIONS[version])
  return { isNamespaced: resource.scope === 'Namespaced', spec: properties?.['spec'] ?? ANYTHING }
}

function generatorDefinition(kind: string, specs: NamedSchemas['generators']): Definition | undefined {
  if (kind === 'ClusterGenerator') return { isNamespaced: false, spec: clusterGeneratorSpec(specs) }
  if (kind === 'GeneratorState') return { isNamespaced: true, spec: structuralSchema(generatorStateSpecSchema) }
  if (!GENERATORS.has(kind)) return undefined
  const spec = specs.get(kind)
  return { isNamespaced: true, spec: spec ? structuralSchema(spec) : ANYTHING }
}
