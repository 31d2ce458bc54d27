import os from 'node:os'
import { type ReadingPool, readingPool } from '../../daemon/reading-pool.ts'
import { type TemplatePool, templatePool } from '../../daemon/template-pool.ts'
import { systemClock } from '../../model/clock.ts'

/** For templates that take long, and as many for large documents; the rest of the daemon is one thread. */
const THREADS = Math.max(1, Math.min(4, os.availableParallelism() - 1))

export interface DaemonThreads {
  readonly templates: TemplatePool
  readonly documents: ReadingPool
  close(): Promise<void>
}

/** Each is started when it is needed first. */
export function daemonThreads(): DaemonThreads {
  const tools = { size: THREADS, clock: systemClock }
  const templates = templatePool({ ...tools, entry: threadEntry('template-worker') })
  const documents = readingPool({ ...tools, entry: threadEntry('reading-worker') })
  return {
    templates,
    documents,
    async close() {
      await Promise.all([templates.close(), documents.close()])
    },
  }
}

/** In the bundle each is a file of its own, which knows nothing of chunks (`.ci/build.ts`). */
function threadEntry(name: string): URL {
  return new URL(import.meta.url.endsWith('.ts') ? `../${name}.ts` : `../cli/${name}.js`, import.meta.url)
}
