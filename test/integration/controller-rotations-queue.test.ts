import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import https from 'node:https'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { SecretObject } from '../../plugin/controller/external-secrets/secret-object.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../plugin/controller/resources.ts'
import { SECRETS } from '../../plugin/kube/core-resources.ts'
import { startController } from '../support/controller-process.ts'
import { startAwsEmulator, TEST_KEY } from '../support/emulators/aws/aws-emulator.ts'
import { startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { testTls } from '../support/emulators/tls/test-tls.ts'
import { eventually } from '../support/eventually.ts'

const QUEUE = 'rotations'

/** What EventBridge puts into a queue when a secret has another current version. */
function labelUpdated(arn: string): string {
  return JSON.stringify({
    source: 'aws.secretsmanager',
    'detail-type': 'Secret Label Updated',
    resources: [arn],
    detail: { name: arn },
  })
}

test('an event in a queue has the ExternalSecrets read that use the secret, long before their time; others are not read', async (t) => {
  const aws = await startAwsEmulator()
  const emulator = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  t.after(() => Promise.all([emulator.close(), aws.close()]))
  aws.queues.create(QUEUE)
  const written = { db: aws.putSecret('team-a/db', 'first'), other: aws.putSecret('team-a/other', 'first') }
  // A prefix stands before every key of the store.
  const provider = { aws: { service: 'SecretsManager', region: 'us-east-1', prefix: 'team-a/' } }
  emulator.put(SECRET_STORES, { metadata: { name: 'aws', namespace: 'shop' }, spec: { provider } })
  for (const name of ['db', 'other'])
    emulator.put(EXTERNAL_SECRETS, {
      metadata: { name, namespace: 'shop' },
      spec: { refreshInterval: '24h', secretStoreRef: { name: 'aws' }, data: [{ secretKey: 'v', remoteRef: { key: name } }] },
    })
  const environment = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
  }
  const flags = ['--rotations-queue', `${aws.url}/111111111111/${QUEUE}`]
  await using controller = await startController('external-secrets', emulator.kubeconfig, flags, environment)
  const value = (name: string): string => {
    const secret: SecretObject | undefined = emulator.get(SECRETS, { namespace: 'shop', name })
    return Buffer.from(secret?.data?.['v'] ?? '', 'base64').toString()
  }
  const becomes = (name: string, text: string): Promise<true> =>
    eventually(
      () => (value(name) === text ? true : undefined),
      () => controller.log(),
    )
  await Promise.all([becomes('db', 'first'), becomes('other', 'first')])

  aws.queues.send(QUEUE, 'nothing that could be read: hunter2')
  for (const text of ['second', 'third']) {
    aws.putSecret('team-a/db', text)
    aws.putSecret('team-a/other', text)
    aws.queues.send(QUEUE, labelUpdated(written.db.arn))
    await becomes('db', text)
  }
  // Named plainly, as its provider names it.
  aws.putSecret('team-a/db', 'fourth')
  aws.queues.send(QUEUE, JSON.stringify({ store: 'SecretStore shop/aws', key: 'team-a/db' }))
  await becomes('db', 'fourth')
  assert.equal(value('other'), 'first')
  await eventually(() => (aws.queues.held(QUEUE).length === 1 ? true : undefined))
  const metrics = await (await fetch(`http://${controller.address}/metrics`)).text()
  assert.match(metrics, /rotation_events_total\{sender="sqs",outcome="taken"\} 3/)
  assert.match(metrics, /rotation_events_total\{sender="sqs",outcome="not-understood"\} 1/)
  assert.ok(!controller.log().includes('hunter2'))
  // It waits for messages then, and does not have to wait for them to end.
  assert.equal(await controller.stop(), 0)
})

