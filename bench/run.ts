import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { bundle, bundleProgram } from '../.ci/build.ts'
import { burstRow, fleetRow, forkedRow, forkedThroughputRow, stallRows } from './argocd.ts'
import { nativeRows } from './argocd-native.ts'
import { refreshRows } from './argocd-refresh.ts'
import { type BarRow, barTable } from './bar-row.ts'
import { type BenchWords, readBenchWords } from './bench-words.ts'
import { COLD_PROVIDERS, coldRow } from './cold.ts'
import { CONTROLLER_SCALES, controllerRows } from './controller.ts'
import { foreignRow } from './foreign.ts'
import { type Row, table } from './row.ts'
import { SCALES, scaleName, scaleRow } from './scale.ts'
import { TEMPLATE_ROWS, templateRow } from './template.ts'

/** Where a workload finds the built program, and how often it runs it. */
interface Bench {
  readonly main: string
  readonly bare: string
  readonly folder: string
  readonly runs: number
}

type Workload = (bench: Bench) => Promise<Row | readonly (Row | BarRow)[] | undefined>

const workloads: ReadonlyMap<string, Workload> = new Map<string, Workload>([
  ...COLD_PROVIDERS.map((provider): [string, Workload] => [
    `cold-${provider}`,
    ({ main, bare, folder, runs }) => coldRow(provider, main, bare, folder, runs),
  ]),
  ...SCALES.map((scale): [string, Workload] => [
    scaleName(scale),
    ({ main, folder, runs }) => scaleRow(scale, main, folder, runs),
  ]),
  ['foreign-10-mib', ({ main, folder, runs }) => foreignRow(main, folder, runs)],
  ...TEMPLATE_ROWS.map((name): [string, Workload] => [name, ({ runs }) => templateRow(name, runs)]),
  ['argocd-forked', ({ main, folder, runs }) => forkedRow(main, folder, runs)],
  ['argocd-forked-throughput', ({ main, folder }) => forkedThroughputRow(main, folder)],
  ['argocd-burst', ({ main, folder }) => burstRow(main, folder)],
  ['argocd-fleet', ({ main, folder }) => fleetRow(main, folder)],
  ['argocd-stall', ({ main, folder }) => stallRows(main, folder)],
  ['argocd-native', ({ main, folder, runs }) => nativeRows(main, folder, runs)],
  ['argocd-refresh', ({ folder, runs }) => refreshRows(path.join(folder, 'argocd'), runs)],
  ...Object.keys(CONTROLLER_SCALES).map((name): [string, Workload] => [
    name,
    ({ main, folder }) => controllerRows(main, folder, name),
  ]),
])

const words = readBenchWords(process.argv.slice(2), {
  all: [...workloads.keys()],
  onRequest: new Set(['argocd-refresh', ...Object.keys(CONTROLLER_SCALES)]),
})
if (words.kind === 'run') await run(words)
else if (words.kind === 'help') process.stdout.write(words.text)
else {
  console.error(`error: ${words.text}`)
  process.exitCode = 2
}

async function run({ workloads: wanted, runs, json }: Extract<BenchWords, { kind: 'run' }>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-'))
  const bench = { main: path.resolve('dist/main.js'), bare: path.join(folder, 'bare', 'main.js'), folder, runs }
  try {
    await bundleProgram('dist')
    await bundle(['bench/bare/main.ts'], path.join(folder, 'bare'))
    const rows: (Row | BarRow)[] = []
    for (const name of wanted) {
      console.error(`${name} …`)
      rows.push(...[(await workloads.get(name)?.(bench)) ?? []].flat())
    }
    console.log(json ? JSON.stringify(rows, undefined, 2) : tables(rows))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function tables(rows: readonly (Row | BarRow)[]): string {
  const [times, bars] = [rows.filter((row) => 'wallMs' in row), rows.filter((row) => 'measured' in row)]
  return [...(times.length > 0 ? [table(times)] : []), ...(bars.length > 0 ? [barTable(bars)] : [])].join('\n\n')
}
