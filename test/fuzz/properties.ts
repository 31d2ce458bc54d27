import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const USAGE = `usage: npm run test:properties -- [--seed NUMBER] [--times N] [--rounds N] [FILE...]

Runs the files that hold properties with seeds that no run had before, each property N times as often as \`npm test\` does.
A failure prints its seed: repeat it with --seed, then keep the case as a test of its own.`

const options = {
  seed: { type: 'string', default: 'new' },
  times: { type: 'string', default: '10' },
  rounds: { type: 'string', default: '1' },
  help: { type: 'boolean', short: 'h', default: false },
} as const
const { values, positionals } = parseArgs({ options, allowPositionals: true })

if (values.help) console.log(USAGE)
else process.exitCode = await explore()

/** The exit code of the first round that fails, or 0. */
async function explore(): Promise<number> {
  const files = positionals.length > 0 ? positionals : globSync('test/**/*.test.ts').filter(holdsProperties)
  for (let round = 0; round < Number(values.rounds); round++) {
    const args = ['--import', './test/support/property-runs.ts', '--test', '--test-reporter=dot', ...files]
    const env = { ...process.env, PROPERTY_SEED: values.seed, PROPERTY_TIMES: values.times }
    const [code] = (await once(spawn(process.execPath, args, { stdio: 'inherit', env }), 'exit')) as [number | null]
    if (code !== 0) return code ?? 1
  }
  return 0
}

function holdsProperties(file: string): boolean {
  return /fast-check|propertySeed/.test(readFileSync(file, 'utf8'))
}
