import path from 'node:path'
import { cachedEngine } from '../../templates/cached-engine.ts'
import { objectSchemas } from '../argocd/object-schemas.ts'
import type { RenderPorts } from '../argocd/render-manifests.ts'
import { renderMode } from '../argocd/render-request.ts'
import * as options from '../config/options.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { generators } from '../generators/registry.ts'
import { systemClock } from '../model/clock.ts'
import { silentLogger } from '../model/logger.ts'
import { systemRandom } from '../model/random.ts'
import { providers } from '../providers/registry.ts'
import { openCredentialsFolder } from '../stores/credentials-folder.ts'
import { localCredentials } from '../stores/local-credentials.ts'
import { noPolicy, noPolicyForGenerators } from '../stores/no-policy.ts'
import { freshStores } from '../stores/open-store.ts'
import { streamGenerators } from '../stores/stream-generators.ts'
import { streamStores } from '../stores/stream-stores.ts'
import type { CommandCall } from './command.ts'
import { readSeedFile } from './read-seed-file.ts'
import { templateBudget, templateEngine, templateSurroundings } from './template-tools.ts'

/** The parts of a render on the command line: all providers, the user's own credentials, the system's clock. Throws UsageError. */
export async function renderPorts(
  sources: OptionSources,
  call: CommandCall,
  listeners: Pick<RenderPorts, 'onPlan'>,
): Promise<RenderPorts> {
  const directory = setting(options.credentials, sources)
  const folder = directory === '' ? undefined : openCredentialsFolder(path.resolve(call.directory, directory))
  const seedFile = setting(options.seedFile, sources)
  const tools = {
    environment: sources.environment,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    callTimeoutMs: setting(options.callTimeout, sources),
  }
  const opener = freshStores(providers, { ...tools, concurrency: setting(options.maxConcurrency, sources) })
  const isLocal = renderMode(sources.environment) === 'local'

  return {
    ...listeners,
    schemas: objectSchemas(providers, generators),
    stores: async (stores, objects) =>
      isLocal ? streamStores(stores, { opener, credentials: (asker) => localCredentials(asker, objects, folder) }) : noPolicy,
    generators: (found, objects) =>
      isLocal
        ? streamGenerators(found, {
            tools,
            credentials: (namespace) => localCredentials({ storeKind: 'SecretStore', namespace }, objects, folder),
          })
        : noPolicyForGenerators,
    engine: async (name) => cachedEngine(await templateEngine(name)),
    keyRenaming: async () => (await import('../../templates/scopes/go-key-renaming.ts')).goKeyRenaming,
    budget: templateBudget,
    surroundings: templateSurroundings,
    // The command line knows no project of Argo CD.
    ...(seedFile !== '' && { seed: { project: '', value: await readSeedFile(seedFile, call.directory) } }),
  }
}
