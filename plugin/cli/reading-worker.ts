import { parentPort } from 'node:worker_threads'
import { doReadingJob, type ReadingJob } from '../stream/reading-job.ts'

// The entry of the threads that read large documents for the daemon (`plugin/daemon/reading-pool.ts`).
parentPort?.on('message', (job: ReadingJob) => void doReadingJob(job).then((outcome) => parentPort?.postMessage(outcome)))
