import type * as z from 'zod'
import { API_GROUP } from '../api-version.ts'
import type { StructuralSchema } from '../crd-facts.ts'
import { storeSpecSchema } from '../store.ts'
import type { CustomResource } from './custom-resource.ts'
import { objectShape } from './object-shape.ts'
import { providerSchema } from './provider-schemas.ts'
import { type IsInVersion, inV1, inV1beta1, structuralSchema } from './structural-schema.ts'

/**
 * The CustomResourceDefinition of a kind (apiextensions.k8s.io/v1). v1 is served and stored; v1beta1 is known and not served, as ESO has it
 * (external-secrets.md 1): objects that a cluster stored in it can still be read once `served` is set.
 */
export function customResourceDefinition(resource: CustomResource, providers: ReadonlyMap<string, z.ZodType>): object {
  const { kind, plural, shortName, scope } = resource
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${API_GROUP}`,
      labels: { 'external-secrets.io/component': 'controller' },
    },
    spec: {
      group: API_GROUP,
      names: {
        categories: ['external-secrets'],
        kind,
        listKind: `${kind}List`,
        plural,
        shortNames: [shortName],
        singular: kind.toLowerCase(),
      },
      scope,
      conversion: { strategy: 'None' },
      versions: [
        { name: 'v1', served: true, storage: true, ...version(resource, objectSchema(resource, providers, inV1)) },
        {
          name: 'v1beta1',
          served: false,
          storage: false,
          deprecated: true,
          ...version({ ...resource, selectableFields: [] }, objectSchema(resource, providers, inV1beta1)),
        },
      ],
    },
  }
}

function version({ columns, selectableFields = [] }: CustomResource, schema: StructuralSchema): object {
  return {
    additionalPrinterColumns: columns.map(({ name, type, jsonPath }) => ({ name, type, jsonPath })),
    ...(selectableFields.length > 0 && { selectableFields: selectableFields.map((jsonPath) => ({ jsonPath })) }),
    subresources: { status: {} },
    schema: { openAPIV3Schema: schema },
  }
}

/** The whole object. ESO requires no spec, so neither do we: an object without one does nothing. */
export function objectSchema(
  { description, spec, status }: CustomResource,
  providers: ReadonlyMap<string, z.ZodType>,
  isIn: IsInVersion,
): StructuralSchema {
  return objectShape(description, {
    spec: spec === storeSpecSchema ? storeSpec(providers, isIn) : structuralSchema(spec, isIn),
    status: structuralSchema(status, isIn),
  })
}

function storeSpec(providers: ReadonlyMap<string, z.ZodType>, isIn: IsInVersion): StructuralSchema {
  const { properties, ...schema } = structuralSchema(storeSpecSchema, isIn)
  const provider = providerSchema(providers, properties?.['provider']?.description ?? '', isIn)
  return { ...schema, properties: { ...properties, provider } }
}
