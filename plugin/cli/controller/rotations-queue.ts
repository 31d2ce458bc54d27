import * as own from '../../config/rotations-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { TokenBucket } from '../../controller/applications/token-bucket.ts'
import { followQueue } from '../../controller/rotations/follow-queue.ts'
import type { RotationTarget } from '../../controller/rotations/take-event.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { systemRandom } from '../../model/random.ts'
import type { RotationMetrics } from '../../observability/rotation-metrics.ts'
import { openAwsQueue } from '../../providers/aws/queue.ts'

/** Tells whoever leads what the queue has, until `signal` is aborted. */
export type FollowRotations = (target: RotationTarget, signal: AbortSignal) => Promise<void>

export interface RotationsQueues {
  /** Tells whoever leads what the queue at this place has. */
  readonly follow: (place: number, ...args: Parameters<FollowRotations>) => Promise<void>
  readonly close: () => void
}

export const EVENTS_PER_SECOND = 20
export const EVENTS_AT_ONCE = 200

/**
 * The queues of `--rotations-queue`, one for each who may lead; nothing to follow without it. Throws UsageError for another number of them, SecretError
 * for what can be no queue.
 */
export async function openRotationsQueues(
  sources: OptionSources,
  count: number,
  metrics: RotationMetrics,
  logger: Logger,
): Promise<RotationsQueues> {
  const urls = setting(own.rotationsQueue, sources)
    .split(',')
    .filter((url) => url !== '')
  if (urls.length === 0) return { follow: async () => undefined, close: () => undefined }
  if (urls.length !== count)
    throw new UsageError(`--rotations-queue names ${urls.length} queues`, `give ${count}, separated by commas: one a shard`)
  const region = setting(own.rotationsQueueRegion, sources)
  const known = { region: region === '' ? undefined : region, environment: sources.environment }
  const queues = await Promise.all(urls.map((url) => openAwsQueue({ ...known, url })))
  const onEvent = (outcome: string): void => metrics.event('sqs', outcome)
  const onCall = (outcome: 'ok' | 'failed'): void => metrics.queueRead(outcome)
  const bucket = new TokenBucket(EVENTS_PER_SECOND, EVENTS_AT_ONCE, systemClock)
  const tools = { bucket, clock: systemClock, random: systemRandom, logger, onEvent, onCall }
  return {
    async follow(place, target, signal) {
      const queue = queues[place]
      if (queue) await followQueue({ ...tools, queue, target }, signal)
    },
    close() {
      for (const queue of queues) queue.close()
    },
  }
}
