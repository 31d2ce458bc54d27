import { applicationsOptions } from '../../config/applications-options.ts'
import * as controllerOptions from '../../config/controller-options.ts'
import * as daemonOptions from '../../config/daemon-options.ts'
import { dashboardOptions } from '../../config/dashboard-options.ts'
import * as options from '../../config/options.ts'
import { rotationsOptions } from '../../config/rotations-options.ts'
import { UsageError } from '../../config/usage-error.ts'
import { quoteName } from '../../model/quote-name.ts'
import type { Command } from '../command.ts'

export const controller: Command = {
  name: 'controller',
  summary: 'keeps Secrets fresh in a cluster',
  usage: 'controller external-secrets|applications',
  description: [
    'external-secrets: makes the Secrets of the ExternalSecrets in a cluster and keeps them as their providers have them, in the place of the',
    'External Secrets Operator: the same status, conditions, events, labels and metrics. Health, readiness and metrics on --listen.',
    'applications: beside Argo CD, has exactly those Applications rendered again and synced whose values were rotated at their providers.',
    'One of several processes works, the others are warm (--lease-namespace). SIGTERM lets what runs finish and gives the Lease back.',
  ].join('\n'),
  options: [
    controllerOptions.kubeconfig,
    controllerOptions.context,
    controllerOptions.watchNamespace,
    controllerOptions.controllerClass,
    controllerOptions.esoCheck,
    controllerOptions.concurrent,
    controllerOptions.kubeConnections,
    controllerOptions.clusterStores,
    controllerOptions.floodGate,
    controllerOptions.storeRequeueInterval,
    controllerOptions.genericTargets,
    controllerOptions.statusEveryRefresh,
    controllerOptions.extendedMetricLabels,
    ...applicationsOptions,
    ...rotationsOptions,
    daemonOptions.policy,
    options.credentials,
    controllerOptions.detectQuota,
    controllerOptions.detectWatches,
    controllerOptions.leaseNamespace,
    controllerOptions.leaseName,
    controllerOptions.shards,
    controllerOptions.leaseDuration,
    controllerOptions.leaseRenewDeadline,
    controllerOptions.leaseRetryPeriod,
    daemonOptions.listen,
    ...dashboardOptions,
    daemonOptions.grace,
    daemonOptions.logLevel,
    options.callTimeout,
    options.maxConcurrency,
    options.config,
  ],
  examples: [
    ['argocd-external-secrets controller external-secrets', 'in a pod of the cluster, with its own account'],
    [
      'argocd-external-secrets controller external-secrets --kubeconfig ~/.kube/config --watch-namespace shop --listen 127.0.0.1:8080',
      'to try it out on one namespace',
    ],
  ],
  maxArguments: 1,
  // Loaded here: a Kubernetes client and metrics are nothing that a render on the command line waits for.
  async run(call) {
    const [duty = ''] = call.arguments
    if (duty === 'external-secrets') {
      const { workInSmallHeap } = await import('../controller/small-heap.ts')
      workInSmallHeap()
      return (await import('../run-external-secrets.ts')).runExternalSecrets(call, controller.options)
    }
    if (duty === 'applications')
      return (await import('../controller/run-applications.ts')).runApplications(call, controller.options)
    throw new UsageError(`controller: there is no duty ${quoteName(duty)}`, 'name external-secrets or applications')
  },
}
