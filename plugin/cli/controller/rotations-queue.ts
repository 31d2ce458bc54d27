import * as own from '../../config/rotations-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { TokenBucket } from '../../controller/applications/token-bucket.ts'
import { followQueue } from '../../controller/rotations/follow-queue.ts'
import type { RotationIntake } from '../../controller/rotations/rotation-intake.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { systemRandom } from '../../model/random.ts'
import type { RotationMetrics } from '../../observability/rotation-metrics.ts'
import { openAwsQueue } from '../../providers/aws/queue.ts'

export interface RotationsQueue {
  /** Gives `intake` what the queue has, until `signal` is aborted. */
  readonly follow: (intake: RotationIntake, signal: AbortSignal) => Promise<void>
  readonly close: () => void
}

export const EVENTS_PER_SECOND = 20
export const EVENTS_AT_ONCE = 200

/** The queue of `--rotations-queue`; nothing to follow without it. Throws SecretError for what can be no queue. */
export async function openRotationsQueue(
  sources: OptionSources,
  metrics: RotationMetrics,
  logger: Logger,
): Promise<RotationsQueue> {
  const url = setting(own.rotationsQueue, sources)
  if (url === '') return { follow: async () => undefined, close: () => undefined }
  const region = setting(own.rotationsQueueRegion, sources)
  const queue = await openAwsQueue({ url, region: region === '' ? undefined : region, environment: sources.environment })
  const onEvent = (outcome: string): void => metrics.event('sqs', outcome)
  const onCall = (outcome: 'ok' | 'failed'): void => metrics.queueRead(outcome)
  const bucket = new TokenBucket(EVENTS_PER_SECOND, EVENTS_AT_ONCE, systemClock)
  const tools = { queue, bucket, clock: systemClock, random: systemRandom, logger, onEvent, onCall }
  return { follow: (intake, signal) => followQueue({ ...tools, intake }, signal), close: () => queue.close() }
}
