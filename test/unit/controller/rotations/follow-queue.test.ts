import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TokenBucket } from '../../../../plugin/controller/applications/token-bucket.ts'
import { followQueue, type QueuedEvent } from '../../../../plugin/controller/rotations/follow-queue.ts'
import type { RotationIntake } from '../../../../plugin/controller/rotations/rotation-intake.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

const ARN = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:team-a/database-aB3dE6'
const LABELLED = { source: 'aws.secretsmanager', 'detail-type': 'Secret Label Updated', detail: { name: ARN }, resources: [ARN] }
const CALLED = {
  source: 'aws.secretsmanager',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: { requestParameters: { secretId: 'x' } },
}
const HIDDEN_MS = 60_000

/** A queue that hides what it gave for a minute; `failures` calls are refused first, and so many removals are (`stays`). */
function start(bodies: readonly string[], { failures = 0, refuses = 0, stays = 0, perSecond = 1_000 } = {}) {
  const clock = new VirtualClock()
  const held = new Map(bodies.map((body, index) => [String(index), { body, hiddenUntil: 0 }]))
  const told: string[] = []
  const ids: (string | undefined)[] = []
  const counted: string[] = []
  const lines: string[] = []
  const askedAt: number[] = []
  const removed: string[] = []
  const queue = {
    async receive(signal: AbortSignal): Promise<readonly QueuedEvent[]> {
      askedAt.push(clock.monotonic())
      if (failures-- > 0) throw new SecretError('Unavailable', 'AWS failed to answer', { remedy: 'look at the proxy' })
      const visible = [...held].filter(([, { hiddenUntil }]) => hiddenUntil <= clock.monotonic())
      if (visible.length === 0) await clock.sleep(20_000, signal)
      for (const [, message] of visible) message.hiddenUntil = clock.monotonic() + HIDDEN_MS
      return visible.map(([receipt, { body }]) => ({ receipt, body }))
    },
    async remove(receipts: readonly string[]) {
      if (stays-- > 0) throw new SecretError('Unavailable', 'AWS failed to answer')
      for (const receipt of receipts) if (held.delete(receipt)) removed.push(receipt)
    },
  }
  const intake: RotationIntake = {
    async take(rotations, id) {
      ids.push(id)
      if (refuses-- > 0) throw new SecretError('Unavailable', 'not now')
      for (const one of rotations) told.push('store' in one ? `${one.store} ${one.key}` : [...one.names].join(' '))
      return 'taken'
    },
  }
  const stop = new AbortController()
  const work = followQueue(
    {
      queue,
      intake,
      bucket: new TokenBucket(perSecond, 1, clock),
      clock,
      random: seededRandom('queue'),
      logger: { info: () => undefined, warn: (message, fields) => void lines.push(JSON.stringify([message, fields])) },
      onEvent: (outcome) => void counted.push(outcome),
      onCall: (outcome) => void counted.push(outcome),
    },
    stop.signal,
  )
  return { clock, held, told, ids, counted, lines, askedAt, removed, work, stop }
}

test('events of EventBridge, plain or by way of SNS, and plain keys are told, and removed once they were', async () => {
  const wrapped = { Type: 'Notification', Message: JSON.stringify(CALLED) }
  const plain = { store: 'ClusterSecretStore aws', key: 'db' }
  const { clock, told, held, stop, work } = start([LABELLED, wrapped, plain].map((event) => JSON.stringify(event)))
  await clock.run(10_000)
  assert.deepEqual(told.slice(1), ['x', 'ClusterSecretStore aws db'])
  assert.match(told[0] ?? '', /team-a\/database( |$)/)
  assert.equal(held.size, 0)
  stop.abort()
  await work
})

