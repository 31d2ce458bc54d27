import type { z } from 'zod'

const schemas = new WeakSet<z.ZodType>()

/** Marks the schema of something of ESO's that is known, so that it can be checked, but not implemented here. */
export function knownOnly<Schema extends z.ZodType>(schema: Schema): Schema {
  schemas.add(schema)
  return schema
}

export function isKnownOnly(schema: z.ZodType): boolean {
  return schemas.has(schema)
}
