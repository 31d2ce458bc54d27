import process from 'node:process'
import * as own from '../../config/applications-options.ts'
import * as controllerOptions from '../../config/controller-options.ts'
import * as options from '../../config/options.ts'
import { setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import type { Command, CommandCall } from '../command.ts'
import { optionSources } from '../option-sources.ts'
import { writeOutput } from '../write-output.ts'

export const refresh: Command = {
  name: 'refresh',
  summary: 'have Applications rendered again that use a key',
  usage: 'refresh --store STORE --key KEY [--dry-run]',
  description: [
    'Asks the controller beside Argo CD, which tells the daemons to give up the old value and refreshes the Applications at its own rate.',
    'Prints the Applications, one a line. To be run in the pod of the controller; --dry-run reads its index elsewhere as well.',
  ].join('\n'),
  options: [
    own.store,
    own.key,
    own.dryRun,
    own.operatorListen,
    own.ownNamespace,
    controllerOptions.kubeconfig,
    controllerOptions.context,
    options.callTimeout,
    options.config,
  ],
  examples: [
    ['argocd-external-secrets refresh --store "ClusterSecretStore vault" --key team-a/database --dry-run', 'who uses it?'],
    ['argocd-external-secrets refresh --store "ClusterSecretStore vault" --key team-a/database', 'now'],
  ],
  maxArguments: 0,
  run,
}

async function run(call: CommandCall): Promise<number> {
  const sources = await optionSources(call, refresh.options)
  const [store, key] = [setting(own.store, sources), setting(own.key, sources)]
  if (store === '' || key === '') throw new UsageError('--store and --key are needed', refresh.examples[0]?.[0] ?? '')
  const { refreshApplications } = await import('../controller/refresh-applications.ts')
  const asking = { store, key, dryRun: setting(own.dryRun, sources), directory: call.directory }
  const { applications, missing } = await refreshApplications(asking, sources)
  await writeOutput(applications.map((name) => `${name}\n`).join(''))
  for (const name of missing)
    process.stderr.write(`${name}: the key was missing when it was rendered; something stands in for it\n`)
  if (applications.length === 0) process.stderr.write('no Application is known to use it\n')
  return 0
}
