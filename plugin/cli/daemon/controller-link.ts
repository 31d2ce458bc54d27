import path from 'node:path'
import * as linkOptions from '../../config/controller-link-options.ts'
import * as daemonOptions from '../../config/daemon-options.ts'
import type { Option } from '../../config/option.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { type FollowFloorsTools, followFloors } from '../../daemon/follow-floors.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { systemRandom } from '../../model/random.ts'
import type { DaemonMetrics } from '../../observability/daemon-metrics.ts'
import type { ReportPoster } from '../../observability/report-poster.ts'
import { DEFAULT_FLOORS, FloorTable } from '../../stores/warm/floor-table.ts'
import type { WarmStores } from '../../stores/warm/warm-stores.ts'
import { openPeerClient, type PeerClient } from '../../transport/peer-client.ts'
import { peerUrl } from '../../transport/peer-url.ts'

/** The daemon's side of the connection to the controller (R20). */
export interface ControllerLink {
  readonly client: PeerClient
  readonly floors: FloorTable
  /** How long values may serve at this moment; `undefined` while nobody tells of rotations. */
  connectedTtlMs(): number | undefined
  /** Follows version floors until {@link ControllerLink.close}. */
  follow(followers: LinkFollowers): void
  close(): void
}

/** Who is told what the controller says. */
export interface LinkFollowers {
  readonly metrics: DaemonMetrics
  readonly stores: Pick<WarmStores, 'reread'>
  readonly reports: Pick<ReportPoster, 'resend'> | undefined
}

const DAEMON_NAME_BYTES = 8

/** `undefined` without `--controller`. Throws UsageError. */
export async function controllerLink(
  sources: OptionSources,
  directory: string,
  logger: Logger,
): Promise<ControllerLink | undefined> {
  const text = setting(linkOptions.controller, sources)
  if (text === '') return undefined
  if (setting(daemonOptions.reportUrl, sources) !== '')
    throw new UsageError('--controller: reports go there already', 'leave out --report-url')
  const file = (option: Option<string>): string | undefined => {
    const name = setting(option, sources)
    return name === '' ? undefined : path.resolve(directory, name)
  }
  const files = {
    ca: file(linkOptions.controllerCa),
    certificate: file(linkOptions.controllerCertificate),
    key: file(linkOptions.controllerKey),
    token: file(linkOptions.controllerToken),
  }
  if ((files.certificate === undefined) !== (files.key === undefined))
    throw new UsageError('--controller-certificate and --controller-key belong together', 'give both, or neither')
  const url = peerUrl('--controller', text)
  const client = await openPeerClient({ url, files, environment: sources.environment, clock: systemClock, logger }).catch(() => {
    throw new UsageError('--controller: a file of its certificate, key, authority or token cannot be read', 'mount them')
  })
  return linkOver(client, setting(linkOptions.connectedCacheTtl, sources), logger)
}

function linkOver(client: PeerClient, ttlMs: number, logger: Logger): ControllerLink {
  const floors = new FloorTable(DEFAULT_FLOORS, systemClock)
  const closing = new AbortController()
  return {
    client,
    floors,
    connectedTtlMs: () => (floors.isConnected ? ttlMs : undefined),
    follow({ metrics, stores, reports }) {
      const daemon = Buffer.from(systemRandom.bytes(DAEMON_NAME_BYTES)).toString('hex')
      const onFloors: FollowFloorsTools['onFloors'] = (told, signal) => {
        metrics.floors(told.length)
        return stores.reread(told, signal)
      }
      const onLeader = (): void => reports?.resend()
      const tools = { client, table: floors, daemon, clock: systemClock, random: systemRandom, logger, onLeader, onFloors }
      void followFloors(tools, closing.signal)
    },
    close() {
      closing.abort()
    },
  }
}
