import * as clientOptions from '../../config/client-options.ts'
import { controllerLinkOptions } from '../../config/controller-link-options.ts'
import * as daemonOptions from '../../config/daemon-options.ts'
import * as options from '../../config/options.ts'
import type { Command } from '../command.ts'

export const daemon: Command = {
  name: 'daemon',
  summary: 'the warm process that renders for Argo CD',
  usage: 'daemon --policy DIR',
  description: [
    'Renders what the plugin inside argocd-cmp-server sends to its unix socket, with the credentials and the policy of the administrator.',
    'One a repo-server, in a container of its own. Health and readiness on --listen. SIGTERM lets running renders finish.',
  ].join('\n'),
  options: [
    daemonOptions.policy,
    daemonOptions.socket,
    daemonOptions.listen,
    daemonOptions.cmpSocket,
    options.credentials,
    daemonOptions.keys,
    daemonOptions.state,
    daemonOptions.maxStale,
    daemonOptions.cacheTtl,
    daemonOptions.cacheBytes,
    daemonOptions.maxRenders,
    daemonOptions.maxWaiting,
    options.timeout,
    options.callTimeout,
    options.maxConcurrency,
    clientOptions.sourceCache,
    clientOptions.kustomizeEnableHelm,
    clientOptions.sourcePlainHttp,
    clientOptions.sourceConcurrency,
    daemonOptions.grace,
    daemonOptions.logLevel,
    daemonOptions.reportUrl,
    ...controllerLinkOptions,
    options.config,
  ],
  examples: [
    ['argocd-external-secrets daemon --policy /etc/policy', 'with the default socket'],
    [
      'argocd-external-secrets daemon --policy /etc/policy --cmp-socket /home/argocd/cmp-server/plugins',
      'without argocd-cmp-server',
    ],
    ['argocd-external-secrets daemon --policy policy/ --socket /tmp/own/daemon.sock --listen 127.0.0.1:8080', 'to try it out'],
  ],
  maxArguments: 0,
  // Loaded here: a server, a policy and metrics are nothing that a render on the command line waits for.
  run: async (call) => (await import('../run-daemon.ts')).runDaemon(call, daemon.options),
}
