import { stringify } from 'yaml'
import type * as z from 'zod'
import { customResourceDefinition } from '../plugin/api/crd/custom-resource-definition.ts'
import { customResources } from '../plugin/api/crd/custom-resources.ts'
import { generatorDefinitions } from '../plugin/api/crd/generator-definitions.ts'
import type { Generator } from '../plugin/generators/generator.ts'
import { generators } from '../plugin/generators/registry.ts'
import { providers } from '../plugin/providers/registry.ts'

const HEAD = '# Made from plugin/api and the schemas of providers and generators by `npm run generate`; do not edit.\n'
const KUSTOMIZATION = `# The CustomResourceDefinitions alone, without a word about how they are installed: see ../install/crds.
# Made by \`npm run generate\`; do not edit.
`

/** The schema of each provider's configuration, by the name of the provider. */
export type ProviderConfigs = ReadonlyMap<string, z.ZodType>

export async function providerConfigs(): Promise<ProviderConfigs> {
  return new Map(await Promise.all([...providers].map(async ([id, load]) => [id, (await load()).config] as const)))
}

/** What the spec of each generator may hold, by its kind. */
export async function generatorSpecs(): Promise<ReadonlyMap<string, z.ZodType>> {
  return new Map((await loadedGenerators()).map(({ kind, spec }) => [kind, spec]))
}

/** Every generator that is implemented. */
export async function loadedGenerators(): Promise<readonly Generator[]> {
  return await Promise.all(Array.from(generators.values(), (load) => load()))
}

/** The CustomResourceDefinitions, one file a kind, by the names of the files. */
export async function crdFiles(): Promise<readonly (readonly [file: URL, text: string])[]> {
  const schemas = await providerConfigs()
  const own = customResources.map((resource) => [resource.plural, customResourceDefinition(resource, schemas)] as const)
  const ofGenerators = generatorDefinitions(await generatorSpecs()).map(({ plural, definition }) => [plural, definition] as const)
  return [...own, ...ofGenerators]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([plural, definition]) => [
      fileOf(`${plural}.yaml`),
      HEAD + stringify(definition, { lineWidth: 0, aliasDuplicateObjects: false }),
    ])
}

/** Lists them. */
export function crdKustomization(files: readonly (readonly [file: URL, text: string])[]): readonly [file: URL, text: string] {
  const resources = files.map(([{ pathname }]) => pathname.slice(pathname.lastIndexOf('/') + 1))
  const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources }
  return [fileOf('kustomization.yaml'), KUSTOMIZATION + stringify(kustomization)]
}

function fileOf(name: string): URL {
  return new URL(`../manifests/crds/${name}`, import.meta.url)
}
