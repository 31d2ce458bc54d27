import { readFileSync } from 'node:fs'
import type { Budget, Surroundings } from '../templates/engine.ts'
import { goTemplateEngine } from '../templates/go-template/go-template-engine.ts'
import { median } from './measure.ts'

// Prints the milliseconds of a render that parses the text each time, of one that does not, and the peak resident MiB. The counterpart of
// go/main.go, with the same arguments, rounds and checks.

const ROUNDS = 9
const RENDERS_A_ROUND = 500

const [template = '', dataFile = '', expectedFile = ''] = process.argv.slice(2)
const text = readFileSync(template, 'utf8')
const values = JSON.parse(readFileSync(dataFile, 'utf8')) as Readonly<Record<string, string>>
const data = new Map(Object.entries(values).map(([name, value]) => [name, new TextEncoder().encode(value)]))

const budget: Budget = {
  steps: 1_000_000,
  depth: 100,
  outputBytes: 1024 * 1024,
  wallTimeMs: 1_000,
  heavyCalls: 8,
  now: () => performance.now(),
}
const surroundings: Surroundings = {
  random: () => ({ bytes: (count) => new Uint8Array(count) }),
  now: () => Date.now(),
  localZone: 'UTC',
}

const compiled = goTemplateEngine.compile(text)
const { bytes } = compiled.render(data, budget, surroundings)
if (!readFileSync(expectedFile).equals(bytes)) throw new Error('the result is not what is expected')

const parseAndRender = medianOf(() => goTemplateEngine.compile(text).render(data, budget, surroundings))
const render = medianOf(() => compiled.render(data, budget, surroundings))
console.log(`${parseAndRender} ${render} ${process.resourceUsage().maxRSS / 1024}`)

function medianOf(work: () => unknown): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    for (let i = 0; i < RENDERS_A_ROUND; i++) work()
    return (performance.now() - start) / RENDERS_A_ROUND
  })
  return median(rounds)
}
