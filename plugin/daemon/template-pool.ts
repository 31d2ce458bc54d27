import type { LongTemplates, TemplateJob, TemplateOutcome } from '../expansion/template-runs.ts'
import { type Answered, type ThreadPoolTools, threadPool } from './thread-pool.ts'

export interface TemplatePool extends LongTemplates {
  close(): Promise<void>
}

/** Far more than almost every template costs; what costs more is worth the way to another thread. */
const QUICK = { steps: 30_000, heavyCalls: 0, wallTimeMs: 20 }
/** What a thread may take beyond the budget of its template, which ends itself except inside one long call. */
const GRACE_MS = 3_000

/** Threads that render templates; the module of the thread answers a {@link TemplateJob} by its {@link TemplateOutcome}. */
export function templatePool(tools: ThreadPoolTools): TemplatePool {
  const threads = threadPool<TemplateJob, TemplateOutcome>(tools)
  return {
    quick: QUICK,
    async render(job, signal) {
      const answered = await threads.ask(job, job.wallTimeMs + GRACE_MS, signal)
      return answered.ok ? answered.answer : failed(WHY[answered.why])
    },
    close: () => threads.close(),
  }
}

const WHY: Readonly<Record<Extract<Answered<unknown>, { ok: false }>['why'], string>> = {
  aborted: 'the template was still being rendered when the time of the whole render was over',
  tooLong: 'the template takes longer than it may',
  died: 'the template needs more memory than it may have',
}

function failed(message: string): TemplateOutcome {
  return {
    ok: false,
    random: [],
    failure: { line: 1, column: 1, functionName: undefined, safe: true, prefix: undefined, redacted: message, remedy: undefined },
  }
}
