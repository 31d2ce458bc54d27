import { parentPort } from 'node:worker_threads'
import { cachedEngine } from '../../templates/cached-engine.ts'
import type { TemplateEngine } from '../../templates/engine.ts'
import type { TemplateEngineName } from '../api/annotations.ts'
import { sayBegun } from '../daemon/say-begun.ts'
import { renderTemplateJob } from '../expansion/render-template-job.ts'
import type { TemplateJob } from '../expansion/template-runs.ts'
import { templateBudget, templateEngine, templateSurroundings } from './template-tools.ts'

// The entry of the threads that render long templates for the daemon (`plugin/daemon/template-pool.ts`).
const engines = new Map<TemplateEngineName, TemplateEngine>()

async function answer(job: TemplateJob): Promise<void> {
  const engine = engines.get(job.language) ?? cachedEngine(await templateEngine(job.language))
  engines.set(job.language, engine)
  sayBegun()
  parentPort?.postMessage(renderTemplateJob(job, { engine, budget: templateBudget, surroundings: templateSurroundings }))
}

parentPort?.on('message', (job: TemplateJob) => void answer(job))
