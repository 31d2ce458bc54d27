import '../../api/jitless.ts'
import * as z from 'zod'
import type { Clock } from '../../model/clock.ts'
import { failureFields } from '../../model/failure-fields.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import type { TokenBucket } from '../applications/token-bucket.ts'
import { idOfEvent } from './event-id.ts'
import { jsonObject, rotationsIn } from './rotation.ts'
import type { RotationIntake } from './rotation-intake.ts'

/** Where events wait until somebody has taken them. Every call rejects with SecretError. */
export interface EventQueue {
  /** Resolves with what is there, soon after something is, and after some seconds with nothing. What is not removed comes again. */
  receive(signal: AbortSignal): Promise<readonly QueuedEvent[]>
  remove(receipts: readonly string[], signal: AbortSignal): Promise<void>
}

export interface QueuedEvent {
  readonly receipt: string
  readonly body: string
}

export interface FollowQueueTools {
  readonly queue: EventQueue
  readonly intake: RotationIntake
  /** The pace at which events are taken. */
  readonly bucket: TokenBucket
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
  readonly logger: Logger
  readonly onEvent: (outcome: 'taken' | 'not-understood') => void
  /** `failed`: the queue could not be read, or what it gave could not be taken. */
  readonly onCall: (outcome: 'ok' | 'failed') => void
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000
/** For the last removal, also when it is to stop: what was taken is not to come again. */
const REMOVE_MS = 5_000

/**
 * Takes events from a queue until `signal` is aborted. An event is removed once it was taken; what cannot be read is left where it is, so that it
 * ends where the queue's own redrive policy puts it. After a failure it waits for twice as long each time, up to a minute.
 */
export async function followQueue(tools: FollowQueueTools, signal: AbortSignal): Promise<void> {
  const { clock, random, logger, onCall } = tools
  for (let failures = 0; !signal.aborted; ) {
    try {
      await takeBatch(tools, signal)
      failures = 0
      onCall('ok')
    } catch (thrown) {
      if (signal.aborted) return
      onCall('failed')
      if (failures === 0) logger.warn('events of the queue of rotations cannot be taken', failureFields(thrown))
      const longestMs = Math.min(FIRST_RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS)
      await clock.sleep(longestMs * (1 - random.fraction() / 2), signal).catch(() => undefined)
    }
  }
}

async function takeBatch(tools: FollowQueueTools, signal: AbortSignal): Promise<void> {
  const { queue, logger, onEvent } = tools
  const taken: string[] = []
  const failures: unknown[] = []
  const takings: Promise<unknown>[] = []
  try {
    for (const { receipt, body } of await queue.receive(signal)) {
      const event = eventOf(body)
      if (event) {
        await paced(tools, signal)
        takings.push(
          take(event, tools).then(
            () => taken.push(receipt),
            (thrown: unknown) => failures.push(thrown),
          ),
        )
      } else {
        logger.warn('a message of the queue of rotations is no event, and is left there')
        onEvent('not-understood')
      }
    }
  } finally {
    await Promise.all(takings)
    if (taken.length > 0) await queue.remove(taken, AbortSignal.timeout(REMOVE_MS))
  }
  if (failures.length > 0) throw failures[0]
}

/** Of those that come together one need not wait for another; one that came before is as good as taken. */
async function take(event: object, { intake, onEvent }: FollowQueueTools): Promise<void> {
  const rotations = rotationsIn(event)
  if (rotations.length > 0) await intake.take(rotations, idOfEvent(event))
  onEvent('taken')
}

/** Rejects when it is to stop. */
async function paced({ bucket, clock }: FollowQueueTools, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  for (let waitMs = bucket.take(); waitMs > 0; waitMs = bucket.take()) await clock.sleep(waitMs, signal)
}

const notification = z.object({ Type: z.literal('Notification'), Message: z.string() })

/** As EventBridge puts it there, or within what SNS makes of it (SNS, message format of a subscription of SQS). */
function eventOf(body: string): object | undefined {
  const event = jsonObject(body)
  const wrapped = notification.safeParse(event).data
  return wrapped ? jsonObject(wrapped.Message) : event
}
