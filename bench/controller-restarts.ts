import { setTimeout as sleep } from 'node:timers/promises'
import { atOnce } from './at-once.ts'
import { isStatusWrite, isWrite, kindsOf } from './audited-requests.ts'
import type { BarRow } from './bar-row.ts'
import {
  AT_ONCE,
  type ControllerScale,
  externalSecret,
  externalSecretsIn,
  keyName,
  NEW_NAMESPACE,
} from './controller-workload.ts'
import type { ControllerWorld } from './controller-world.ts'

const RESTARTED_MS = 15_000
const EARLY_OBJECTS = 100
const POLL_MS = 250
/** What is not synced by then will not be. */
const LONGEST_MS = 120_000

/** Everything is known from the Secrets and statuses that there are. */
export async function restartRows(world: ControllerWorld): Promise<readonly BarRow[]> {
  const [requestsBefore, reads] = [(await world.audit.requests()).length, world.vault.counts()]
  const controller = world.startController()
  const ready = (await controller.ready()) - controller.startedAtMs
  await sleep(RESTARTED_MS)
  const since = (await world.audit.requests()).slice(requestsBefore).filter(({ resource }) => resource !== 'leases')
  const writes = since.filter((request) => isWrite(request) && request.resource !== 'events')
  const counts = world.vault.counts()
  await controller.stop()
  return [
    { name: 'restart in sync: ready after', measured: ready / 1_000, unit: 's', bar: 5 },
    {
      name: 'restart in sync: reads of values',
      measured: counts.value - reads.value,
      unit: 'reads',
      bar: 0,
      note: `${counts.metadata - reads.metadata} of metadata`,
    },
    { name: 'restart in sync: writes besides events', measured: writes.length, unit: 'writes', bar: 0, note: kindsOf(since) },
  ]
}

/** Objects over keys that no detector asks for within the hour: what reads found is all that is known of them. */
export async function earlyRestartRows(world: ControllerWorld, { keys }: ControllerScale): Promise<readonly BarRow[]> {
  const { api, bao, audit, vault } = world
  const indexes = Array.from({ length: EARLY_OBJECTS }, (_, index) => keys + index)
  const data = { username: 'bench-user', password: 'bench-password-0123456789' }
  await atOnce(AT_ONCE, [...indexes, keys + EARLY_OBJECTS], (index) =>
    bao.call('POST', `secret/data/${keyName(index)}`, { data }),
  )
  const first = world.startController()
  await first.ready()
  const before = (await audit.requests()).length
  await atOnce(AT_ONCE, indexes, (index) => {
    const object = externalSecret(index, NEW_NAMESPACE, keys + EARLY_OBJECTS + 1, '1h')
    return api.client.call('POST', externalSecretsIn(NEW_NAMESPACE), object)
  })
  const synced = async (): Promise<number> => (await audit.requests()).slice(before).filter(isStatusWrite).length
  for (const until = Date.now() + LONGEST_MS; (await synced()) < EARLY_OBJECTS && Date.now() < until; ) await sleep(POLL_MS)
  await first.stop()
  const reads = vault.counts()
  const second = world.startController()
  await second.ready()
  await sleep(RESTARTED_MS)
  const counts = vault.counts()
  await second.stop()
  return [
    {
      name: `restart at once after ${EARLY_OBJECTS} objects were made: reads of values`,
      measured: counts.value - reads.value,
      unit: 'reads',
      bar: 0,
      note: `${counts.metadata - reads.metadata} of metadata`,
    },
  ]
}
