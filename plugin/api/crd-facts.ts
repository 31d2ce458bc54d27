import './jitless.ts'
import * as z from 'zod'

/**
 * A schema as a CustomResourceDefinition has it (Kubernetes, "Extend the Kubernetes API with CustomResourceDefinitions": structural schemas).
 * Only the words that we use.
 */
export interface StructuralSchema {
  readonly description?: string
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean'
  readonly format?: 'byte' | 'date-time' | 'int32'
  readonly nullable?: true
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, StructuralSchema>>
  readonly additionalProperties?: StructuralSchema
  readonly items?: StructuralSchema
  readonly anyOf?: readonly StructuralSchema[]
  readonly 'x-kubernetes-int-or-string'?: true
  readonly 'x-kubernetes-map-type'?: 'atomic'
  readonly 'x-kubernetes-preserve-unknown-fields'?: true
  readonly 'x-kubernetes-validations'?: readonly CelRule[]
}

/** A rule in the Common Expression Language that the API server runs; `self` is the field that it stands at. */
export interface CelRule {
  readonly rule: string
  readonly message: string
}

/**
 * Where the CRD says something else of a field than its zod schema does. An API server with our CRDs refuses what one with ESO's refuses, neither more
 * nor less, while a render also refuses what can never work.
 */
export interface CrdFacts {
  /** May be missing: ESO's CRD does not require it. */
  readonly optional?: true
  /** Stands in the CRD instead of what the schema says about values. */
  readonly instead?: StructuralSchema
  /** Stands in the CRD beside what the schema says. */
  readonly beside?: StructuralSchema
  /** Stands in the CRD of v1beta1 beside all this: what that version takes less of (external-secrets.md 1). */
  readonly inV1beta1?: StructuralSchema
}

const registry = z.registry<CrdFacts>()

/** `schema`, with `facts` for the CRD. It is the same schema, not a copy, so it must not be shared by several fields that differ in them. */
export function inCrd<Schema extends z.ZodType>(schema: Schema, facts: CrdFacts): Schema {
  registry.add(schema, facts)
  return schema
}

/** The facts that {@link inCrd} was given. */
export function crdFactsOf(schema: z.core.$ZodType): CrdFacts | undefined {
  return registry.get(schema)
}

/** Exactly one of the fields: what an API server counts are the known ones, since it drops all others first. */
export const EXACTLY_ONE: StructuralSchema = { minProperties: 1, maxProperties: 1 }
