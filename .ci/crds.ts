import { stringify } from 'yaml'
import type * as z from 'zod'
import { customResourceDefinition } from '../plugin/api/crd/custom-resource-definition.ts'
import { customResources } from '../plugin/api/crd/custom-resources.ts'
import { providers } from '../plugin/providers/registry.ts'

const HEAD = '# Made from plugin/api and the schemas of the providers by `npm run generate`; do not edit.\n'

/** The schema of each provider's configuration, by the name of the provider. */
export type ProviderConfigs = ReadonlyMap<string, z.ZodType>

export async function providerConfigs(): Promise<ProviderConfigs> {
  return new Map(await Promise.all([...providers].map(async ([id, load]) => [id, (await load()).config] as const)))
}

/** The CustomResourceDefinitions, one file a kind. `npm run generate` writes them, a test compares. */
export async function crdFiles(): Promise<readonly (readonly [file: URL, text: string])[]> {
  const schemas = await providerConfigs()
  return customResources.map((resource) => [
    new URL(`../manifests/crds/${resource.plural}.yaml`, import.meta.url),
    HEAD + stringify(customResourceDefinition(resource, schemas), { lineWidth: 0, aliasDuplicateObjects: false }),
  ])
}
