import * as controllerOptions from '../../config/controller-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import type { ObjectKey } from '../../kube/kube-object.ts'
import { LeaseElection } from '../../kube/lease-election.ts'
import { guardedClient } from '../../kube/lease-guard.ts'
import { leaseIdentity } from '../../kube/lease-identity.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { systemRandom } from '../../model/random.ts'
import { kubeConnection } from '../kube-connection.ts'

const REQUEST_TIMEOUT_MS = 30_000
/** Its own: renewals never wait behind what they allow. */
const LEASE_CONNECTIONS = 2

/** What a process does while it may write, until `signal` is aborted; `writer` refuses to write once another may. */
export type LeadOnce = (writer: KubeClient, signal: AbortSignal) => Promise<void>

/** How one of several processes comes to work. */
export interface Election {
  isLeader(): boolean
  /** Resolves once `stop` is aborted and the last time of leading has ended; rejects with what leading throws. */
  run(client: KubeClient, lead: LeadOnce, stop: AbortSignal): Promise<void>
  close(): void
}

/** By the Lease, or alone where there is none. Throws SecretError for times that do not go together. */
export async function openElection(sources: OptionSources, lease: ObjectKey | undefined, logger: Logger): Promise<Election> {
  if (!lease) return { isLeader: () => true, run: (client, lead, stop) => lead(client, stop), close: () => undefined }
  const connection = { logger, requestTimeoutMs: REQUEST_TIMEOUT_MS, maxConnections: LEASE_CONNECTIONS }
  const leaseClient = await kubeConnection(sources, connection)
  const election = new LeaseElection({
    client: leaseClient,
    lease,
    identity: leaseIdentity(systemRandom),
    timing: {
      leaseMs: setting(controllerOptions.leaseDuration, sources),
      renewDeadlineMs: setting(controllerOptions.leaseRenewDeadline, sources),
      retryMs: setting(controllerOptions.leaseRetryPeriod, sources),
    },
    clock: systemClock,
    random: systemRandom,
    logger,
  })
  return {
    isLeader: () => election.isLeader,
    run: (client, lead, stop) =>
      election.run((leadership) => lead(guardedClient(client, leadership), AbortSignal.any([leadership.signal, stop])), stop),
    close: () => leaseClient.close(),
  }
}
