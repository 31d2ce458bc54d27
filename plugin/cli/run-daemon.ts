import type { RequestListener } from 'node:http'
import path from 'node:path'
import process from 'node:process'
import { cachedEngine } from '../../templates/cached-engine.ts'
import type { TemplateEngine } from '../../templates/engine.ts'
import type { TemplateEngineName } from '../api/annotations.ts'
import { objectSchemas } from '../argocd/object-schemas.ts'
import type { PluginSocket } from '../cmp/listen-on-plugin-socket.ts'
import * as daemonOptions from '../config/daemon-options.ts'
import type { Option } from '../config/option.ts'
import * as options from '../config/options.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { expandApp } from '../daemon/expand-app.ts'
import { type ExpandTools, expandRequest } from '../daemon/expand-service.ts'
import { healthApp } from '../daemon/health-app.ts'
import { HeldBytes } from '../daemon/held-bytes.ts'
import { type Listening, listenOnPort, listenOnSocket } from '../daemon/listen.ts'
import { type Expand, queuedExpand } from '../daemon/queued-expand.ts'
import { renderListener } from '../daemon/render-listener.ts'
import { RenderQueue } from '../daemon/render-queue.ts'
import { serveUntilStopped } from '../daemon/serve-daemon.ts'
import { generators } from '../generators/registry.ts'
import { systemClock } from '../model/clock.ts'
import { failureFields } from '../model/failure-fields.ts'
import type { Logger } from '../model/logger.ts'
import { systemRandom } from '../model/random.ts'
import { daemonMetrics } from '../observability/daemon-metrics.ts'
import { jsonLogger } from '../observability/json-logger.ts'
import { type PolicyWatch, watchPolicy } from '../policy/policy-watch.ts'
import { providers } from '../providers/registry.ts'
import { openCredentialsFolder } from '../stores/credentials-folder.ts'
import type { KeyRing } from '../stores/keys/key-ring.ts'
import { openKeyRing, processKeyRing } from '../stores/keys/open-key-ring.ts'
import type { StoreOpener } from '../stores/open-store.ts'
import { jsonLineCache } from '../stream/json-line-cache.ts'
import type { CommandCall } from './command.ts'
import { controllerLink } from './daemon/controller-link.ts'
import { daemonReports } from './daemon/daemon-reports.ts'
import { daemonStores } from './daemon/daemon-stores.ts'
import { type DaemonThreads, daemonThreads } from './daemon/daemon-threads.ts'
import { readinessChecks } from './daemon/readiness.ts'
import { optionSources } from './option-sources.ts'
import { templateBudget, templateEngine, templateSurroundings } from './template-tools.ts'

/** Of all requests that are held at once, and of those that wait. */
const MAX_HELD_BYTES = 192 * 1024 * 1024
/** Of printed documents that were rendered before. */
const MAX_LINE_BYTES = 32 * 1024 * 1024
/** For the last reports, once everything has been answered. */
const LAST_REPORTS_MS = 2_000

/** Serves until SIGTERM or SIGINT; gives the exit code. Throws UsageError for settings that cannot work. */
export async function runDaemon(call: CommandCall, known: readonly Option<unknown>[]): Promise<number> {
  const sources = await optionSources(call, known)
  // Each line at once, not some together as the controllers write them: the audit line of a render is out before its values are.
  const logger = jsonLogger(setting(daemonOptions.logLevel, sources), systemClock, (line) => process.stderr.write(line))
  const policy = await policyOf(sources, call, logger)
  const queue = new RenderQueue({
    running: setting(daemonOptions.maxRenders, sources),
    waiting: setting(daemonOptions.maxWaiting, sources),
    waitingBytes: MAX_HELD_BYTES,
  })
  const link = await controllerLink(sources, call.directory, logger)
  const metrics = daemonMetrics({
    running: () => queue.running,
    waiting: () => queue.waiting,
    policyInForce: () => policy !== undefined && policy.problem() === undefined,
    controllerConnected: () => link?.floors.isConnected ?? false,
  })
  const ring = await ringOf(sources, call, logger)
  const reports = daemonReports(sources, logger, metrics, link)
  const stores = await daemonStores(sources, { directory: call.directory, ring, logger, metrics, link })
  const threads = daemonThreads()
  const listener = renderListener({ logger, metrics, reports })
  const tools = expandTools(sources, call, { policy, stores, ring, threads, listener, logger })
  const stopping = new AbortController()
  const onTurnedAway = (): void => metrics.turnedAway()
  const expand = queuedExpand({
    expand: (request, signal) => expandRequest(request, tools, signal),
    queue,
    stopping: stopping.signal,
    onTurnedAway,
  })
  const listenings = await openListenings(sources, call, {
    expandApp: expandApp({ expand, heldBytes: new HeldBytes(MAX_HELD_BYTES), onTurnedAway }),
    healthApp: healthApp(readinessChecks(policy, ring), metrics),
  })
  const plugin = await pluginSocketOf(sources, call, async (request, signal) => (await expand(request, signal)).answer)
  link?.follow({ metrics, stores, reports })
  await serveUntilStopped({
    listenings,
    policy: policy ? setting(daemonOptions.policy, sources) : 'none',
    plugin,
    stopping,
    graceMs: setting(daemonOptions.grace, sources),
    logger,
    onUncaught(thrown) {
      metrics.crashed()
      logger.warn('uncaught exception', failureFields(thrown))
    },
  })
  policy?.close()
  ring.close()
  await Promise.all([stores.close(), threads.close()])
  link?.close()
  await reports?.close(AbortSignal.timeout(LAST_REPORTS_MS))
  return 0
}

