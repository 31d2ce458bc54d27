import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import { sayBegun } from '../../../plugin/daemon/say-begun.ts'

/** What a thread of the tests is to do: load for so long, then work for so long, say how many such questions it has had, and end after its answer. */
export interface OddQuestion {
  readonly loadMs?: number
  readonly workMs?: number
  readonly isCounted?: true
  readonly ends?: true
}

let count = 0

async function answer({ loadMs = 0, workMs = 0, isCounted, ends }: OddQuestion): Promise<void> {
  await sleep(loadMs)
  sayBegun()
  await sleep(workMs)
  parentPort?.postMessage({ done: true, ...(isCounted && { count: ++count }) })
  if (ends) setImmediate(() => process.exit(0))
}

parentPort?.on('message', (question: OddQuestion) => void answer(question))
