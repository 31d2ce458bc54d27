import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atOnce } from './at-once.ts'
import type { Audited } from './audit-tail.ts'
import { isStatusWrite, kindsOf } from './audited-requests.ts'
import type { BarRow } from './bar-row.ts'
import type { BenchController } from './bench-controller.ts'
import { eventRows } from './controller-events.ts'
import { floorSeconds } from './controller-floor.ts'
import { earlyRestartRows, restartRows } from './controller-restarts.ts'
import { changedValueRows, newObjectRows, refreshRoundRows, unrelatedSecretsRow } from './controller-scenes.ts'
import {
  AT_ONCE,
  type ControllerScale,
  externalSecret,
  externalSecretsIn,
  NAMESPACES,
  namespaceOf,
} from './controller-workload.ts'
import { type ControllerWorld, startControllerWorld } from './controller-world.ts'

export const CONTROLLER_SCALES: Readonly<Record<string, ControllerScale>> = {
  controller: { objects: 1_000, keys: 200 },
  'controller-10000': { objects: 10_000, keys: 2_000 },
}

const FIRST_SYNC_MS = 5 * 60_000
/** The audit log says when, so that looking seldom costs no accuracy, and the controller none of the CPU. */
const POLL_MS = 500
/** After that long without more than a few requests of the controller it has said what it has to say; what detectors know is written after 30 s. */
const QUIET_MS = 35_000
/** Renewals of its lease. */
const FEW = 25

/** The controller of ExternalSecrets from its first sync to a restart, on real servers. */
export async function controllerRows(main: string, folder: string, name: string): Promise<readonly BarRow[]> {
  const scale = CONTROLLER_SCALES[name]
  if (!scale) throw new Error(`no scale ${name}`)
  const world = await startControllerWorld(main, path.join(folder, name), scale.keys)
  try {
    return await scenes(world, scale)
  } finally {
    await world.stop()
  }
}

async function scenes(world: ControllerWorld, scale: ControllerScale): Promise<readonly BarRow[]> {
  const rows: BarRow[] = []
  const tell = (...told: readonly BarRow[]): void => {
    for (const row of told) console.error(`  ${row.name}: ${row.measured} ${row.unit} ${row.note ?? ''}`)
    rows.push(...told)
  }
  const { client } = world.api
  const before = await floorSeconds(client, scale, 'floor-before')
  await makeExternalSecrets(world, scale)
  // What was logged until here is none of the sync's, and reading it should not be either.
  await world.audit.requests()
  const controller = world.startController()
  const sync = await firstSync(world, controller, scale)
  tell(...sync.rows)
  tell(...(await refreshRoundRows(world, controller, scale)))
  tell(await unrelatedSecretsRow(world, controller))
  tell(...(await newObjectRows(world, scale)))
  tell(...(await changedValueRows(world, scale)))
  await quiet(world)
  await controller.stop()
  const after = await floorSeconds(client, scale, 'floor-after')
  const floor = (before + after) / 2
  const note = `${sync.seconds.toFixed(1)} s; ${3 * scale.objects} bare writes took ${before.toFixed(1)} s before and ${after.toFixed(1)} s after`
  tell({ name: 'first sync, all Ready, against its bare writes', measured: sync.seconds / floor, unit: 'x', bar: 1.8, note })
  tell(...(await restartRows(world)))
  tell(...(await earlyRestartRows(world, scale)))
  tell(...(await eventRows(world)))
  return rows
}

async function makeExternalSecrets({ api }: ControllerWorld, { objects, keys }: ControllerScale): Promise<void> {
  const all = Array.from({ length: objects }, (_, index) => externalSecret(index, namespaceOf(index), keys, '60s'))
  await atOnce(AT_ONCE, all, (object) => api.client.call('POST', externalSecretsIn(object.metadata.namespace ?? ''), object))
}

interface FirstSync {
  readonly seconds: number
  readonly rows: readonly BarRow[]
}

/** From the start of the process to the last status that was written. */
async function firstSync(world: ControllerWorld, controller: BenchController, scale: ControllerScale): Promise<FirstSync> {
  const { objects, keys } = scale
  const readyAtMs = controller.ready()
  let written: readonly Audited[] = []
  for (
    const until = Date.now() + FIRST_SYNC_MS;
    new Set(written.map(({ object }) => object)).size < objects;
    await sleep(POLL_MS)
  ) {
    if (Date.now() > until) throw new Error(`only ${written.length} were synced: ${controller.lastWords()}`)
    written = (await world.audit.requests()).filter(isStatusWrite)
  }
  const seconds = ((written.at(-1)?.atMs ?? 0) - controller.startedAtMs) / 1_000
  const [cpu, reads] = [controller.cpuSeconds(), world.vault.counts()]
  await allReady(world, objects)
  const requests = (await quiet(world)).filter(({ resource }) => resource !== 'leases')
  const start = ((await readyAtMs) - controller.startedAtMs) / 1_000
  const { now, peak } = controller.memory()
  return {
    seconds,
    rows: [
      {
        name: 'provider reads of the first sync',
        measured: reads.value,
        unit: 'reads',
        bar: keys,
        note: `and ${reads.login} logins, ${reads.metadata} of metadata`,
      },
      {
        name: 'API requests of the first sync',
        measured: requests.length,
        unit: 'requests',
        bar: 3.1 * objects,
        note: kindsOf(requests),
      },
      {
        name: 'CPU of the first sync',
        measured: cpu,
        unit: 's',
        bar: undefined,
        note: `ready ${start.toFixed(1)} s after its start`,
      },
      {
        name: 'RSS after the first sync',
        measured: now,
        unit: 'MB',
        bar: objects > 1_000 ? 160 : 110,
        note: `${peak.toFixed(0)} MB at most`,
      },
    ],
  }
}

/** Whether every ExternalSecret says so. */
async function allReady({ api }: ControllerWorld, objects: number): Promise<void> {
  let ready = 0
  for (const namespace of NAMESPACES) {
    const { items } = await api.client.call('GET', externalSecretsIn(namespace))
    for (const { status } of items as readonly {
      readonly status?: { readonly conditions?: readonly { readonly status: string }[] }
    }[])
      if (status?.conditions?.[0]?.status === 'True') ready++
  }
  if (ready !== objects) throw new Error(`${ready} of ${objects} are Ready`)
}

/** All requests, once there are no new ones for a while. */
async function quiet({ audit }: ControllerWorld): Promise<readonly Audited[]> {
  let [count, requests] = [-1, await audit.requests()]
  while (requests.length > count + FEW) {
    count = requests.length
    await sleep(QUIET_MS)
    requests = await audit.requests()
  }
  return [...requests]
}
