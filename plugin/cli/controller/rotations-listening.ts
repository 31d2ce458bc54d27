import * as own from '../../config/rotations-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { TokenBucket } from '../../controller/applications/token-bucket.ts'
import { GoogleTokenCheck } from '../../controller/rotations/google-token.ts'
import { type FetchText, keyFetches } from '../../controller/rotations/key-fetches.ts'
import type { RotationIntake } from '../../controller/rotations/rotation-intake.ts'
import { rotationsApp } from '../../controller/rotations/rotations-app.ts'
import { SharedSecretCheck } from '../../controller/rotations/shared-secret.ts'
import { SnsVerifier } from '../../controller/rotations/sns-message.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { RotationMetrics } from '../../observability/rotation-metrics.ts'
import { createHttpClient } from '../../providers/http-client.ts'
import { type ListeningServer, listenWithTls } from './listen-with-tls.ts'
import type { ListeningFiles } from './listening-files.ts'
import { EVENTS_AT_ONCE, EVENTS_PER_SECOND } from './rotations-queue.ts'

export interface RotationsListeningTools {
  readonly files: ListeningFiles
  /** Undefined while another process would have to be told. */
  readonly intake: () => RotationIntake | undefined
  readonly metrics: Pick<RotationMetrics, 'event'>
  readonly logger: Logger
}

const FETCH_TIMEOUT_MS = 10_000
/** Clouds have a few keys at a time, and new ones once in months. */
const KEYS_PER_SECOND = 1
const KEYS_AT_ONCE = 20

const NO_SECRET = '--rotations-secret: the file cannot be read or is empty'
const MOUNT_IT = 'mount it, with a secret a line'

/** Where providers say that secrets were rotated; `undefined` without `--rotations`. Throws UsageError. */
export async function openRotationsListening(
  sources: OptionSources,
  { files, intake, metrics, logger }: RotationsListeningTools,
): Promise<ListeningServer | undefined> {
  const address = setting(own.rotations, sources)
  if (address === '') return undefined
  const secrets = (): readonly string[] => files.lines(own.rotationsSecret)
  const topics = setting(own.rotationsSnsTopics, sources)
    .split(',')
    .filter((topic) => topic !== '')
  const [audience, account] = [setting(own.rotationsGoogleAudience, sources), setting(own.rotationsGoogleAccount, sources)]
  if ((audience === '') !== (account === ''))
    throw new UsageError('--rotations-google-audience and --rotations-google-account belong together', 'give both')
  const isSecretMissing = setting(own.rotationsSecret, sources) !== '' && secrets().length === 0
  if (topics.length === 0 && account === '') {
    if (isSecretMissing) throw new UsageError(NO_SECRET, MOUNT_IT)
    if (secrets().length === 0)
      throw new UsageError(
        '--rotations: nobody could prove who it is',
        'give --rotations-secret, --rotations-sns-topics or --rotations-google-account',
      )
  }
  // Topics and tokens need none; one that is mounted later counts with the next event.
  if (isSecretMissing) logger.warn(NO_SECRET, { remedy: `${MOUNT_IT}, unless only SNS and Pub/Sub send events` })
  const fetchText = textFetcher(sources.environment)
  const clock = systemClock
  const fetchKeys = keyFetches(fetchText, new TokenBucket(KEYS_PER_SECOND, KEYS_AT_ONCE, clock))
  const app = rotationsApp({
    secret: new SharedSecretCheck(secrets, systemClock),
    sns: topics.length === 0 ? undefined : new SnsVerifier({ topics: new Set(topics), fetchText, fetchKeys, clock }),
    google: account === '' ? undefined : new GoogleTokenCheck({ audience, account, fetchText, clock }),
    intake,
    bucket: new TokenBucket(EVENTS_PER_SECOND, EVENTS_AT_ONCE, clock),
    strangers: new TokenBucket(EVENTS_PER_SECOND, EVENTS_AT_ONCE, clock),
    logger,
    onEvent: (sender, outcome) => metrics.event(sender, outcome),
  })
  const tls = files.tls({ certificate: own.rotationsCertificate, key: own.rotationsKey })
  return listenWithTls('--rotations', address, app, { files: tls, clock: systemClock, logger })
}

function textFetcher(environment: ReadonlyMap<string, string>): FetchText {
  const client = createHttpClient({ environment })
  return async (url) => {
    try {
      const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS)
      const { status, body } = await client.send({ method: 'GET', url, headers: {}, signal })
      return status === 200 ? new TextDecoder().decode(body) : undefined
    } catch {
      return undefined
    }
  }
}
