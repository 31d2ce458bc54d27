import process from 'node:process'
import { type RenderPorts, renderManifests } from '../../argocd/render-manifests.ts'
import { type RenderRequest, renderMode } from '../../argocd/render-request.ts'
import * as options from '../../config/options.ts'
import { renderOptions } from '../../config/render-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import type { Command, CommandCall } from '../command.ts'
import { optionSources } from '../option-sources.ts'
import { terminalProgress } from '../progress.ts'
import { readInput } from '../read-input.ts'
import { renderPorts } from '../render-ports.ts'
import { exitCodeOf, problemReport, warningReport } from '../report.ts'
import { requestedPermissions } from '../requested-permissions.ts'
import { writeOutput } from '../write-output.ts'

export const generate: Command = {
  name: 'generate',
  summary: 'replace every ExternalSecret by its final Secret',
  usage: 'generate [PATH|-]',
  description: [
    'Reads manifests from a file, a folder (every .yaml, .yml and .json below it) or standard input (-), this folder by default,',
    'and prints them with each ExternalSecret replaced by its Secret. Other documents pass byte for byte. All or nothing: on any',
    'error standard output is empty, the report is on standard error, and the exit code tells the kind:',
    '0 fine, 1 bug, 2 usage, 3 invalid or conflicting manifests, 4 not found, 5 access denied, 6 provider away, throttled or too slow.',
  ].join('\n'),
  options: [options.output, options.keepStores, options.workloadChecksums, ...renderOptions],
  examples: [
    ['argocd-external-secrets generate manifests/ | kubectl apply -f -', 'render a folder and apply it'],
    ['helm template my-app chart/ | argocd-external-secrets generate -', 'filter the output of another tool'],
    ['argocd-external-secrets generate --output json app.yaml | jq .', 'one JSON object a document'],
    ['argocd-external-secrets generate --credentials /etc/credentials app.yaml', 'credentials of stores from a mounted folder'],
  ],
  maxArguments: 1,
  run,
}

async function run(call: CommandCall): Promise<number> {
  const sources = await optionSources(call, generate.options)
  const files = await readInput(call.arguments[0] ?? '.', call.directory)
  const progress = terminalProgress()
  progress.say('reading manifests')
  const streams = files.map(({ name, bytes }) => splitManifests(name, bytes))
  const ports = await renderPorts(sources, call, {
    onPlan: ({ externalSecrets, stores, references }) =>
      progress.say(`reading ${references} values of ${stores} stores for ${externalSecrets} ExternalSecrets`),
  })
  const render = await renderManifests(
    streams,
    requestOf(sources, ports),
    ports,
    AbortSignal.timeout(setting(options.timeout, sources)),
  )
  progress.clear()

  process.stderr.write(warningReport(render.warnings, render.locate))
  if (!render.output) {
    process.stderr.write(problemReport(render.problems, 'nothing was rendered', render.locate))
    return exitCodeOf(render.problems)
  }
  await writeOutput(render.output)
  return 0
}

function requestOf(sources: OptionSources, { seed }: Pick<RenderPorts, 'seed'>): RenderRequest {
  return {
    mode: renderMode(sources.environment),
    ...requestedPermissions(sources),
    namespace: setting(options.namespace, sources),
    delivery: setting(options.delivery, sources),
    stores: setting(options.keepStores, sources) ? 'keep' : 'consume',
    output: setting(options.output, sources),
    checksums: { workloads: setting(options.workloadChecksums, sources), key: seed?.value, project: seed?.project ?? '' },
  }
}
