import * as controllerOptions from '../../config/controller-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import type { ObjectKey } from '../../kube/kube-object.ts'
import { LeaseElection } from '../../kube/lease-election.ts'
import { LeaseGroup } from '../../kube/lease-group.ts'
import { guardedClient } from '../../kube/lease-guard.ts'
import { leaseIdentity } from '../../kube/lease-identity.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { systemRandom } from '../../model/random.ts'
import { kubeConnection } from '../kube-connection.ts'

const REQUEST_TIMEOUT_MS = 30_000
/** Its own: renewals never wait behind what they allow. */
const LEASE_CONNECTIONS = 2

/** How many times others look at a free lease before a process that holds one takes it as well. */
const UNITS_OF_RETRY = 2

/** What a process does while it may write, until `signal` is aborted; `writer` refuses to write once another may. */
export type LeadOnce = (writer: KubeClient, signal: AbortSignal) => Promise<void>

/** How one of several processes comes to work on something. */
export interface Election {
  isLeader(): boolean
  /** Resolves once `stop` is aborted and the last time of leading has ended; rejects with what leading throws. */
  run(client: KubeClient, lead: LeadOnce, stop: AbortSignal): Promise<void>
}

export interface Elections {
  /** One a lease, in their order; without leases one, which is always won. */
  readonly each: readonly [Election, ...Election[]]
  close(): void
}

export interface ElectionTools {
  /** Where the user is: what paths are relative to. */
  readonly directory: string
  readonly logger: Logger
}

const ALONE: Election = { isLeader: () => true, run: (client, lead, stop) => lead(client, stop) }

/** A process may win several of them, one after the other. Throws SecretError for times that do not go together. */
export async function openElections(
  sources: OptionSources,
  leases: readonly ObjectKey[],
  { directory, logger }: ElectionTools,
): Promise<Elections> {
  const [first, ...others] = leases
  if (!first) return { each: [ALONE], close: () => undefined }
  const connection = { directory, logger, requestTimeoutMs: REQUEST_TIMEOUT_MS, maxConnections: LEASE_CONNECTIONS }
  const client = await kubeConnection(sources, connection)
  const timing = {
    leaseMs: setting(controllerOptions.leaseDuration, sources),
    renewDeadlineMs: setting(controllerOptions.leaseRenewDeadline, sources),
    retryMs: setting(controllerOptions.leaseRetryPeriod, sources),
  }
  const ports = { clock: systemClock, random: systemRandom, logger }
  const common = {
    ...ports,
    client,
    timing,
    identity: leaseIdentity(systemRandom),
    group: new LeaseGroup(UNITS_OF_RETRY * timing.retryMs, systemClock),
  }
  const electionFor = (lease: ObjectKey): Election => {
    const election = new LeaseElection({ ...common, lease })
    return {
      isLeader: () => election.isLeader,
      run: (writer, lead, stop) =>
        election.run(
          (leadership) =>
            lead(guardedClient(writer, leadership), AbortSignal.any([leadership.signal, leadership.retiring, stop])),
          stop,
        ),
    }
  }
  return { each: [electionFor(first), ...others.map(electionFor)], close: () => client.close() }
}
