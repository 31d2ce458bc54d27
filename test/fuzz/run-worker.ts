import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { generatedTemplate } from './generated-template.ts'
import { assertPrototypesAre, readPrototypes } from './prototypes.ts'
import { tryTemplate } from './template-trial.ts'

/** What a worker is started with. */
export interface Task {
  readonly seed: number
  readonly count: number
  /** One 32-bit number: the index of the template that is tried now. */
  readonly progress: SharedArrayBuffer
}

/** What a worker tells at its end. */
export interface Report {
  /** Of all outcomes, in order. */
  readonly digest: string
  readonly failures: readonly { readonly index: number; readonly reason: string }[]
  readonly slowest: { readonly index: number; readonly ms: number }
}

const MOST_FAILURES = 20

function run({ seed, count, progress }: Task): Report {
  const at = new Int32Array(progress)
  const digest = createHash('sha256')
  const failures: { index: number; reason: string }[] = []
  let slowest = { index: 0, ms: 0 }
  const prototypes = readPrototypes()
  for (let index = 0; index < count && failures.length < MOST_FAILURES; index++) {
    Atomics.store(at, 0, index)
    const { language, text } = generatedTemplate(seed, index)
    const start = performance.now()
    try {
      digest.update(tryTemplate(language, text))
      assertPrototypesAre(prototypes)
    } catch (thrown) {
      failures.push({ index, reason: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) })
    }
    const ms = performance.now() - start
    if (ms > slowest.ms) slowest = { index, ms }
  }
  return { digest: digest.digest('hex'), failures, slowest }
}

parentPort?.postMessage(run(workerData as Task))
