import { setTimeout as sleep } from 'node:timers/promises'
import { shards } from '../plugin/controller/external-secrets/shard.ts'
import { startAwsEmulator, TEST_KEY } from '../test/support/emulators/aws/aws-emulator.ts'
import type { BarRow } from './bar-row.ts'
import { externalSecretsIn, NEW_NAMESPACE } from './controller-workload.ts'
import type { ControllerWorld } from './controller-world.ts'
import { quantile } from './quantile.ts'
import { secretSightings } from './secret-sightings.ts'

const QUEUE = 'rotations'
const SECRETS = 100
const EVERY_MS = 100
const POLL_MS = 250
/** A Secret that is not there by then will not come. */
const LONGEST_MS = 60_000
const STORES = '/apis/external-secrets.io/v1/clustersecretstores'

/** How the controller runs, and what to call it. */
interface Way {
  readonly flags: readonly string[]
  readonly replicas: number
  readonly name: string
}

const WAYS: readonly Way[] = [
  { flags: [], replicas: 1, name: '' },
  // With Leases of their own: others have agreed on one shard.
  { flags: ['--shards', '2', '--lease-name', 'sharded'], replicas: 3, name: ', two shards and three replicas' },
]
/** Until each shard has one that leads it alone. */
const LEADING_MS = 20_000

/** Values change at the provider one by one, and a queue of its events says so; no interval is over meanwhile. */
export async function eventRows(world: ControllerWorld): Promise<readonly BarRow[]> {
  const aws = await startAwsEmulator()
  try {
    aws.queues.create(QUEUE)
    const names = Array.from({ length: SECRETS }, (_, index) => `rotated-${index}`)
    const arns = new Map(names.map((name) => [name, aws.putSecret(name, 'first').arn]))
    await makeObjects(world, names)
    const sightings = await secretSightings(world.api, NEW_NAMESPACE)
    const rows: BarRow[] = []
    for (const way of WAYS) {
      const rotate = (name: string): void => {
        aws.putSecret(name, `by${way.name}`)
        aws.queues.send(QUEUE, JSON.stringify({ source: 'aws.secretsmanager', detail: { name: arns.get(name) } }))
      }
      const seconds = await measured(world, { way, names, url: aws.url, seenAt: sightings.at, rotate })
      const what = `an event of the provider in its queue, one of ${SECRETS}: its Secret${way.name}`
      rows.push(
        { name: `${what}, p50`, measured: quantile(seconds, 0.5), unit: 's', bar: undefined },
        { name: `${what}, p99`, measured: quantile(seconds, 0.99), unit: 's', bar: 3 },
      )
    }
    sightings.close()
    return rows
  } finally {
    await aws.close()
  }
}

interface Scene {
  readonly way: Way
  readonly names: readonly string[]
  /** Of the provider. */
  readonly url: string
  /** When each Secret was last seen to change. */
  readonly seenAt: ReadonlyMap<string, number>
  readonly rotate: (name: string) => void
}

/** How long each event takes, in seconds. */
async function measured(world: ControllerWorld, { way, names, url, seenAt, rotate }: Scene): Promise<readonly number[]> {
  const seen = (name: string): number => seenAt.get(`${NEW_NAMESPACE}/${name}`) ?? -1
  const wait = async (start: ReadonlyMap<string, number>): Promise<void> => {
    const isOut = ([name, at]: readonly [string, number]): boolean => seen(name) < at
    for (const until = performance.now() + LONGEST_MS; [...start].some(isOut) && performance.now() < until; ) await sleep(POLL_MS)
  }
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
  }
  const flags = ['--rotations-queue', `${url}/111111111111/${QUEUE}`, ...way.flags]
  const controllers = Array.from({ length: way.replicas }, () => world.startController({ environment, flags }))
  await wait(new Map(names.map((name) => [name, 0])))
  if (way.replicas > 1) await sleep(LEADING_MS)
  const sentAt = new Map<string, number>()
  for (const name of names) {
    sentAt.set(name, performance.now())
    rotate(name)
    await sleep(EVERY_MS)
  }
  await wait(sentAt)
  await Promise.all(controllers.map((controller) => controller.stop()))
  return Array.from(sentAt, ([name, at]) => (seen(name) < at ? Number.POSITIVE_INFINITY : (seen(name) - at) / 1_000))
}

/** Stores of the first shard and of the second. */
const STORE_NAMES = shards(2).map((shard) => {
  const names = Array.from({ length: 20 }, (_, index) => `aws-${index}`)
  return names.find((name) => shard.hasStore({ metadata: { name } })) ?? ''
})

async function makeObjects({ api }: ControllerWorld, names: readonly string[]): Promise<void> {
  const version = { apiVersion: 'external-secrets.io/v1' }
  const provider = { aws: { service: 'SecretsManager', region: 'us-east-1' } }
  for (const name of STORE_NAMES)
    await api.client.call('POST', STORES, { ...version, kind: 'ClusterSecretStore', metadata: { name }, spec: { provider } })
  for (const [index, name] of names.entries()) {
    const spec = {
      refreshInterval: '24h',
      secretStoreRef: { name: STORE_NAMES[index % STORE_NAMES.length], kind: 'ClusterSecretStore' },
      data: [{ secretKey: 'password', remoteRef: { key: name } }],
    }
    const metadata = { name, namespace: NEW_NAMESPACE }
    await api.client.call('POST', externalSecretsIn(NEW_NAMESPACE), { ...version, kind: 'ExternalSecret', metadata, spec })
  }
}
