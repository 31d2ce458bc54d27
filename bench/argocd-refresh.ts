import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundleProgram } from '../.ci/build.ts'
import { argoPrograms } from '../test/e2e/argocd/argo-programs.ts'
import {
  type BenchPlugin,
  COPYING,
  FORKED,
  NATIVE,
  startCopying,
  startForked,
  startVaultPlugin,
  VAULT_PLUGIN,
} from './argocd-plugins.ts'
import { type BenchWorld, startBenchWorld } from './argocd-world.ts'
import { type BenchDaemon, startBenchDaemon } from './bench-daemon.ts'
import { median } from './measure.ts'
import type { Row } from './row.ts'
import { type CountingServer, startVaultServer } from './servers.ts'

/** As when a secret was rotated that all of a cluster's applications use: one store, ten keys, ten objects and twenty references in each. */
const APPLICATIONS = 61

/** How long values serve: longer than a refresh of all on a slow machine, so that it reads each key once. */
const CACHE_TTL_MS = 30_000
/** After so long each refresh reads anew. */
const FORGOTTEN_MS = CACHE_TTL_MS + 1_000

/** Applications hard-refreshed at once in the real Argo CD, by our plugin in both ways, by one that copies, and by argocd-vault-plugin where AVP_BIN names it. */
export async function refreshRows(folder: string, runs: number): Promise<readonly Row[]> {
  await argoPrograms()
  const vault = await startVaultServer()
  const world = await startBenchWorld(folder).catch(async (thrown: unknown) => {
    await vault.close()
    throw thrown
  })
  const stops: (() => Promise<unknown>)[] = [() => world.stop(), () => vault.close()]
  try {
    const program = await buildProgram(world)
    const ours = async (name: string, plugins: string): Promise<BenchDaemon> => {
      const daemon = await startOurs(world, program, { name, plugins, vault: vault.url })
      stops.unshift(() => daemon.stop())
      return daemon
    }
    // Each way has a daemon of its own, with values of its own.
    const native = await ours('native', world.plugins)
    const forked = await ours('forked', path.join(world.place.folder, 'forked/plugins'))
    const others = await startOthers(world, vault, forked)
    stops.unshift(...others.sidecars.map((sidecar) => () => sidecar.stop()))
    const measured = await measureAll(world, vault, [NATIVE, FORKED, ...others.plugins], runs)
    return rowsOf(measured, { native: await native.stop(), forked: await forked.stop() })
  } finally {
    for (const stop of stops) await stop()
  }
}

/** Gives the path of `main.js`; the client lies beside it. */
async function buildProgram({ place }: BenchWorld): Promise<string> {
  const program = path.join(place.folder, 'program')
  await bundleProgram(program)
  await writeFile(path.join(program, 'package.json'), '{"type":"module"}')
  return path.join(program, 'main.js')
}

interface DaemonPlaces {
  readonly name: string
  readonly plugins: string
  readonly vault: string
}

async function startOurs({ place }: BenchWorld, main: string, { name, plugins, vault }: DaemonPlaces): Promise<BenchDaemon> {
  const environment = { ARGOCD_EXTERNAL_SECRETS_CACHE_TTL: String(CACHE_TTL_MS) }
  return await startBenchDaemon({ main, folder: path.join(place.folder, name), vault, plugins, environment })
}

interface Others {
  readonly plugins: readonly BenchPlugin[]
  readonly sidecars: readonly { stop(): Promise<void> }[]
}

/** Every argocd-cmp-server, that of our own client among them. */
async function startOthers({ place, plugins }: BenchWorld, vault: CountingServer, forked: BenchDaemon): Promise<Others> {
  const places = { plugins, daemonSocket: forked.socket, vault: vault.url }
  const sidecars = [await startForked(place, places), await startCopying(place, places)]
  const program = process.env['AVP_BIN']
  if (!program) {
    console.error('argocd-refresh: not held against argocd-vault-plugin, since AVP_BIN does not name its binary')
    return { plugins: [COPYING], sidecars }
  }
  sidecars.push(await startVaultPlugin(place, places, program))
  return { plugins: [COPYING, VAULT_PLUGIN], sidecars }
}

interface Refreshes {
  readonly wallMs: number
  /** Of the store, in one refresh of all. */
  readonly calls: number
}

/** In turn, so that a machine whose speed drifts is equally unkind to all. */
async function measureAll(
  world: BenchWorld,
  vault: CountingServer,
  plugins: readonly BenchPlugin[],
  runs: number,
): Promise<ReadonlyMap<BenchPlugin, Refreshes>> {
  const readAt = new Map<BenchPlugin, number>()
  for (const plugin of plugins) {
    await world.populate(plugin, APPLICATIONS)
    readAt.set(plugin, performance.now())
  }
  const walls = new Map(plugins.map((plugin): [BenchPlugin, number[]] => [plugin, []]))
  const calls = new Map(plugins.map((plugin): [BenchPlugin, number[]] => [plugin, []]))
  for (let run = 0; run < runs; run++) {
    for (const plugin of plugins) {
      await sleep(Math.max(0, FORGOTTEN_MS - (performance.now() - (readAt.get(plugin) ?? 0))))
      const before = vault.calls
      walls.get(plugin)?.push(await world.hardRefresh(plugin))
      calls.get(plugin)?.push(vault.calls - before)
      readAt.set(plugin, performance.now())
    }
  }
  return new Map(
    plugins.map((plugin) => [plugin, { wallMs: median(walls.get(plugin) ?? []), calls: median(calls.get(plugin) ?? []) }]),
  )
}

type Way = 'native' | 'forked'

function rowsOf(measured: ReadonlyMap<BenchPlugin, Refreshes>, daemonMiB: Readonly<Record<Way, number>>): readonly Row[] {
  const copyMs = measured.get(COPYING)?.wallMs ?? Number.NaN
  const theirs = measured.get(VAULT_PLUGIN)
  const rowsOfWay = (way: Way, refreshes: Refreshes | undefined): readonly Row[] => {
    if (!refreshes) return []
    const { wallMs, calls } = refreshes
    const name = `argocd-refresh-${way}`
    const whole = { name, wallMs, referenceMs: copyMs, reference: 'a plugin that copies', calls, peakRssMiB: daemonMiB[way] }
    if (!theirs) return [whole]
    const reference = 'argocd-vault-plugin, both less copying'
    return [whole, { ...whole, name: `${name}-more`, wallMs: wallMs - copyMs, referenceMs: theirs.wallMs - copyMs, reference }]
  }
  const rows = [...rowsOfWay('native', measured.get(NATIVE)), ...rowsOfWay('forked', measured.get(FORKED))]
  if (!theirs) return rows
  return [...rows, { name: 'argocd-refresh-vault-plugin', ...theirs, referenceMs: copyMs, reference: 'a plugin that copies' }]
}
