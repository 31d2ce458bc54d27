import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AwsQueue, openAwsQueue } from '../../../../plugin/providers/aws/queue.ts'
import { type AwsEmulator, startAwsEmulator } from '../../../support/emulators/aws/aws-emulator.ts'
import { ENVIRONMENT_KEYS } from './open-aws.ts'

let aws: AwsEmulator
before(async () => {
  aws = await startAwsEmulator()
})
after(() => aws.close())

async function opened(name: string, environment: Readonly<Record<string, string>> = {}): Promise<AwsQueue> {
  return await openAwsQueue({
    url: `https://sqs.eu-central-1.amazonaws.com/111111111111/${name}`,
    region: undefined,
    environment: new Map(Object.entries({ AWS_ENDPOINT_URL: aws.url, ...ENVIRONMENT_KEYS, ...environment })),
  })
}

const never = new AbortController().signal

test('a message comes soon after it was sent, is hidden from others, comes again, and is gone when it is removed', async () => {
  aws.queues.create('waiting')
  const queue = await opened('waiting')
  const receiving = queue.receive(never)
  aws.queues.send('waiting', 'a body')
  const [first] = await receiving
  assert.equal(first?.body, 'a body')
  aws.queues.send('waiting', 'another')
  assert.deepEqual(
    (await queue.receive(never)).map(({ body }) => body),
    ['another'],
  )
  aws.queues.showAll('waiting')
  const again = await queue.receive(never)
  assert.deepEqual(again.map(({ body }) => body).toSorted(), ['a body', 'another'])
  await queue.remove(
    again.map(({ receipt }) => receipt),
    never,
  )
  assert.deepEqual(aws.queues.held('waiting'), [])
  queue.close()
})

test('to stop ends a wait at once', async () => {
  aws.queues.create('empty')
  const queue = await opened('empty')
  const stop = new AbortController()
  const receiving = queue.receive(stop.signal)
  setImmediate(() => stop.abort())
  await assert.rejects(receiving)
  queue.close()
})

test('a queue that there is not, and one that may not be read, are told with a remedy', async () => {
  aws.queues.create('closed')
  const missing = await opened('missing')
  await assert.rejects(missing.receive(never), { kind: 'NotFound', remedy: /URL and region/ })
  aws.deny('sqs:ReceiveMessage', 'closed')
  const closed = await opened('closed')
  await assert.rejects(closed.receive(never), { kind: 'AccessDenied', message: /sqs:ReceiveMessage/ })
  aws.allowAll()
  missing.close()
  closed.close()
})

test('the region is that of the URL, whatever the environment says; without any the option is named', async () => {
  aws.queues.create('regional')
  aws.queues.send('regional', 'here')
  // The emulator knows no such region: what was signed for it would be refused.
  const queue = await opened('regional', { AWS_REGION: 'xx-nowhere-1' })
  assert.equal((await queue.receive(never)).length, 1)
  queue.close()
  const environment = new Map(Object.entries(ENVIRONMENT_KEYS))
  const local = { url: 'http://127.0.0.1:4566/000000000000/q', region: undefined, environment }
  await assert.rejects(openAwsQueue(local), { kind: 'InvalidSpec', remedy: /--rotations-queue-region/ })
  await assert.rejects(openAwsQueue({ ...local, url: 'my-queue' }), { kind: 'InvalidSpec', message: /no URL/ })
})
