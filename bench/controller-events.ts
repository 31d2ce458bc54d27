import { setTimeout as sleep } from 'node:timers/promises'
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

/** Values change at the provider one by one, and a queue of its events says so; no interval is over meanwhile. */
export async function eventRows(world: ControllerWorld): Promise<readonly BarRow[]> {
  const aws = await startAwsEmulator()
  try {
    aws.queues.create(QUEUE)
    const names = Array.from({ length: SECRETS }, (_, index) => `rotated-${index}`)
    const arns = new Map(names.map((name) => [name, aws.putSecret(name, 'first').arn]))
    await makeObjects(world, names)
    const sightings = await secretSightings(world.api, NEW_NAMESPACE)
    const wait = async (start: ReadonlyMap<string, number>): Promise<void> => {
      const isOut = ([name, at]: readonly [string, number]): boolean => (sightings.at.get(`${NEW_NAMESPACE}/${name}`) ?? -1) < at
      for (const until = performance.now() + LONGEST_MS; [...start].some(isOut) && performance.now() < until; )
        await sleep(POLL_MS)
    }
    const environment = {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
    }
    const flags = ['--rotations-queue', `${aws.url}/111111111111/${QUEUE}`]
    const controller = world.startController({ environment, flags })
    await wait(new Map(names.map((name) => [name, 0])))
    const sentAt = new Map<string, number>()
    for (const name of names) {
      aws.putSecret(name, 'second')
      sentAt.set(name, performance.now())
      aws.queues.send(QUEUE, JSON.stringify({ source: 'aws.secretsmanager', detail: { name: arns.get(name) } }))
      await sleep(EVERY_MS)
    }
    await wait(sentAt)
    sightings.close()
    await controller.stop()
    const seconds = Array.from(sentAt, ([name, at]) => {
      const seenAt = sightings.at.get(`${NEW_NAMESPACE}/${name}`) ?? -1
      return seenAt < at ? Number.POSITIVE_INFINITY : (seenAt - at) / 1_000
    })
    const what = `an event of the provider in its queue, one of ${SECRETS}: its Secret`
    return [
      { name: `${what}, p50`, measured: quantile(seconds, 0.5), unit: 's', bar: undefined },
      { name: `${what}, p99`, measured: quantile(seconds, 0.99), unit: 's', bar: 3 },
    ]
  } finally {
    await aws.close()
  }
}

async function makeObjects({ api }: ControllerWorld, names: readonly string[]): Promise<void> {
  const version = { apiVersion: 'external-secrets.io/v1' }
  const provider = { aws: { service: 'SecretsManager', region: 'us-east-1' } }
  await api.client.call('POST', STORES, { ...version, kind: 'ClusterSecretStore', metadata: { name: 'aws' }, spec: { provider } })
  for (const name of names) {
    const spec = {
      refreshInterval: '24h',
      secretStoreRef: { name: 'aws', kind: 'ClusterSecretStore' },
      data: [{ secretKey: 'password', remoteRef: { key: name } }],
    }
    const metadata = { name, namespace: NEW_NAMESPACE }
    await api.client.call('POST', externalSecretsIn(NEW_NAMESPACE), { ...version, kind: 'ExternalSecret', metadata, spec })
  }
}
