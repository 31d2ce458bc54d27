import { parentPort } from 'node:worker_threads'

/** What a thread of a {@link threadPool} says before it works on a question. */
export const BEGUN = 'begun'

/**
 * Says that the thread has loaded what it needs for the question, which may take long on a busy machine: the limit of the question counts from then on.
 */
export function sayBegun(): void {
  parentPort?.postMessage(BEGUN)
}
