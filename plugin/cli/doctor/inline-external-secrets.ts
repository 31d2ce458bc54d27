import { takeInventory } from '../../argocd/inventory.ts'
import { objectSchemas } from '../../argocd/object-schemas.ts'
import * as options from '../../config/options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { generators } from '../../generators/registry.ts'
import { providers } from '../../providers/registry.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import { readInput } from '../read-input.ts'

/** The ExternalSecrets at `where` that a render would take out of the manifests; without a namespace where nothing says one. Throws UsageError, and the first problem of the manifests. */
export async function inlineExternalSecrets(
  where: string,
  sources: OptionSources,
  directory: string,
): Promise<readonly { readonly namespace: string; readonly name: string }[]> {
  const files = await readInput(where, directory)
  const streams = files.map(({ name, bytes }) => splitManifests(name, bytes))
  const request = {
    mode: 'local',
    // The default of a render on the command line would find nothing, and say that all is well.
    namespace: setting({ ...options.namespace, default: '' }, sources),
    delivery: setting(options.delivery, sources),
    stores: 'keep',
    output: 'yaml',
  } as const
  const { externalSecrets, problems } = await takeInventory(streams, request, objectSchemas(providers, generators))
  const [problem] = problems
  if (problem) throw problem
  return externalSecrets
    .filter(({ delivery }) => delivery === 'inline')
    .map(({ input }) => ({ namespace: input.namespace, name: input.resource.metadata.name }))
}
