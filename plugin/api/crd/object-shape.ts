import type { StructuralSchema } from '../crd-facts.ts'

/** A whole object of Kubernetes: what is the same in all of them, and its own `properties` such as `spec`. */
export function objectShape(description: string, properties: Readonly<Record<string, StructuralSchema>>): StructuralSchema {
  return {
    description,
    type: 'object',
    properties: {
      apiVersion: { description: 'Version of the API that the object is written in.', type: 'string' },
      kind: { description: 'Kind of the object.', type: 'string' },
      metadata: { type: 'object' },
      ...properties,
    },
  }
}
