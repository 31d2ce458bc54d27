import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { SecretObject } from '../../plugin/controller/external-secrets/secret-object.ts'
import { shards } from '../../plugin/controller/external-secrets/shard.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../plugin/controller/resources.ts'
import { signatureOf } from '../../plugin/controller/rotations/shared-secret.ts'
import { CONFIG_MAPS, SECRETS } from '../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../plugin/kube/kube-object.ts'
import { type ControllerProcess, startController } from '../support/controller-process.ts'
import { startAwsEmulator, TEST_KEY } from '../support/emulators/aws/aws-emulator.ts'
import { type KubeEmulator, startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { startWebhookEmulator, type WebhookEmulator } from '../support/emulators/webhook/webhook-emulator.ts'
import { eventually } from '../support/eventually.ts'

const SHARED = 'shared-with-senders'
const TIMES = ['--lease-duration', '3000', '--lease-renew-deadline', '2000', '--lease-retry-period', '200']
const MAP = { namespace: 'shop', name: 'external-secrets-controller-notices' }
/** Stores of the first shard and of the second. */
const [FIRST, SECOND] = shards(2).map((shard) => {
  const names = Array.from({ length: 20 }, (_, index) => `store-${index}`)
  return names.find((name) => shard.hasStore({ metadata: { namespace: 'shop', name } })) ?? assert.fail()
}) as [string, string]

/** A cluster with a store in each of two shards, which only reading tells from, and an ExternalSecret of each that is not due for a day. */
class Cluster implements AsyncDisposable {
  readonly #kube: KubeEmulator
  readonly #webhook: WebhookEmulator
  readonly #folder: string
  readonly processes: ControllerProcess[] = []
  #signedAt = Date.now()

  private constructor(kube: KubeEmulator, webhook: WebhookEmulator, folder: string) {
    this.#kube = kube
    this.#webhook = webhook
    this.#folder = folder
  }

  static async start(): Promise<Cluster> {
    const kube = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
    const webhook = await startWebhookEmulator()
    const folder = await mkdtemp(path.join(os.tmpdir(), 'rotations-'))
    await writeFile(path.join(folder, 'secret'), SHARED)
    const cluster = new Cluster(kube, webhook, folder)
    const login: SecretObject = {
      metadata: { namespace: 'shop', name: 'login', labels: { 'external-secrets.io/type': 'webhook' } },
      data: { token: Buffer.from(webhook.authorization).toString('base64') },
    }
    kube.put(SECRETS, login)
    for (const name of [FIRST, SECOND]) {
      cluster.rotate(name, 'first')
      cluster.#want(name, {
        webhook: {
          url: `${webhook.url}/text/{{ .remoteRef.key }}`,
          headers: { Authorization: '{{ .login.token }}' },
          secrets: [{ name: 'login', secretRef: { name: 'login' } }],
          result: { jsonPath: '$.v' },
        },
      })
    }
    return cluster
  }

  #want(name: string, provider: object): void {
    const metadata = { name, namespace: 'shop' }
    const store: KubeObject & { readonly spec: object } = { metadata, spec: { provider } }
    const data = [{ secretKey: 'v', remoteRef: { key: name } }]
    const wanted: KubeObject & { readonly spec: object } = {
      metadata,
      spec: { refreshInterval: '24h', secretStoreRef: { name }, data },
    }
    this.#kube.put(SECRET_STORES, store)
    this.#kube.put(EXTERNAL_SECRETS, wanted)
  }

  async join(count: number, ...flags: readonly string[]): Promise<void> {
    const all = [...TIMES, '--lease-namespace', 'shop', '--rotations', '127.0.0.1:0']
    const secret = ['--rotations-secret', path.join(this.#folder, 'secret')]
    const starting = Array.from({ length: count }, () =>
      startController('external-secrets', this.#kube.kubeconfig, [...all, ...secret, ...flags]),
    )
    this.processes.push(...(await Promise.all(starting)))
  }

  rotate(name: string, v: string): void {
    this.#webhook.put(name, Buffer.from(JSON.stringify({ v: `${name} ${v}` })))
  }

  async becomes(name: string, v: string): Promise<void> {
    await eventually(() => {
      const secret: SecretObject | undefined = this.#kube.get(SECRETS, { namespace: 'shop', name })
      return Buffer.from(secret?.data?.['v'] ?? '', 'base64').toString() === `${name} ${v}` ? true : undefined
    }, this.log)
  }

  log = (): string => this.processes.map((one) => one.log()).join('\n')

  notices(): string {
    const map: (KubeObject & { readonly data?: object }) | undefined = this.#kube.get(CONFIG_MAPS, MAP)
    return JSON.stringify(map?.data ?? {})
  }

  /** A time of its own for each: what is signed at one is one event. */
  #another(): number {
    return (this.#signedAt -= 1_000)
  }

  /** The status of the first answer that does not ask to come again. */
  async post(to: ControllerProcess | undefined, store: string, signedAt = this.#another()): Promise<number> {
    const address = /"rotations":"([^"]+)"/.exec(to?.log() ?? '')?.[1]
    const body = JSON.stringify({ store: `SecretStore shop/${store}`, key: store })
    const time = String(Math.floor(signedAt / 1_000))
    const headers = { 'x-rotation-timestamp': time, 'x-rotation-signature': signatureOf(SHARED, time, Buffer.from(body)) }
    return await eventually(async () => {
      const { status } = await fetch(`http://${address}/rotations`, { method: 'POST', headers, body })
      return status >= 500 ? undefined : status
    }, this.log)
  }

  /** Who leads each of `count` shards, once each has a leader and, where there are enough, one of its own. */
  async leaders(count: number): Promise<readonly ControllerProcess[]> {
    return await eventually(async () => {
      const led = await Promise.all(
        this.processes.map(async (one) => {
          const metrics = await (await fetch(`http://${one.address}/metrics`)).text()
          return Array.from(metrics.matchAll(/_leading\{shard="(\d)"\} 1/g), ([, shard]) => Number(shard))
        }),
      )
      const found = Array.from({ length: count }, (_, shard) => this.processes[led.findIndex((own) => own.includes(shard))])
      const leaders = found.filter((one) => one !== undefined)
      return new Set(leaders).size === count ? leaders : undefined
    }, this.log)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.processes.map((one) => one[Symbol.asyncDispose]()))
    await Promise.all([this.#kube.close(), this.#webhook.close(), rm(this.#folder, { recursive: true })])
  }
}

describe('three processes and two shards', () => {
  let cluster: Cluster

  before(async () => {
    cluster = await Cluster.start()
    await cluster.join(3, '--shards', '2')
  })
  after(() => cluster[Symbol.asyncDispose]())

  test('an event reaches the leader of its shard, whichever process it is posted to', async () => {
    for (const name of [FIRST, SECOND]) await cluster.becomes(name, 'first')
    await cluster.leaders(2)
    for (const [index, one] of cluster.processes.entries()) {
      for (const name of [FIRST, SECOND]) {
        cluster.rotate(name, `by ${index}`)
        assert.equal(await cluster.post(one, name), 204)
        await cluster.becomes(name, `by ${index}`)
      }
    }
    assert.doesNotMatch(cluster.notices() + cluster.log(), /by \d|shared-with-senders/)
  })

  test('an event that is sent once more is refused by whoever gets it', async () => {
    const at = Date.now() - 60_000
    assert.equal(await cluster.post(cluster.processes[0], FIRST, at), 204)
    for (const one of cluster.processes) assert.equal(await cluster.post(one, FIRST, at), 401)
  })

  test('an event is not lost that was taken while the leader could not look at it any more', async () => {
    const leaders = await cluster.leaders(2)
    const standby = cluster.processes.find((one) => !leaders.includes(one))
    leaders[1]?.child.kill('SIGSTOP')
    try {
      cluster.rotate(SECOND, 'third')
      assert.equal(await cluster.post(standby, SECOND), 204)
    } finally {
      leaders[1]?.child.kill('SIGKILL')
    }
    await cluster.becomes(SECOND, 'third')
  })
})

test('a process on standby takes events, too, where one leads everything', async () => {
  await using cluster = await Cluster.start()
  await cluster.join(2)
  const [leader] = await cluster.leaders(1)
  for (const name of [FIRST, SECOND]) {
    await cluster.becomes(name, 'first')
    cluster.rotate(name, 'second')
  }
  const standby = cluster.processes.find((one) => one !== leader)
  for (const name of [FIRST, SECOND]) {
    assert.equal(await cluster.post(standby, name), 204)
    await cluster.becomes(name, 'second')
  }
})

test('one queue serves all shards: the leader of the first reads it, and removes what is written down', async (t) => {
  const aws = await startAwsEmulator()
  const kube = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  t.after(() => Promise.all([kube.close(), aws.close()]))
  aws.queues.create('rotations')
  for (const name of [FIRST, SECOND]) {
    aws.putSecret(name, 'first')
    const provider = { aws: { service: 'SecretsManager', region: 'us-east-1' } }
    const metadata = { name, namespace: 'shop' }
    const data = [{ secretKey: 'v', remoteRef: { key: name } }]
    const spec = { refreshInterval: '24h', secretStoreRef: { name }, data }
    const [store, wanted]: (KubeObject & { readonly spec: object })[] = [
      { metadata, spec: { provider } },
      { metadata, spec },
    ]
    if (store) kube.put(SECRET_STORES, store)
    if (wanted) kube.put(EXTERNAL_SECRETS, wanted)
  }
  const flags = [...TIMES, '--lease-namespace', 'shop', '--shards', '2', '--rotations-queue', `${aws.url}/111111111111/rotations`]
  const environment = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
  }
  await using one = await startController('external-secrets', kube.kubeconfig, flags, environment)
  await using other = await startController('external-secrets', kube.kubeconfig, flags, environment)
  const metrics = async (of: ControllerProcess): Promise<string> => (await fetch(`http://${of.address}/metrics`)).text()
  await eventually(async () => {
    const led = await Promise.all([one, other].map(metrics))
    return led.every((text) => /_leading\{shard="\d"\} 1/.test(text)) ? true : undefined
  })
  const becomes = (name: string, v: string): Promise<true> =>
    eventually(
      () => {
        const secret: SecretObject | undefined = kube.get(SECRETS, { namespace: 'shop', name })
        return secret?.data?.['v'] === Buffer.from(v).toString('base64') ? true : undefined
      },
      () => one.log() + other.log(),
    )
  for (const name of [FIRST, SECOND]) {
    await becomes(name, 'first')
    const { arn } = aws.putSecret(name, 'second')
    aws.queues.send('rotations', JSON.stringify({ source: 'aws.secretsmanager', detail: { name: arn } }))
    await becomes(name, 'second')
  }
  await eventually(() => (aws.queues.held('rotations').length === 0 ? true : undefined))
  const taken = (await Promise.all([one, other].map(metrics))).map(
    (text) => /rotation_events_total\{sender="sqs",outcome="taken"\} (\d)/.exec(text)?.[1] ?? '0',
  )
  assert.deepEqual(taken.toSorted(), ['0', '2'])
  assert.deepEqual([await one.stop(), await other.stop()], [0, 0])
})
