import process from 'node:process'
import * as controllerOptions from '../../config/controller-options.ts'
import * as daemonOptions from '../../config/daemon-options.ts'
import * as doctorOptions from '../../config/doctor-options.ts'
import * as options from '../../config/options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { errorPolicy } from '../../model/error-policy.ts'
import type { Command, CommandCall } from '../command.ts'
import { optionSources } from '../option-sources.ts'
import { exitCodeOf, problemReport } from '../report.ts'
import { writeOutput } from '../write-output.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'say what is wrong with an installation in Argo CD, and what to do',
  usage: 'doctor [PATH]',
  description: [
    "Run it in either container: in the client's it looks at the socket, Argo CD and the tools; in the daemon's, given its options, at the",
    'policy, the keys, the identities, the way to every store of the administrator, the clock and the rights as well.',
    'With --cluster it looks at a cluster of Kubernetes: whether External Secrets Operator runs there, what of it the controller does not',
    'serve, and which Secrets would be deleted if the manifests at PATH were delivered inline.',
    'Exit code 0 when nothing is wrong, 6 otherwise.',
  ].join('\n'),
  options: [
    daemonOptions.socket,
    daemonOptions.policy,
    daemonOptions.keys,
    options.credentials,
    doctorOptions.key,
    doctorOptions.output,
    doctorOptions.suggestPolicy,
    doctorOptions.project,
    doctorOptions.application,
    doctorOptions.cluster,
    controllerOptions.kubeconfig,
    controllerOptions.context,
    controllerOptions.controllerClass,
    options.delivery,
    options.namespace,
    options.timeout,
    options.callTimeout,
    options.config,
  ],
  examples: [
    ['argocd-external-secrets doctor', "in the client's container"],
    ['argocd-external-secrets doctor --policy /etc/argocd-external-secrets/policy', "in the daemon's"],
    ['argocd-external-secrets doctor --policy /etc/policy --key vault=secret/shop/db', 'may this key be read?'],
    ['argocd-external-secrets doctor --suggest-policy apps/shop --project team-a --namespace shop', 'a policy to start from'],
    ['argocd-external-secrets doctor --cluster apps/shop', 'before the controller takes over, or the delivery changes'],
  ],
  maxArguments: 1,
  run,
}

async function run(call: CommandCall): Promise<number> {
  const sources = await optionSources(call, doctor.options)
  if (setting(doctorOptions.suggestPolicy, sources) !== '') return suggest(sources, call.directory)
  const [where] = call.arguments
  const isCluster = setting(doctorOptions.cluster, sources)
  if (where !== undefined && !isCluster)
    throw new UsageError('a PATH needs --cluster', 'see argocd-external-secrets doctor --help')
  const { doctorChecks, examine, findingsJson, findingsText, isWell } = await import('../doctor/examine.ts')
  const signal = AbortSignal.timeout(setting(options.timeout, sources))
  const examination = { sources, directory: call.directory, signal }
  const findings = isCluster
    ? await (await import('../doctor/examine-cluster.ts')).examineCluster(where, examination)
    : await examine(doctorChecks, examination)
  await writeOutput(setting(doctorOptions.output, sources) === 'json' ? findingsJson(findings) : findingsText(findings))
  return isWell(findings) ? 0 : errorPolicy.Unavailable.exitCode
}

async function suggest(sources: OptionSources, directory: string): Promise<number> {
  const { suggestedPolicy } = await import('../doctor/suggested-policy.ts')
  const { text, problems } = await suggestedPolicy(sources, directory)
  if (problems.length > 0) process.stderr.write(problemReport(problems, 'no policy can be suggested'))
  else await writeOutput(text)
  return exitCodeOf(problems)
}
