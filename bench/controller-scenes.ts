import { setTimeout as sleep } from 'node:timers/promises'
import { atOnce } from './at-once.ts'
import { isStatusWrite, isWrite, kindsOf } from './audited-requests.ts'
import type { BarRow } from './bar-row.ts'
import type { BenchController } from './bench-controller.ts'
import {
  AT_ONCE,
  CONTROLLER_NAMESPACE,
  type ControllerScale,
  externalSecret,
  externalSecretsIn,
  keyName,
  NEW_NAMESPACE,
  namespaceOf,
  secretsIn,
} from './controller-workload.ts'
import type { ControllerWorld } from './controller-world.ts'
import { quantile } from './quantile.ts'
import { type SecretSightings, secretSightings } from './secret-sightings.ts'

const ROUND_MS = 60_000
const SETTLE_MS = 5_000
const INTERVAL = '30s'
const INTERVAL_S = 30
const UNRELATED = 1_000
const UNRELATED_BYTES = 150_000
const NEW_OBJECTS = 200
const NEW_EVERY_MS = 100
/** A Secret that is not there by then will not come. */
const LONGEST_MS = 60_000
const CHANGED_KEYS = 10
const SAMPLES = 20
const SAMPLE_MS = 250

/** One round of 60 s in which nothing has changed: the second, since what detectors see in the first is news to them. */
export async function refreshRoundRows(
  { audit, vault }: ControllerWorld,
  controller: BenchController,
  { objects, keys }: ControllerScale,
): Promise<readonly BarRow[]> {
  await sleep(ROUND_MS + SETTLE_MS)
  const [before, reads, cpu] = [(await audit.requests()).length, vault.counts(), controller.cpuSeconds()]
  await sleep(ROUND_MS)
  const [seconds, after] = [controller.cpuSeconds() - cpu, vault.counts()]
  const requests = (await audit.requests()).slice(before)
  const [values, metadata] = [after.value - reads.value, after.metadata - reads.metadata]
  const others = requests.filter(({ resource, verb }) => resource !== 'leases' && !(resource === 'events' && verb !== 'list'))
  const round = 'a round without change'
  return [
    {
      name: `${round}: provider reads`,
      measured: values + metadata,
      unit: 'reads',
      bar: keys,
      note: `${values} of values, ${metadata} of metadata`,
    },
    { name: `${round}: writes`, measured: requests.filter(isWrite).length, unit: 'writes', bar: 0 },
    {
      name: `${round}: API requests besides lease and events`,
      measured: others.length,
      unit: 'requests',
      bar: 5,
      note: kindsOf(requests),
    },
    { name: `${round}: CPU of a minute`, measured: seconds, unit: 's', bar: objects > 1_000 ? undefined : 1 },
    { name: `RSS after ${round}`, measured: controller.memory().now, unit: 'MB', bar: objects > 1_000 ? 160 : 110 },
  ]
}

/** What nobody asks of it must not make it grow. */
export async function unrelatedSecretsRow({ api }: ControllerWorld, controller: BenchController): Promise<BarRow> {
  const value = 'x'.repeat(UNRELATED_BYTES)
  const before = await leastMemory(controller)
  const indexes = Array.from({ length: UNRELATED }, (_, index) => index)
  await atOnce(AT_ONCE, indexes, (index) =>
    api.client.call('POST', secretsIn(CONTROLLER_NAMESPACE), { metadata: { name: `unrelated-${index}` }, stringData: { value } }),
  )
  const growth = (await leastMemory(controller)) - before
  return { name: '1,000 unrelated Secrets of 150 kB: RSS growth', measured: growth, unit: 'MB', bar: 3 }
}

/** Of some seconds: garbage comes and goes. */
async function leastMemory(controller: BenchController): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let sample = 0; sample < SAMPLES; sample++) {
    least = Math.min(least, controller.memory().now)
    await sleep(SAMPLE_MS)
  }
  return least
}

