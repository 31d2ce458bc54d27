import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../model/clock.ts'
import { BEGUN } from './say-begun.ts'

export interface ThreadPoolTools {
  /** The module of the thread: it answers each message by one of its own, after {@link sayBegun}. */
  readonly entry: URL
  /** Threads at most; each is made when it is needed first. */
  readonly size: number
  readonly clock: Pick<Clock, 'sleep'>
}

/** What came of a question: its answer, or why there is none. */
export type Answered<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  /** `died`: mostly of more memory than a thread may have. */
  | { readonly ok: false; readonly why: 'aborted' | 'tooLong' | 'died' }

/**
 * Threads that answer questions, each one at a time. One that does not answer in time, or dies, or works on what nobody waits for any more, is replaced,
 * and its question alone fails. One that still loads is kept, or none would ever be loaded on a machine that is slower at it than renders may take.
 */
export interface ThreadPool<Question, Answer> {
  /** `limitMs` counts from when a thread has loaded what it needs for it. Never throws. */
  ask(question: Question, limitMs: number, signal: AbortSignal): Promise<Answered<Answer>>
  close(): Promise<void>
}

const MEMORY_MB = 256
/** What a thread may take to start and to load its modules: far more than on any machine that still gets something done. */
const LOAD_MS = 60_000

interface Waiting<Question, Answer> {
  readonly question: Question
  readonly limitMs: number
  readonly signal: AbortSignal
  readonly resolve: (answered: Answered<Answer>) => void
}

export function threadPool<Question, Answer>(tools: ThreadPoolTools): ThreadPool<Question, Answer> {
  const idle: Worker[] = []
  const waiting: Waiting<Question, Answer>[] = []
  const all = new Set<Worker>()
  let busy = 0

  function next(): void {
    while (busy < tools.size) {
      const asked = waiting.shift()
      if (!asked) return
      if (asked.signal.aborted) asked.resolve({ ok: false, why: 'aborted' })
      else void run(asked)
    }
  }

  async function run(asked: Waiting<Question, Answer>): Promise<void> {
    busy++
    const worker = idle.pop() ?? makeWorker()
    const answered = await answerOf(worker, asked, tools.clock)
    if (answered.ok && all.has(worker)) idle.push(worker)
    else {
      all.delete(worker)
      void worker.terminate()
    }
    busy--
    asked.resolve(answered)
    next()
  }

  function makeWorker(): Worker {
    const worker = new Worker(tools.entry, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB }, env: {}, stdin: false })
    worker.unref()
    // What it dies of is told to whoever has asked it; of a thread that is given up it is nobody's.
    worker.on('error', () => undefined)
    worker.once('exit', () => forget(worker))
    all.add(worker)
    return worker
  }

  function forget(worker: Worker): void {
    all.delete(worker)
    const at = idle.indexOf(worker)
    if (at >= 0) idle.splice(at, 1)
  }

  return {
    ask(question, limitMs, signal) {
      const { promise, resolve } = Promise.withResolvers<Answered<Answer>>()
      waiting.push({ question, limitMs, signal, resolve })
      next()
      return promise
    },
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }
}

/** Why there is none is for the thread; whoever asked may have been told before. */
async function answerOf<Question, Answer>(
  worker: Worker,
  { question, limitMs, signal, resolve: tellAsker }: Waiting<Question, Answer>,
  clock: Pick<Clock, 'sleep'>,
): Promise<Answered<Answer>> {
  const { promise, resolve } = Promise.withResolvers<Answered<Answer>>()
  const tooLong = (): void => resolve({ ok: false, why: 'tooLong' })
  let hasBegun = false
  let limit = limited(LOAD_MS, clock, tooLong)
  const onMessage = (said: Answer | typeof BEGUN): void => {
    if (said !== BEGUN) return resolve({ ok: true, answer: said })
    hasBegun = true
    limit.abort()
    limit = limited(limitMs, clock, tooLong)
  }
  const onDeath = (): void => resolve({ ok: false, why: 'died' })
  const onAbort = (): void => (hasBegun ? resolve : tellAsker)({ ok: false, why: 'aborted' })
  worker.on('message', onMessage).once('error', onDeath).once('exit', onDeath)
  signal.addEventListener('abort', onAbort, { once: true })
  worker.postMessage(question)
  try {
    return await promise
  } finally {
    limit.abort()
    signal.removeEventListener('abort', onAbort)
    worker.off('message', onMessage).off('error', onDeath).off('exit', onDeath)
  }
}

/** Calls `onOver` when the time is over, unless what it gives is aborted before. */
function limited(ms: number, clock: Pick<Clock, 'sleep'>, onOver: () => void): AbortController {
  const ending = new AbortController()
  const wait = async (): Promise<void> => {
    await clock.sleep(ms, ending.signal)
    // This thread may have stood still meanwhile, and what came in time be waiting behind the timer.
    await setImmediate()
    if (!ending.signal.aborted) onOver()
  }
  wait().catch(() => undefined)
  return ending
}
