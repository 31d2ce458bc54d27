import type * as z from 'zod'
import { EXACTLY_ONE, type StructuralSchema } from '../crd-facts.ts'
import { knownProviders, providersOfV1beta1 } from '../known-providers.ts'
import { type IsInVersion, inV1beta1, KEPT_AS_IT_IS, structuralSchema } from './structural-schema.ts'

/**
 * `spec.provider` of stores: exactly one. The configuration of a provider with a schema is checked; that of ESO's others is kept as it is written, so
 * that nothing of a store is lost which ESO, or a later version of ours, can use.
 */
export function providerSchema(
  schemas: ReadonlyMap<string, z.ZodType>,
  description: string,
  isIn: IsInVersion,
): StructuralSchema {
  const names = isIn === inV1beta1 ? providersOfV1beta1 : knownProviders
  const properties = [...names].toSorted().map((id) => {
    const schema = schemas.get(id)
    return [id, schema ? served(id, structuralSchema(schema, isIn)) : notServed(id)] as const
  })
  return { description, type: 'object', ...EXACTLY_ONE, properties: Object.fromEntries(properties) }
}

function served(id: string, schema: StructuralSchema): StructuralSchema {
  return { description: `The provider ${id}: docs/providers/${id}.md.`, ...schema }
}

function notServed(id: string): StructuralSchema {
  return {
    description: `The provider ${id} of External Secrets Operator; not implemented here.`,
    type: 'object',
    ...KEPT_AS_IT_IS,
  }
}
