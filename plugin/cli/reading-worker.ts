import { parentPort } from 'node:worker_threads'
import { sayBegun } from '../daemon/say-begun.ts'
import { doReadingJob, type ReadingJob } from '../stream/reading-job.ts'

// The entry of the threads that read large documents for the daemon (`plugin/daemon/reading-pool.ts`).
async function answer(job: ReadingJob): Promise<void> {
  sayBegun()
  parentPort?.postMessage(await doReadingJob(job))
}

parentPort?.on('message', (job: ReadingJob) => void answer(job))
