import { play } from './play.ts'

/** `play-process.ts SEED [COUNT [BATCHES]]` plays so many seeds and prints what was wrong, with everything that happened before it. */
const [seed = '1', count = '1', batches = '3'] = process.argv.slice(2)
const failed: object[] = []
for (let number = Number(seed); number < Number(seed) + Number(count); number++) {
  const { problems, story } = await play(number, Number(batches))
  if (problems.length > 0) failed.push({ seed: number, problems, story })
}
process.stdout.write(`${JSON.stringify(failed, undefined, 1)}\n`, () => process.exit())
