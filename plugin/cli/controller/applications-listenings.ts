import * as own from '../../config/applications-options.ts'
import * as daemonOptions from '../../config/daemon-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import type { ApplicationsController } from '../../controller/applications/applications-controller.ts'
import { intakeApp } from '../../controller/applications/intake-app.ts'
import { operatorApp } from '../../controller/applications/operator-app.ts'
import { TokenBucket } from '../../controller/applications/token-bucket.ts'
import type { RotationIntake } from '../../controller/rotations/rotation-intake.ts'
import { healthApp } from '../../daemon/health-app.ts'
import { listenOnPort } from '../../daemon/listen.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { ApplicationsMetrics } from '../../observability/applications-metrics.ts'
import { intakePeers } from './intake-peers.ts'
import { listenWithTls } from './listen-with-tls.ts'
import { listeningFiles } from './listening-files.ts'
import { openRotationsListening } from './rotations-listening.ts'

export interface ApplicationsListenings {
  readonly addresses: readonly string[]
  readonly close: () => Promise<void>
}

export interface ApplicationsListeningsTools {
  readonly leader: () => ApplicationsController | undefined
  /** Of events; undefined while another process would have to be told. */
  readonly intake: () => RotationIntake | undefined
  /** Of the cluster whose ServiceAccounts daemons run as. */
  readonly client: KubeClient
  readonly metrics: ApplicationsMetrics
  readonly logger: Logger
}

const REPORTS_PER_SECOND = 200
const REPORTS_AT_ONCE = 2_000

/** Where daemons, the operator and Prometheus come in. Throws UsageError. */
export async function openApplicationsListenings(
  sources: OptionSources,
  directory: string,
  { leader, intake, client, metrics, logger }: ApplicationsListeningsTools,
): Promise<ApplicationsListenings> {
  const files = listeningFiles(sources, directory)
  const intakeTls = files.tls({ certificate: own.intakeCertificate, key: own.intakeKey, clientCa: own.intakeClientCa })
  const app = intakeApp({
    isPeer: intakePeers(sources, { files, tls: intakeTls, client, logger }),
    leader,
    reportBucket: new TokenBucket(REPORTS_PER_SECOND, REPORTS_AT_ONCE, systemClock),
    onRequest: (name, status) => metrics.request(name, status),
  })
  const tls = { clock: systemClock, logger }
  const open = [await listenWithTls('--intake', setting(own.intake, sources), app, { ...tls, files: intakeTls })]
  const operator = setting(own.operatorListen, sources)
  if (operator !== '') {
    open.push(await listenWithTls('--operator-listen', operator, operatorApp(leader), { ...tls, files: undefined }))
  }
  const rotations = await openRotationsListening(sources, { files, intake, metrics, logger })
  if (rotations) open.push(rotations)
  const health = setting(daemonOptions.listen, sources)
  // A process that stands by is as ready as the one that leads.
  if (health !== '') open.push(await listenOnPort(health, healthApp([], metrics)))
  return {
    addresses: open.map(({ address }) => address),
    close: async () => void (await Promise.all(open.map(async (one) => one.close()))),
  }
}