test('an event that names no secret is removed; what is no event is counted, left, and not quoted', async () => {
  const foreign = JSON.stringify({ source: 'aws.ec2', detail: {} })
  const { clock, told, held, counted, lines, stop, work } = start([foreign, 'hunter2 <not JSON>'])
  await clock.run(10_000)
  assert.deepEqual(told, [])
  assert.deepEqual([...held.keys()], ['1'])
  assert.deepEqual(counted, ['taken', 'not-understood', 'ok'])
  assert.ok(!lines.join().includes('hunter2'))
  stop.abort()
  await work
})

test('what is not taken stays, is told when it comes again, and holds up none of those that came with it', async () => {
  const other = { ...CALLED, detail: { requestParameters: { secretId: 'y' } } }
  const bodies = [CALLED, other].map((event) => JSON.stringify(event))
  const { clock, told, held, counted, removed, stop, work } = start(bodies, { refuses: 1 })
  await clock.run(10_000)
  assert.deepEqual([told, [...held.keys()], counted], [['y'], ['0'], ['taken', 'failed']])
  await clock.run(2 * HIDDEN_MS)
  assert.deepEqual(told, ['y', 'x'])
  assert.deepEqual(removed, ['1', '0'])
  stop.abort()
  await work
})

test('those that come together wait for nobody: an intake that is slow is asked once for all', async () => {
  const clock = new VirtualClock()
  const bodies = Array.from({ length: 10 }, (_, index) => ({ receipt: String(index), body: JSON.stringify(CALLED) }))
  const removed: string[] = []
  const stop = new AbortController()
  const queue = {
    async receive(signal: AbortSignal): Promise<readonly QueuedEvent[]> {
      if (bodies.length === 0) await clock.sleep(20_000, signal)
      return bodies.splice(0)
    },
    remove: async (receipts: readonly string[]) => void removed.push(...receipts),
  }
  const intake: RotationIntake = {
    async take() {
      await clock.sleep(500)
      return 'taken'
    },
  }
  const nothing = (): void => undefined
  const tools = { clock, random: seededRandom('queue'), logger: silentLogger, onEvent: nothing, onCall: nothing }
  const work = followQueue({ ...tools, queue, intake, bucket: new TokenBucket(1_000, 100, clock) }, stop.signal)
  await clock.run(600)
  assert.equal(removed.length, 10)
  stop.abort()
  await work
})

test('a queue that cannot be read is asked again after longer and longer, told once with what to do, and read when it can be', async () => {
  const { clock, told, askedAt, lines, stop, work } = start([JSON.stringify(CALLED)], { failures: 9 })
  await clock.run(600_000)
  const waits = askedAt.slice(1, 10).map((at, index) => at - (askedAt[index] ?? 0))
  for (const [index, ms] of waits.entries()) {
    const longest = Math.min(1_000 * 2 ** index, 60_000)
    assert.ok(ms >= longest / 2 && ms <= longest, `${index}: ${ms}`)
  }
  assert.deepEqual(told, ['x'])
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /AWS failed to answer.*look at the proxy/)
  stop.abort()
  await work
})

test('events are told no faster than their pace, and a stop between two leaves the rest in the queue', async () => {
  const bodies = Array.from({ length: 6 }, () => JSON.stringify(CALLED))
  const { clock, told, held, stop, work } = start(bodies, { perSecond: 1 })
  await clock.run(2_500)
  assert.equal(told.length, 3)
  stop.abort()
  await work
  assert.equal(held.size, 3)
})

test('an event that the queue gives once more, since it could not be removed, is told by the same id; and then it is gone', async () => {
  const plain = { store: 'ClusterSecretStore aws', key: 'db' }
  const bodies = [{ ...LABELLED, id: 'e1' }, { ...CALLED, id: 'e2' }, plain].map((event) => JSON.stringify(event))
  const { clock, held, ids, stop, work } = start(bodies, { stays: 1 })
  await clock.run(3 * HIDDEN_MS)
  assert.equal(held.size, 0)
  const [first, second, third, ...again] = ids
  assert.deepEqual(again, [first, second, third])
  assert.equal(new Set([first, second, undefined]).size, 3)
  assert.equal(third, undefined)
  stop.abort()
  await clock.run(1)
  await work
})
