import type { ExpandAnswer, ExpandRequest } from '../argocd/wire/expand-exchange.ts'
import { asSecretError } from '../model/secret-error.ts'
import { refusal } from './expand-service.ts'
import { QueueFull, type RenderQueue } from './render-queue.ts'

/** What answers a request; never throws. */
export type Expand = (request: ExpandRequest, signal: AbortSignal) => Promise<ExpandAnswer>

/** An answer, and whether it is only that there was no room for the request. */
export interface QueuedAnswer {
  readonly answer: ExpandAnswer
  readonly isFull: boolean
}

export interface QueuedExpandTools {
  readonly expand: Expand
  readonly queue: RenderQueue
  /** Aborted when what is under way has to end. */
  readonly stopping: AbortSignal
  /** Told of a request that found the queue full. */
  readonly onTurnedAway: () => void
}

/** `expand` in the queue's turn, whoever asks. Never throws. */
export function queuedExpand({
  expand,
  queue,
  stopping,
  onTurnedAway,
}: QueuedExpandTools): (request: ExpandRequest, signal: AbortSignal) => Promise<QueuedAnswer> {
  return async (request, signal) => {
    const limit = request.timeoutMs === undefined ? [] : [AbortSignal.timeout(request.timeoutMs)]
    const ends = AbortSignal.any([signal, stopping, ...limit])
    const bytes = request.files.reduce((sum, file) => sum + file.bytes.byteLength, 0)
    try {
      return { answer: await queue.run(bytes, ends, () => expand(request, ends)), isFull: false }
    } catch (thrown) {
      const error = asSecretError(thrown)
      const isFull = error instanceof QueueFull
      if (isFull) onTurnedAway()
      return { answer: refusal([error]), isFull }
    }
  }
}
