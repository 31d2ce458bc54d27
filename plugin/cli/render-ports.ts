import path from 'node:path'
import { cachedEngine } from '../../templates/cached-engine.ts'
import { providerSchemas } from '../argocd/provider-schemas.ts'
import type { RenderPorts } from '../argocd/render-manifests.ts'
import { renderMode } from '../argocd/render-request.ts'
import * as options from '../config/options.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { systemClock } from '../model/clock.ts'
import { silentLogger } from '../model/logger.ts'
import { systemRandom } from '../model/random.ts'
import { providers } from '../providers/registry.ts'
import { openCredentialsFolder } from '../stores/credentials-folder.ts'
import { localCredentials } from '../stores/local-credentials.ts'
import { noPolicy } from '../stores/no-policy.ts'
import { freshStores } from '../stores/open-store.ts'
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
  const opener = freshStores(providers, {
    environment: sources.environment,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    callTimeoutMs: setting(options.callTimeout, sources),
    concurrency: setting(options.maxConcurrency, sources),
  })

  return {
    ...listeners,
    schemas: providerSchemas(providers),
    stores: async (stores, objects) =>
      renderMode(sources.environment) === 'argocd'
        ? noPolicy
        : streamStores(stores, { opener, credentials: (asker) => localCredentials(asker, objects, folder) }),
    engine: async (name) => cachedEngine(await templateEngine(name)),
    keyRenaming: async () => (await import('../../templates/scopes/go-key-renaming.ts')).goKeyRenaming,
    budget: templateBudget,
    surroundings: templateSurroundings,
    // The command line knows no project of Argo CD.
    ...(seedFile !== '' && { seed: { project: '', value: await readSeedFile(seedFile, call.directory) } }),
  }
}