test('an event that is posted has the ExternalSecrets read that use the secret, from whoever knows the secret', async (t) => {
  const emulator = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  t.after(() => emulator.close())
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rotations-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = path.join(folder, 'secret')
  await writeFile(file, 'shared-with-senders')
  await assert.rejects(
    startController('external-secrets', emulator.kubeconfig, ['--rotations', '127.0.0.1:0']),
    /--rotations-secret/,
  )
  const missing = ['--rotations', '127.0.0.1:0', '--rotations-secret', `${file}-elsewhere`]
  await assert.rejects(startController('external-secrets', emulator.kubeconfig, missing), /the file cannot be read or is empty/)
  const remote = await startKubeEmulator({ namespaces: ['away'] })
  t.after(() => remote.close())
  const put = (text: string): void => {
    const given: SecretObject = { metadata: { namespace: 'away', name: 'db' }, data: { v: Buffer.from(text).toString('base64') } }
    remote.put(SECRETS, given)
  }
  put('first')
  const flags = ['--rotations', '127.0.0.1:0', '--rotations-secret', file, '--detect-watches', '0']
  await using controller = await startController('external-secrets', emulator.kubeconfig, flags)
  emulator.put(SECRETS, {
    metadata: { namespace: 'shop', name: 'remote' },
    data: { config: Buffer.from(remote.kubeconfig).toString('base64') },
  })
  const provider = { kubernetes: { remoteNamespace: 'away', authRef: { name: 'remote', key: 'config' } } }
  emulator.put(SECRET_STORES, { metadata: { name: 'away', namespace: 'shop' }, spec: { provider } })
  emulator.put(EXTERNAL_SECRETS, {
    metadata: { name: 'db', namespace: 'shop' },
    spec: {
      refreshInterval: '24h',
      secretStoreRef: { name: 'away' },
      data: [{ secretKey: 'v', remoteRef: { key: 'db', property: 'v' } }],
    },
  })
  const becomes = (text: string): Promise<true> =>
    eventually(
      () => {
        const secret: SecretObject | undefined = emulator.get(SECRETS, { namespace: 'shop', name: 'db' })
        return secret?.data?.['v'] === Buffer.from(text).toString('base64') ? true : undefined
      },
      () => controller.log(),
    )
  await becomes('first')
  put('second')
  const address = /"rotations":"([^"]+)"/.exec(controller.log())?.[1] ?? assert.fail()
  const post = async (key: string): Promise<number> => {
    const body = JSON.stringify({ store: 'SecretStore shop/away', key: 'db' })
    return (await fetch(`http://${address}/rotations`, { method: 'POST', headers: { 'x-api-key': key }, body })).status
  }
  assert.equal(await post('a guess'), 401)
  assert.equal(await post('shared-with-senders'), 204)
  await becomes('second')
  assert.ok(!controller.log().includes('shared-with-senders'))
  assert.equal(await controller.stop(), 0)
})

test('where SNS may send events no shared secret is needed, and one that is mounted later counts', async (t) => {
  const emulator = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  t.after(() => emulator.close())
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rotations-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = path.join(folder, 'secret')
  const topics = ['--rotations-sns-topics', 'arn:aws:sns:eu-west-1:111111111111:rotations']
  const flags = ['--rotations', '127.0.0.1:0', '--rotations-secret', file, ...topics]
  await using controller = await startController('external-secrets', emulator.kubeconfig, flags)
  assert.match(controller.log(), /the file cannot be read or is empty/)
  const address = /"rotations":"([^"]+)"/.exec(controller.log())?.[1] ?? assert.fail()
  const post = async (): Promise<number> => {
    const body = JSON.stringify({ store: 'SecretStore shop/away', key: 'db' })
    const headers = { 'x-api-key': 'shared-with-senders' }
    return (await fetch(`http://${address}/rotations`, { method: 'POST', headers, body })).status
  }
  assert.equal(await post(), 401)
  await writeFile(file, 'shared-with-senders')
  assert.notEqual(await post(), 401)
})

test('senders are shown the certificate of their own port, which is given whole or not at all', async (t) => {
  const emulator = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  t.after(() => emulator.close())
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rotations-'))
  t.after(() => rm(folder, { recursive: true }))
  const { cert, key, ca } = testTls()
  const files = { cert: path.join(folder, 'tls.crt'), key: path.join(folder, 'tls.key'), secret: path.join(folder, 'secret') }
  await Promise.all([writeFile(files.cert, cert), writeFile(files.key, key), writeFile(files.secret, 'shared-with-senders')])
  const half = ['--rotations', '127.0.0.1:0', '--rotations-secret', files.secret, '--rotations-certificate', files.cert]
  await assert.rejects(
    startController('external-secrets', emulator.kubeconfig, half),
    /--rotations-certificate and --rotations-key belong together/,
  )
  await using controller = await startController('external-secrets', emulator.kubeconfig, [...half, '--rotations-key', files.key])
  const address = /"rotations":"([^"]+)"/.exec(controller.log())?.[1] ?? assert.fail()
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const body = JSON.stringify({ store: 'SecretStore shop/away', key: 'db' })
  const headers = { 'x-api-key': 'a guess' }
  https
    .request(`https://${address}/rotations`, { method: 'POST', ca, headers }, (response) => resolve(response.statusCode))
    .once('error', reject)
    .end(body)
  assert.equal(await promise, 401)
})

test('a queue whose region nobody says ends the start, with a remedy', async (t) => {
  const emulator = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  t.after(() => emulator.close())
  const flags = ['--rotations-queue', 'https://queue.example.com/rotations']
  await assert.rejects(startController('external-secrets', emulator.kubeconfig, flags), /--rotations-queue-region/)
})
