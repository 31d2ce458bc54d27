import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { bundle, bundleProgram } from '../.ci/build.ts'
import { burstRow, fleetRow, forkedRow, forkedThroughputRow, stallRows } from './argocd.ts'
import { nativeRows } from './argocd-native.ts'
import { refreshRows } from './argocd-refresh.ts'
import { type BarRow, barTable } from './bar-row.ts'
import { COLD_PROVIDERS, coldRow } from './cold.ts'
import { CONTROLLER_SCALES, controllerRows } from './controller.ts'
import { foreignRow } from './foreign.ts'
import { type Row, table } from './row.ts'
import { SCALES, scaleName, scaleRow } from './scale.ts'
import { TEMPLATE_ROWS, templateRow } from './template.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' }, runs: { type: 'string' } } })
const runs = Number(values.runs ?? 5)
const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-'))
const main = path.resolve('dist/main.js')
const bare = path.join(folder, 'bare', 'main.js')

type Workload = () => Promise<Row | readonly (Row | BarRow)[] | undefined>

const workloads: ReadonlyMap<string, Workload> = new Map<string, Workload>([
  ...COLD_PROVIDERS.map((provider) => [`cold-${provider}`, () => coldRow(provider, main, bare, folder, runs)] as const),
  ...SCALES.map((scale) => [scaleName(scale), () => scaleRow(scale, main, folder, runs)] as const),
  ['foreign-10-mib', () => foreignRow(main, folder, runs)] as const,
  ...TEMPLATE_ROWS.map((name) => [name, () => templateRow(name, runs)] as const),
  ['argocd-forked', () => forkedRow(main, folder, runs)] as const,
  ['argocd-forked-throughput', () => forkedThroughputRow(main, folder)] as const,
  ['argocd-burst', () => burstRow(main, folder)] as const,
  ['argocd-fleet', () => fleetRow(main, folder)] as const,
  ['argocd-stall', () => stallRows(main, folder)] as const,
  ['argocd-native', () => nativeRows(main, folder, runs)] as const,
  ['argocd-refresh', () => refreshRows(path.join(folder, 'argocd'), runs)] as const,
  ...Object.keys(CONTROLLER_SCALES).map((name) => [name, () => controllerRows(main, folder, name)] as const),
])

/** Needs the servers of the e2e suite, which are built for a quarter of an hour at first: runs where it is asked for. */
const ON_REQUEST = new Set(['argocd-refresh', ...Object.keys(CONTROLLER_SCALES)])

const wanted = values.only?.split(',').flatMap(named) ?? [...workloads.keys()].filter((name) => !ON_REQUEST.has(name))
const unknown = wanted.find((name) => !workloads.has(name))
if (unknown !== undefined) {
  console.error(`unknown workload ${unknown}; known are ${[...workloads.keys()].join(', ')}`)
  process.exit(2)
}

try {
  await bundleProgram('dist')
  await bundle(['bench/bare/main.ts'], path.join(folder, 'bare'))
  const rows: (Row | BarRow)[] = []
  for (const name of wanted) {
    console.error(`${name} …`)
    rows.push(...[(await workloads.get(name)?.()) ?? []].flat())
  }
  console.log(values.json ? JSON.stringify(rows, undefined, 2) : tables(rows))
} finally {
  await rm(folder, { recursive: true, force: true })
}

function tables(rows: readonly (Row | BarRow)[]): string {
  const [times, bars] = [rows.filter((row) => 'wallMs' in row), rows.filter((row) => 'measured' in row)]
  return [...(times.length > 0 ? [table(times)] : []), ...(bars.length > 0 ? [barTable(bars)] : [])].join('\n\n')
}

/** `argocd` picks all that begin with `argocd-`. */
function named(name: string): readonly string[] {
  if (workloads.has(name)) return [name]
  const those = [...workloads.keys()].filter((known) => known.startsWith(`${name}-`))
  return those.length > 0 ? those : [name]
}
