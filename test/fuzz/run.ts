import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { generatedTemplate } from './generated-template.ts'
import type { Report, Task } from './run-worker.ts'

const USAGE = 'usage: npm run fuzz -- [--seed NUMBER] [--count TEMPLATES]'

/** A template that is not done after this time hangs: its budget is far below it. */
const HANGS_AFTER_MS = 30_000

const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string' } } })
const seed = Number(values.seed ?? randomInt(2 ** 31))
const count = Number(values.count ?? 20_000)

if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 1) {
  console.error(USAGE)
  process.exit(2)
}

console.log(`seed ${seed}: ${count} templates, half of them Go's and half Handlebars; twice at once`)
const [first, second] = await Promise.all([tryAll('first'), tryAll('second')])

for (const { index, reason } of first.failures) console.log(`\ntemplate ${index}: ${shown(index)}\n${reason}`)
if (first.digest !== second.digest) console.log('the two runs of the seed differ')
const isGood = first.failures.length === 0 && first.digest === second.digest
const { slowest } = first
console.log(`slowest ${slowest.ms.toFixed(0)} ms (template ${slowest.index}); outcomes ${first.digest.slice(0, 16)}`)
console.log(isGood ? 'passed' : `failed: repeat it with --seed ${seed}`)
process.exitCode = isGood ? 0 : 1

/** One run over all templates in a thread of its own; a template that hangs ends the process. */
async function tryAll(which: string): Promise<Report> {
  const progress = new SharedArrayBuffer(4)
  const task: Task = { seed, count, progress }
  const worker = new Worker(new URL('./run-worker.ts', import.meta.url), { workerData: task })
  let seen = { index: -1, since: performance.now() }
  const watch = setInterval(() => {
    const index = Atomics.load(new Int32Array(progress), 0)
    if (index !== seen.index) seen = { index, since: performance.now() }
    if (performance.now() - seen.since < HANGS_AFTER_MS) return
    console.log(`${which} run: template ${index} of seed ${seed} hangs: ${shown(index)}`)
    process.exit(1)
  }, 1_000)
  const [report] = (await once(worker, 'message')) as [Report]
  clearInterval(watch)
  return report
}

function shown(index: number): string {
  const { language, text } = generatedTemplate(seed, index)
  return `${language} ${JSON.stringify(text)}`
}
