import { SecretError } from '../model/secret-error.ts'
import { createTurns } from '../model/turns.ts'
import { type DocumentReading, directReading } from '../stream/document-reading.ts'
import type { ManifestDocument, ManifestObject, ReadResult } from '../stream/manifest-document.ts'
import { mayRepeat } from '../stream/may-repeat.ts'
import { objectsOf, plainProblem, problemOf, type ReadingJob, type ReadingOutcome } from '../stream/reading-job.ts'
import { type Answered, type ThreadPoolTools, threadPool } from './thread-pool.ts'

export interface ReadingPool {
  /** For one render, which `signal` ends. */
  reading(signal: AbortSignal): DocumentReading
  close(): Promise<void>
}

/** Characters. Parsing YAML of that size takes some five milliseconds. */
const LARGE = 64 * 1024
/** The reading limits (`stream/reading-limits.ts`) end a job long before. */
const LIMIT_MS = 20_000

/** Threads that read large documents, and small ones that may stand for much; all others are read in the thread that asks. */
export function readingPool(tools: ThreadPoolTools): ReadingPool {
  const threads = threadPool<ReadingJob, ReadingOutcome>(tools)

  async function done(job: ReadingJob, signal: AbortSignal): Promise<ReadingOutcome> {
    const answered = await threads.ask(job, LIMIT_MS, signal)
    return answered.ok ? answered.answer : { problems: [plainProblem(failure(answered.why, job.document))] }
  }

  return {
    reading: (signal) => ({
      objects(document, wanted) {
        if (!isLong(document)) return directReading.objects(document, wanted)
        return done({ document, work: 'objects', wanted }, signal).then((outcome) => takenIn(outcome, document))
      },
      line(document) {
        if (!isLong(document)) return directReading.line(document)
        return done({ document, work: 'line' }, signal).then(({ line, problems }) => given(line, problems))
      },
      list(document) {
        if (!isLong(document)) return directReading.list(document)
        return done({ document, work: 'list' }, signal).then(({ list, problems }) => given(list, problems))
      },
      lines(document, paths) {
        if (!isLong(document)) return directReading.lines(document, paths)
        return done({ document, work: 'lines', paths }, signal).then(({ lines }) => lines ?? paths.map(() => document.line))
      },
      async explain(document, problem) {
        const { problems } = await done({ document, work: 'explain', problem: plainProblem(problem) }, signal)
        return problems[0] ? problemOf(problems[0]) : problem
      },
    }),
    close: () => threads.close(),
  }
}

function isLong({ source }: ManifestDocument): boolean {
  return source.length > LARGE || mayRepeat(source)
}

/** The objects part by part, with turns between them. */
async function takenIn({ parts = [], warnings = [], problems }: ReadingOutcome, document: ManifestDocument): Promise<ReadResult> {
  const turns = createTurns()
  const objects: ManifestObject[] = []
  for (const part of parts) {
    for (const object of objectsOf(part, document)) objects.push(object)
    const turn = turns.take()
    if (turn) await turn
  }
  return { objects, warnings, problems: problems.map(problemOf) }
}

function given<Wanted>(wanted: Wanted | undefined, problems: ReadingOutcome['problems']): Wanted {
  if (wanted !== undefined) return wanted
  throw problems[0] ? problemOf(problems[0]) : new SecretError('Bug', 'a document that was read in a thread gave nothing')
}

function failure(why: Extract<Answered<unknown>, { ok: false }>['why'], { file, line }: ManifestDocument): SecretError {
  const place = { file, line }
  const remedy = 'split it into several documents'
  if (why === 'aborted')
    return new SecretError('Deadline', 'the time of the render was over while this document was read', { place, remedy })
  return new SecretError(
    'InvalidSpec',
    why === 'died' ? 'the document needs more memory than it may have' : 'the document takes too long to read',
    {
      place,
      remedy,
    },
  )
}
