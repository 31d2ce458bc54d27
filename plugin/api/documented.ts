import './jitless.ts'
import * as z from 'zod'

/** What the schema of a field says about it beside its type. Later the CRDs and the documentation read it as well. */
export interface FieldFacts {
  /** Only in external-secrets.io/v1 (external-secrets.md 1). */
  readonly v1Only?: true
  /** A namespace that only a ClusterSecretStore may name freely (external-secrets.md 5.3). */
  readonly storeNamespace?: true
  /** A reference to a certificate authority, for the rules of external-secrets.md 5.3. */
  readonly caProvider?: true
}

const factsRegistry = z.registry<FieldFacts>()

/**
 * `schema`, known to mean `description`, and what `facts` say. Like zod's `.describe()`, but on the schema itself, not on a copy, so `schema` must not be
 * shared by several fields.
 */
export function documented<Schema extends z.ZodType>(schema: Schema, description: string, facts?: FieldFacts): Schema {
  z.globalRegistry.add(schema, { description })
  if (facts) factsRegistry.add(schema, facts)
  return schema
}

/** The facts that {@link documented} was given. */
export function factsOf(schema: z.core.$ZodType): FieldFacts | undefined {
  return factsRegistry.get(schema)
}
