import process from 'node:process'
import { objectSchemas } from '../../argocd/object-schemas.ts'
import { renderMode } from '../../argocd/render-request.ts'
import { type Validation, validateManifests } from '../../argocd/validate-manifests.ts'
import * as controllerOptions from '../../config/controller-options.ts'
import * as options from '../../config/options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { generators } from '../../generators/registry.ts'
import type { SecretError } from '../../model/secret-error.ts'
import { providers } from '../../providers/registry.ts'
import type { ManifestStream } from '../../stream/manifest-document.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import { clusterFailure } from '../cluster-failure.ts'
import type { Command, CommandCall } from '../command.ts'
import { optionSources } from '../option-sources.ts'
import { readInput } from '../read-input.ts'
import { exitCodeOf, problemReport, warningReport } from '../report.ts'
import { requestedPermissions } from '../requested-permissions.ts'
import { templateBudget, templateEngine, templateSurroundings } from '../template-tools.ts'
import { writeOutput } from '../write-output.ts'

const MAX_CONNECTIONS = 8
const OWNERS = { what: 'whom Secrets belong to', right: 'list ExternalSecrets in all namespaces, and get Secrets' }

export const validate: Command = {
  name: 'validate',
  summary: 'check ExternalSecrets and stores without asking a provider',
  usage: 'validate [PATH|-]',
  description: [
    'Reads manifests like generate and reports every problem of every ExternalSecret, store and generator. What an API server with',
    'the definitions of External Secrets v2.9 refuses decides the exit code. What such a server takes although it can never work',
    '(a template or an expression that cannot be read, an unknown shape of the library), what depends on other objects (a store that',
    'is not in the stream, two owners of one target), what a render refuses and what the webhook of External Secrets would refuse',
    'are warnings, or errors with --strict.',
    'With --cluster it asks the cluster whether ExternalSecrets that a controller serves there can be delivered inline: one that owns its',
    'Secret takes it along when Argo CD prunes it, so that creationPolicy: Orphan has to come first.',
  ].join('\n'),
  options: [
    options.strict,
    options.namespace,
    options.genericTargets,
    options.validateCluster,
    controllerOptions.kubeconfig,
    controllerOptions.context,
    options.delivery,
    options.timeout,
    options.callTimeout,
    options.config,
  ],
  examples: [
    ['argocd-external-secrets validate manifests/', 'check a folder'],
    ['argocd-external-secrets validate --strict app.yaml', 'in a pull request check'],
    ['argocd-external-secrets validate --cluster --namespace shop apps/shop', 'before the delivery changes to inline'],
  ],
  maxArguments: 1,
  run,
}

async function run(call: CommandCall): Promise<number> {
  const sources = await optionSources(call, validate.options)
  const files = await readInput(call.arguments[0] ?? '.', call.directory)
  const streams = files.map(({ name, bytes }) => splitManifests(name, bytes))
  const validation = await validateManifests(
    streams,
    {
      mode: renderMode(sources.environment),
      ...requestedPermissions(sources),
      namespace: setting(options.namespace, sources),
      delivery: 'inline',
      stores: 'keep',
      output: 'yaml',
    },
    objectSchemas(providers, generators),
    {
      engine: templateEngine,
      keyRenaming: async () => (await import('../../../templates/scopes/go-key-renaming.ts')).goKeyRenaming,
      budget: templateBudget,
      surroundings: templateSurroundings,
    },
  )
  const strict = setting(options.strict, sources)
  const found = strict ? [...validation.problems, ...validation.doubts] : validation.problems
  const isOfCluster = found.length === 0 && setting(options.validateCluster, sources)
  const problems = isOfCluster ? await clusterProblems(streams, sources, call.directory) : found
  const warnings = strict ? validation.warnings : [...validation.warnings, ...validation.doubts]

  process.stderr.write(warningReport(warnings, validation.locate))
  if (problems.length > 0) process.stderr.write(problemReport(problems, 'the manifests are not valid', validation.locate))
  else await writeOutput(`valid: ${countsText(validation.counts)}\n`)
  return exitCodeOf(problems)
}

/** Throws SecretError when the cluster cannot be asked. */
async function clusterProblems(
  streams: readonly ManifestStream[],
  sources: OptionSources,
  directory: string,
): Promise<readonly SecretError[]> {
  const { kubeConnection } = await import('../kube-connection.ts')
  const { inlineDelivery } = await import('../inline-delivery.ts')
  const signal = AbortSignal.timeout(setting(options.timeout, sources))
  const connection = { directory, requestTimeoutMs: setting(options.callTimeout, sources), maxConnections: MAX_CONNECTIONS }
  const client = await kubeConnection(sources, connection)
  try {
    return (await inlineDelivery(client, streams, sources, signal)).problems
  } catch (thrown) {
    throw clusterFailure(thrown, OWNERS, signal)
  } finally {
    client.close()
  }
}

function countsText({ externalSecrets, stores, generators }: Validation['counts']): string {
  const texts = [
    `${externalSecrets} ExternalSecrets`,
    `${stores} stores`,
    ...(generators > 0 ? [`${generators} generators`] : []),
  ]
  return texts.join(', ')
}
