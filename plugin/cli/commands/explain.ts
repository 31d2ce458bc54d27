import process from 'node:process'
import { explainManifests } from '../../argocd/explain/explain-manifests.ts'
import { renderMode } from '../../argocd/render-request.ts'
import * as explainOptions from '../../config/explain-options.ts'
import * as options from '../../config/options.ts'
import { renderOptions } from '../../config/render-options.ts'
import { setting } from '../../config/settings.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import type { Command, CommandCall } from '../command.ts'
import { wantedDigests } from '../digests.ts'
import { explanationJson } from '../explain/explanation-json.ts'
import { explanationText } from '../explain/explanation-text.ts'
import { optionSources } from '../option-sources.ts'
import { terminalProgress } from '../progress.ts'
import { readInput } from '../read-input.ts'
import { renderPorts } from '../render-ports.ts'
import { exitCodeOf, problemReport, warningReport } from '../report.ts'
import { requestedPermissions } from '../requested-permissions.ts'
import { writeOutput } from '../write-output.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'say where each key of each Secret comes from, without a value',
  usage: 'explain [PATH|-]',
  description: [
    'Renders the manifests as generate does, with your own credentials, and prints a tree for each Secret: its ExternalSecrets, and for each key',
    'the store, the remote key, the version and the property that it is from, what renamed, decoded or templated it, and what it overrides;',
    'which fetched keys a template reads, and which are read by none.',
    'It never prints a value. What can be explained is, also where there are problems: these are on standard error, and the exit code is that',
    'of generate. Inside Argo CD it is refused.',
  ].join('\n'),
  options: [explainOptions.output, explainOptions.digests, explainOptions.digestKey, ...renderOptions],
  examples: [
    ['argocd-external-secrets explain manifests/', 'every Secret of a folder'],
    ['helm template my-app chart/ | argocd-external-secrets explain -', 'of what another tool prints'],
    ['argocd-external-secrets explain --digests app.yaml', 'with a digest of each value'],
    ['argocd-external-secrets explain --digest-key key.bin app.yaml', 'digests that can be compared with those of another run'],
    ['argocd-external-secrets explain --output json app.yaml | jq .secrets[].keys', 'for a program'],
  ],
  maxArguments: 1,
  run,
}

async function run(call: CommandCall): Promise<number> {
  const sources = await optionSources(call, explain.options)
  const digestOf = await wantedDigests(sources, call.directory)
  const files = await readInput(call.arguments[0] ?? '.', call.directory)
  const progress = terminalProgress()
  progress.say('reading manifests')
  const ports = await renderPorts(sources, call, {
    onPlan: ({ externalSecrets, stores, references }) =>
      progress.say(`reading ${references} values of ${stores} stores for ${externalSecrets} ExternalSecrets`),
  })
  const explanation = await explainManifests(
    files.map(({ name, bytes }) => splitManifests(name, bytes)),
    {
      mode: renderMode(sources.environment),
      ...requestedPermissions(sources),
      namespace: setting(options.namespace, sources),
      delivery: setting(options.delivery, sources),
      stores: 'consume',
      output: 'yaml',
    },
    ports,
    digestOf,
    AbortSignal.timeout(setting(options.timeout, sources)),
  )
  progress.clear()

  const { problems, warnings, locate } = explanation
  process.stderr.write(warningReport(warnings, locate))
  if (problems.length > 0) process.stderr.write(problemReport(problems, 'not everything can be explained', locate))
  // There is nothing to tell of: the problem says why.
  if (explanation.isRefused) return exitCodeOf(problems)
  const isJson = setting(explainOptions.output, sources) === 'json'
  await writeOutput(isJson ? explanationJson(explanation) : explanationText(explanation))
  return exitCodeOf(problems)
}
