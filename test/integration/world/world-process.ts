import { simulateWorld, type WorldReport } from './simulate-world.ts'
import { withoutNeed } from './without-need.ts'

/**
 * `world-process.ts SEED [BATCHES [COUNT]]` prints the reports of worlds with problems, COUNT seeds from SEED on; each with as few operations as show
 * its problem where `--shrink` stands before.
 */
const [first = '', batches = '6', count = '1'] = process.argv.slice(2).filter((argument) => argument !== '--shrink')
const shrinks = process.argv.includes('--shrink')
const reports: (WorldReport & { readonly seed: string })[] = []
for (let number = 0; number < Number(count); number++) {
  const seed = String(Number(first) + number)
  const options = { seed, batches: Number(batches) }
  const report = await simulateWorld(options)
  if (report.problems.length > 0) reports.push({ seed, ...(shrinks ? await withoutNeed(options, report) : report) })
}
process.stdout.write(`${JSON.stringify(reports, undefined, 1)}\n`, () => process.exit())