interface Apps {
  readonly expandApp: RequestListener
  readonly healthApp: RequestListener
}

async function openListenings(sources: OptionSources, call: CommandCall, apps: Apps): Promise<readonly Listening[]> {
  const socket = path.resolve(call.directory, setting(daemonOptions.socket, sources))
  const listening = await listenOnSocket(socket, apps.expandApp)
  const address = setting(daemonOptions.listen, sources)
  return address === '' ? [listening] : [listening, await listenOnPort(address, apps.healthApp)]
}

async function pluginSocketOf(sources: OptionSources, call: CommandCall, expand: Expand): Promise<PluginSocket | undefined> {
  const directory = setting(daemonOptions.cmpSocket, sources)
  if (directory === '') return undefined
  const { openPluginSocket } = await import('./plugin-socket.ts')
  return openPluginSocket(path.resolve(call.directory, directory), sources, expand)
}

async function ringOf(sources: OptionSources, call: CommandCall, logger: Logger): Promise<KeyRing> {
  const directory = setting(daemonOptions.keys, sources)
  if (directory === '') return processKeyRing(systemRandom)
  return openKeyRing(path.resolve(call.directory, directory), { clock: systemClock, logger })
}

async function policyOf(sources: OptionSources, call: CommandCall, logger: Logger): Promise<PolicyWatch | undefined> {
  const directory = setting(daemonOptions.policy, sources)
  if (directory === '') return undefined
  return watchPolicy(path.resolve(call.directory, directory), providers, { clock: systemClock, logger })
}

type DaemonParts = Pick<ExpandTools, 'policy' | 'listener'> & {
  readonly stores: StoreOpener
  readonly ring: KeyRing
  readonly threads: DaemonThreads
  readonly logger: Logger
}

function expandTools(sources: OptionSources, call: CommandCall, parts: DaemonParts): ExpandTools {
  const directory = setting(options.credentials, sources)
  return {
    schemas: objectSchemas(providers, generators),
    engine: warmEngines(),
    keyRenaming: async () => (await import('../../templates/scopes/go-key-renaming.ts')).goKeyRenaming,
    budget: templateBudget,
    surroundings: templateSurroundings,
    lines: jsonLineCache(MAX_LINE_BYTES),
    long: parts.threads.templates,
    reading: (signal) => parts.threads.documents.reading(signal),
    policy: parts.policy,
    providers,
    folder: directory === '' ? undefined : openCredentialsFolder(path.resolve(call.directory, directory)),
    opener: parts.stores,
    generatorTools: {
      environment: sources.environment,
      clock: systemClock,
      random: systemRandom,
      logger: parts.logger,
      callTimeoutMs: setting(options.callTimeout, sources),
    },
    seed: () => parts.ring.seed(),
    timeoutMs: setting(options.timeout, sources),
    listener: parts.listener,
  }
}

/** Each engine once, so that what it has compiled stays. */
function warmEngines(): ExpandTools['engine'] {
  const engines = new Map<TemplateEngineName, Promise<TemplateEngine>>()
  const engineOf = (name: TemplateEngineName): Promise<TemplateEngine> => {
    const engine = engines.get(name) ?? templateEngine(name).then((loaded) => cachedEngine(loaded))
    engines.set(name, engine)
    return engine
  }
  // To load one takes longer than a render may hold up the others: this one is needed soon, and now nobody waits.
  void engineOf('v2').catch(() => undefined)
  return engineOf
}
