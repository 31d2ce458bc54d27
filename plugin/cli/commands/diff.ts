import process from 'node:process'
import { readCoreObjects } from '../../argocd/core-objects.ts'
import { type ComparedSecrets, secretsOf } from '../../argocd/diff/compared-secret.ts'
import type { MadeObject } from '../../argocd/diff/made-object.ts'
import { comparedObjects, type RenderedSecrets, renderedSecrets } from '../../argocd/diff/rendered-secrets.ts'
import { type SecretDiff, secretDiffs } from '../../argocd/diff/secret-diff.ts'
import { renderMode } from '../../argocd/render-request.ts'
import * as controllerOptions from '../../config/controller-options.ts'
import * as diffOptions from '../../config/diff-options.ts'
import * as explainOptions from '../../config/explain-options.ts'
import * as options from '../../config/options.ts'
import { renderOptions } from '../../config/render-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { SecretError } from '../../model/secret-error.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import type { Command, CommandCall } from '../command.ts'
import { diffText } from '../diff/diff-text.ts'
import { wantedDigests } from '../digests.ts'
import { optionSources } from '../option-sources.ts'
import { type Progress, terminalProgress } from '../progress.ts'
import { readInput } from '../read-input.ts'
import { renderPorts } from '../render-ports.ts'
import { exitCodeOf, problemReport, warningReport } from '../report.ts'
import { requestedPermissions } from '../requested-permissions.ts'
import { writeOutput } from '../write-output.ts'

/** None of those that tell a problem (R19), so that no failure is taken for a difference. */
const DIFFERS_EXIT_CODE = 10
const MAX_CONNECTIONS = 8

export const diff: Command = {
  name: 'diff',
  summary: 'say which Secrets and keys a render would change, without a value',
  usage: 'diff [PATH|-]',
  description: [
    'Renders the manifests as generate does, with your own credentials, and compares the Secrets with a former render (--against) or with the',
    'cluster (--cluster): which are added, removed or changed, and which keys, labels, annotations, type. It never prints a value.',
    'Others may have added Secrets, labels and annotations in a cluster: what the render does not name there is not told.',
    'Exit code 0 also when something differs, 10 then with --exit-code; otherwise that of generate. Inside Argo CD it is refused.',
  ].join('\n'),
  options: [
    diffOptions.against,
    diffOptions.cluster,
    diffOptions.exitCode,
    explainOptions.output,
    explainOptions.digests,
    explainOptions.digestKey,
    controllerOptions.kubeconfig,
    controllerOptions.context,
    ...renderOptions,
  ],
  examples: [
    ['argocd-external-secrets diff --against before.yaml manifests/', 'what changed since generate printed before.yaml'],
    ['argocd-external-secrets diff --cluster --namespace shop manifests/', 'what an apply would change'],
    ['argocd-external-secrets diff --cluster --exit-code manifests/ || echo differs', 'in a script'],
    [
      'git show main:app.yaml | argocd-external-secrets generate - | argocd-external-secrets diff --against - app.yaml',
      'two commits',
    ],
  ],
  maxArguments: 1,
  run,
}

async function run(call: CommandCall): Promise<number> {
  const sources = await optionSources(call, diff.options)
  const path = call.arguments[0] ?? '.'
  checkOptions(sources, path)
  const digestOf = await wantedDigests(sources, call.directory)
  const signal = AbortSignal.timeout(setting(options.timeout, sources))
  const progress = terminalProgress()
  const after = await rendered(call, path, { sources, progress }, signal)
  if (after.problems.length > 0) {
    progress.clear()
    process.stderr.write(warningReport(after.warnings, after.locate))
    process.stderr.write(problemReport(after.problems, 'nothing was compared', after.locate))
    return exitCodeOf(after.problems)
  }
  const isCluster = setting(diffOptions.cluster, sources)
  progress.say(isCluster ? `reading ${after.secrets.size} objects of the cluster` : 'reading the former render')
  const before = isCluster
    ? await fromCluster(after, { sources, directory: call.directory }, signal)
    : await fromFile(sources, call.directory, after.objects)
  const diffs = secretDiffs(before, after.secrets, {
    against: isCluster ? 'cluster' : 'render',
    computed: after.computed,
    digestOf,
  })
  progress.clear()
  process.stderr.write(warningReport(after.warnings, after.locate))
  const isJson = setting(explainOptions.output, sources) === 'json'
  await writeOutput(isJson ? diffJson(diffs, after.secrets.size) : diffText(diffs, [...after.secrets.values()]))
  return diffs.length > 0 && setting(diffOptions.exitCode, sources) ? DIFFERS_EXIT_CODE : 0
}

function checkOptions(sources: OptionSources, path: string): void {
  const against = setting(diffOptions.against, sources)
  if ((against !== '') === setting(diffOptions.cluster, sources))
    throw new UsageError('one of --against and --cluster is needed', 'see argocd-external-secrets diff --help')
  if (against === '-' && path === '-')
    throw new UsageError('standard input cannot be both renders', 'name a file for one of them')
}

async function rendered(
  call: CommandCall,
  path: string,
  { sources, progress }: { readonly sources: OptionSources; readonly progress: Progress },
  signal: AbortSignal,
): ReturnType<typeof renderedSecrets> {
  const files = await readInput(path, call.directory)
  progress.say('reading manifests')
  const ports = await renderPorts(sources, call, {
    onPlan: ({ externalSecrets, stores, references }) =>
      progress.say(`reading ${references} values of ${stores} stores for ${externalSecrets} ExternalSecrets`),
  })
  return renderedSecrets(
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
    signal,
  )
}

/** Throws SecretError InvalidSpec for what is no stream of manifests: half of a former render would show differences that are none. */
async function fromFile(sources: OptionSources, directory: string, objects: readonly MadeObject[]): Promise<ComparedSecrets> {
  const files = await readInput(setting(diffOptions.against, sources), directory)
  const streams = files.map(({ name, bytes }) => splitManifests(name, bytes))
  const namespace = setting(options.namespace, sources)
  const core = await readCoreObjects(streams, namespace)
  const [unread] = core.warnings
  if (unread)
    throw new SecretError('InvalidSpec', 'the former render cannot be read', {
      place: unread.place,
      remedy: 'name a file that generate printed',
    })
  return new Map([...secretsOf(core), ...(await comparedObjects(streams, namespace, objects))])
}

async function fromCluster(
  { secrets, objects }: RenderedSecrets,
  { sources, directory }: { readonly sources: OptionSources; readonly directory: string },
  signal: AbortSignal,
): Promise<ComparedSecrets> {
  const { kubeConnection } = await import('../kube-connection.ts')
  const { clusterSecrets } = await import('../diff/cluster-secrets.ts')
  const { clusterObjects } = await import('../diff/cluster-objects.ts')
  const connection = { directory, requestTimeoutMs: setting(options.callTimeout, sources), maxConnections: MAX_CONNECTIONS }
  const client = await kubeConnection(sources, connection)
  try {
    const own = [...secrets.values()].filter(({ kind }) => kind === undefined)
    const found = await clusterSecrets(own, client, signal)
    return new Map([...found, ...(await clusterObjects(objects, client, signal))])
  } finally {
    client.close()
  }
}

/** Raised with every change that a reader could stumble over; new fields alone are none (docs/diff.md). */
const SHAPE_VERSION = 1

function diffJson(secrets: readonly SecretDiff[], compared: number): string {
  const same = compared - secrets.filter(({ change }) => change !== 'removed').length
  return `${JSON.stringify({ version: SHAPE_VERSION, secrets, same }, undefined, 2)}\n`
}