/** New objects come one by one while all others are refreshed every 30 s. */
export async function newObjectRows(world: ControllerWorld, scale: ControllerScale): Promise<readonly BarRow[]> {
  const { client } = world.api
  await shortenIntervals(world, scale)
  const sightings = await secretSightings(world.api, NEW_NAMESPACE)
  const createdAt = new Map<string, number>()
  for (let index = 0; index < NEW_OBJECTS; index++) {
    const object = externalSecret(index, NEW_NAMESPACE, scale.keys, INTERVAL)
    createdAt.set(`${NEW_NAMESPACE}/${object.metadata.name}`, performance.now())
    await client.call('POST', externalSecretsIn(NEW_NAMESPACE), object)
    await sleep(NEW_EVERY_MS)
  }
  await seen(sightings, [...createdAt.keys()], 0)
  sightings.close()
  const times = Array.from(createdAt, ([name, at]) => ((sightings.at.get(name) ?? Number.POSITIVE_INFINITY) - at) / 1_000)
  const many = scale.objects > 1_000
  return [
    {
      name: `a new object among ${scale.objects} that refresh every 30 s: its Secret, p50`,
      measured: quantile(times, 0.5),
      unit: 's',
      bar: many ? undefined : 0.1,
    },
    {
      name: `a new object among ${scale.objects} that refresh every 30 s: its Secret, p99`,
      measured: quantile(times, 0.99),
      unit: 's',
      bar: many ? 1 : 0.25,
    },
  ]
}

/** Gives every object the interval of 30 s and waits until all have been synced as such. */
async function shortenIntervals({ api, audit }: ControllerWorld, { objects }: ControllerScale): Promise<void> {
  const indexes = Array.from({ length: objects }, (_, index) => index)
  const before = (await audit.requests()).length
  await atOnce(AT_ONCE, indexes, (index) =>
    api.client.call('PATCH', `${externalSecretsIn(namespaceOf(index))}/app-${index}`, { spec: { refreshInterval: INTERVAL } }),
  )
  const synced = async (): Promise<number> =>
    new Set(
      (await audit.requests())
        .slice(before)
        .filter(isStatusWrite)
        .map(({ object }) => object),
    ).size
  for (const until = Date.now() + LONGEST_MS; (await synced()) < objects && Date.now() < until; ) await sleep(SAMPLE_MS)
  await sleep(SETTLE_MS)
}

/** Values change at the provider, and nobody says so: the interval and what comes after it. */
export async function changedValueRows({ api, bao }: ControllerWorld, { keys }: ControllerScale): Promise<readonly BarRow[]> {
  const sightings = await secretSightings(api, undefined, 'reconcile.external-secrets.io/managed=true')
  const changed = Array.from({ length: CHANGED_KEYS }, (_, index) => Math.floor((index * keys) / CHANGED_KEYS) + 5)
  // What is there comes first.
  await sleep(SETTLE_MS)
  const start = performance.now()
  for (const key of changed)
    await bao.call('POST', `secret/data/${keyName(key)}`, { data: { username: 'changed', password: 'changed' } })
  const names = changed.map((index) => `${namespaceOf(index)}/app-${index}`)
  await seen(sightings, names, start)
  sightings.close()
  const times = names.map((name) => ((sightings.at.get(name) ?? 0) - start) / 1_000)
  const missing = times.filter((time) => time < 0).length
  const last = missing > 0 ? Number.POSITIVE_INFINITY : quantile(times, 1)
  const name = 'a value changed at the provider, found by polling every 30 s'
  return [
    { name: `${name}: its Secret, p50`, measured: quantile(times, 0.5), unit: 's', bar: undefined },
    { name: `${name}: its Secret, last of ${CHANGED_KEYS}`, measured: last, unit: 's', bar: INTERVAL_S + 3 },
  ]
}

/** Waits until all were written after `start`, and no longer than a minute. */
async function seen({ at }: SecretSightings, names: readonly string[], start: number): Promise<void> {
  const isOut = (name: string): boolean => (at.get(name) ?? -1) < start
  for (const until = performance.now() + LONGEST_MS; names.some(isOut) && performance.now() < until; ) await sleep(SAMPLE_MS)
}
