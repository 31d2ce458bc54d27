import process from 'node:process'
import { objectSchemas } from '../../argocd/object-schemas.ts'
import { renderMode } from '../../argocd/render-request.ts'
import { type Validation, validateManifests } from '../../argocd/validate-manifests.ts'
import * as options from '../../config/options.ts'
import { setting } from '../../config/settings.ts'
import { generators } from '../../generators/registry.ts'
import { providers } from '../../providers/registry.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import type { Command, CommandCall } from '../command.ts'
import { optionSources } from '../option-sources.ts'
import { readInput } from '../read-input.ts'
import { exitCodeOf, problemReport, warningReport } from '../report.ts'
import { requestedPermissions } from '../requested-permissions.ts'
import { templateBudget, templateEngine, templateSurroundings } from '../template-tools.ts'
import { writeOutput } from '../write-output.ts'

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
  ].join('\n'),
  options: [options.strict, options.namespace, options.genericTargets, options.config],
  examples: [
    ['argocd-external-secrets validate manifests/', 'check a folder'],
    ['argocd-external-secrets validate --strict app.yaml', 'in a pull request check'],
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
  const problems = strict ? [...validation.problems, ...validation.doubts] : validation.problems
  const warnings = strict ? validation.warnings : [...validation.warnings, ...validation.doubts]

  process.stderr.write(warningReport(warnings, validation.locate))
  if (problems.length > 0) process.stderr.write(problemReport(problems, 'the manifests are not valid', validation.locate))
  else await writeOutput(`valid: ${countsText(validation.counts)}\n`)
  return exitCodeOf(problems)
}

function countsText({ externalSecrets, stores, generators }: Validation['counts']): string {
  const texts = [
    `${externalSecrets} ExternalSecrets`,
    `${stores} stores`,
    ...(generators > 0 ? [`${generators} generators`] : []),
  ]
  return texts.join(', ')
}
