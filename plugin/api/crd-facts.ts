import './jitless.ts'
import * as z from 'zod'
import type { PlainObject } from './plain-object.ts'

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
  /** Stands in the CRD of v1 beside all this. */
  readonly inV1?: StructuralSchema
  /** Stands in the CRD of v1beta1 beside all this: what that version takes less of (external-secrets.md 1). */
  readonly inV1beta1?: StructuralSchema
  /** Stands in the CRD of v1beta1 instead of all this. */
  readonly insteadInV1beta1?: StructuralSchema
  /** An API server drops it from an object of v1beta1 before it looks at it. */
  readonly v1Only?: true
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

type Holds = (self: PlainObject) => boolean

/** What rules mean: no JavaScript runs the Common Expression Language. */
const meanings = new WeakMap<CelRule, Holds>()

/** A rule about an object, as an API server runs it, and as `holds` says the same to us. */
export function celRule(rule: string, message: string, holds: Holds): CelRule {
  const made = { rule, message }
  meanings.set(made, holds)
  return made
}

/** Whether a rule that {@link celRule} made holds for an object whose unknown fields and nulls are gone. */
export function celRuleHolds(rule: CelRule, self: PlainObject): boolean {
  return meanings.get(rule)?.(self) ?? true
}

/** An object has exactly one of these fields, or with `at most` perhaps none; others do not count. */
export function oneOf(fields: readonly string[], how: 'exactly' | 'at most' = 'exactly'): CelRule {
  // Lists would cost more than a server allows a rule that stands in a list of lists.
  const given = fields.map((name) => `(has(self.${name}) ? 1 : 0)`).join(' + ')
  const count = (self: PlainObject): number => fields.filter((name) => Object.hasOwn(self, name)).length
  return how === 'exactly'
    ? celRule(`${given} == 1`, `exactly one of ${fields.join(', ')} must be set`, (self) => count(self) === 1)
    : celRule(`${given} <= 1`, `at most one of ${fields.join(', ')} may be set`, (self) => count(self) <= 1)
}
