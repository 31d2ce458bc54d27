import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SecretObject } from '../../../plugin/controller/external-secrets/secret-object.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../../plugin/controller/resources.ts'
import { SECRETS } from '../../../plugin/kube/core-resources.ts'
import { startController } from '../../support/controller-process.ts'
import { type KubeEmulator, startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import { MINISTACK_ACCOUNT, type Ministack, startMinistack } from '../servers/ministack.ts'
import { waitUntil } from '../tools/wait-until.ts'

/** As in docs/controller-queue.md. */
const PATTERN = {
  source: ['aws.secretsmanager', 'aws.ssm'],
  'detail-type': ['Secret Label Updated', 'Parameter Store Change'],
}

describe('a rotation in Secrets Manager, by EventBridge and SQS', () => {
  let aws: Ministack
  let kube: KubeEmulator
  let queueUrl: string

  before(async () => {
    aws = await startMinistack()
    kube = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
    const { QueueUrl } = await aws.call('AmazonSQS.CreateQueue', { QueueName: 'rotations' })
    queueUrl = String(QueueUrl)
    await aws.call('AWSEvents.PutRule', { Name: 'rotations', EventPattern: JSON.stringify(PATTERN) })
    const Arn = `arn:aws:sqs:us-east-1:${MINISTACK_ACCOUNT}:rotations`
    await aws.call('AWSEvents.PutTargets', { Rule: 'rotations', Targets: [{ Id: 'queue', Arn }] })
    for (const Name of ['team-a/db', 'team-a/other'])
      await aws.call('secretsmanager.CreateSecret', { Name, SecretString: 'first' })
  })
  after(async () => {
    await Promise.all([aws.stop(), kube.close()])
  })

  const value = (name: string): string => {
    const secret: SecretObject | undefined = kube.get(SECRETS, { namespace: 'shop', name })
    return Buffer.from(secret?.data?.['v'] ?? '', 'base64').toString()
  }

  async function messages(): Promise<string> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible']
    const { Attributes } = await aws.call('AmazonSQS.GetQueueAttributes', { QueueUrl: queueUrl, AttributeNames: names })
    return Object.values(Attributes as Record<string, string>).join(' ')
  }

  test('the Secret has the new value long before its interval, the message is gone, and nothing else was read', async () => {
    kube.put(SECRET_STORES, {
      metadata: { name: 'aws', namespace: 'shop' },
      spec: { provider: { aws: { service: 'SecretsManager', region: 'us-east-1' } } },
    })
    for (const name of ['db', 'other'])
      kube.put(EXTERNAL_SECRETS, {
        metadata: { name, namespace: 'shop' },
        spec: {
          refreshInterval: '24h',
          secretStoreRef: { name: 'aws' },
          data: [{ secretKey: 'v', remoteRef: { key: `team-a/${name}` } }],
        },
      })
    const environment = {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'reader',
      AWS_SECRET_ACCESS_KEY: 'reader',
    }
    await using controller = await startController(
      'external-secrets',
      kube.kubeconfig,
      ['--rotations-queue', queueUrl],
      environment,
    )
    const become = (db: string, other: string): Promise<void> =>
      waitUntil(
        `db is ${db}, other ${other}`,
        async () => value('db') === db && value('other') === other,
        () => controller.log(),
      )
    await become('first', 'first')
    await aws.call('secretsmanager.PutSecretValue', { SecretId: 'team-a/db', SecretString: 'second' })
    await become('second', 'first')
    await waitUntil(
      'the queue is empty',
      async () => (await messages()) === '0 0',
      () => controller.log(),
    )
    const metrics = await (await fetch(`http://${controller.address}/metrics`)).text()
    assert.match(metrics, /rotation_events_total\{sender="sqs",outcome="taken"\} [1-9]/)
    assert.doesNotMatch(metrics, /outcome="not-understood"\} [1-9]/)
    assert.equal(await controller.stop(), 0)
  })
})
