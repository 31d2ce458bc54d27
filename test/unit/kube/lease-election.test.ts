import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECRETS } from '../../../plugin/kube/core-resources.ts'
import { isKubeError } from '../../../plugin/kube/kube-error.ts'
import { LeaseElection } from '../../../plugin/kube/lease-election.ts'
import { guardedClient } from '../../../plugin/kube/lease-guard.ts'
import { leaseIdentity } from '../../../plugin/kube/lease-identity.ts'
import { momentOf, Tenure } from '../../../plugin/kube/lease-tenure.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import { settle, VirtualClock } from '../../support/virtual-clock.ts'
import { AT_ONCE, Contender, LeaseServer } from './lease-world.ts'

interface World {
  readonly time: VirtualClock
  readonly server: LeaseServer
  readonly one: Contender
  readonly other: Contender
}

/** `one` leads, `other` waits. */
async function twoContenders(fraction = 0, lead?: () => Promise<void>): Promise<World> {
  const time = new VirtualClock()
  const server = new LeaseServer()
  const ports = { random: { fraction: () => fraction }, logger: silentLogger }
  const one = new Contender('one', time, server, ports)
  const other = new Contender('other', time, server, ports)
  void one.start(lead)
  await time.run(100)
  void other.start()
  await time.run(4_000)
  assert.deepEqual([one.election.isLeader, other.election.isLeader], [true, false])
  return { time, server, one, other }
}

async function end({ time, one, other }: World): Promise<void> {
  one.stopping.abort()
  other.stopping.abort()
  await time.run(60_000)
  assert.deepEqual([one.hasEnded, other.hasEnded], [true, true])
}

test('the first makes the Lease and renews it each two seconds; its times have six digits of a second', async () => {
  const world = await twoContenders()
  assert.deepEqual(world.server.lease?.spec, {
    holderIdentity: 'one',
    leaseDurationSeconds: 15,
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:04.000000Z',
    leaseTransitions: 0,
  })
  await end(world)
})

test('after a crash another leads once the lease has not changed for 15 seconds, and not earlier', async () => {
  const world = await twoContenders()
  const { time, one, other, server } = world
  const last = server.lease?.spec?.renewTime
  one.freeze(3_600_000)
  await time.run(14_900)
  assert.equal(other.election.isLeader, false)
  await time.run(4_000)
  assert.equal(other.election.isLeader, true)
  assert.deepEqual([server.lease?.spec?.leaseTransitions, last], [1, '2026-01-01T00:00:04.000000Z'])
  other.stopping.abort()
  await time.run(1_000)
})

test('the times in the Lease do not count: a leader whose clock is an hour late is left alone', async () => {
  const world = await twoContenders()
  world.one.stepWallClock(-3_600_000)
  await world.time.run(120_000)
  assert.deepEqual([world.one.election.isLeader, world.server.lease?.spec?.leaseTransitions], [true, 0])
  await end(world)
})

test('a leader that cannot renew is told ten seconds after the last renewal, five before another may lead', async () => {
  const world = await twoContenders()
  const { time, one, other } = world
  one.fate = () => ({ ...AT_ONCE, lost: 'request' })
  const { leadership } = one
  assert.ok(leadership)
  await time.run(9_899)
  assert.deepEqual([leadership.mayWrite(), leadership.signal.aborted], [true, false])
  await time.run(101)
  assert.ok(leadership.signal.aborted)
  assert.ok(isKubeError(leadership.signal.reason, 'LeaseLost'))
  await time.run(4_900)
  assert.equal(other.election.isLeader, false)
  await time.run(4_000)
  assert.equal(other.election.isLeader, true)
  one.fate = () => AT_ONCE
  await end(world)
})

test('a leader that was stopped and goes on may not write, though no timer has fired yet', async () => {
  const time = new VirtualClock()
  const tenure = new Tenure(time, 10_000, momentOf(time))
  let timers = 0
  void time.sleep(10_000).then(() => timers++)
  assert.ok(tenure.mayWrite())
  // What SIGSTOP does: time passes and nothing runs.
  time.stepWallClock(10_000)
  assert.deepEqual([tenure.mayWrite(), tenure.signal.aborted, tenure.wasLost, timers], [false, true, true, 0])
  tenure.renew(momentOf(time))
  assert.equal(tenure.mayWrite(), false, 'what is over is over')
})

test('neither a wall clock that is set back nor a monotonic one that stood still makes a tenure longer', async () => {
  for (const pass of [
    async (time: VirtualClock) => {
      time.stepWallClock(-60_000)
      await time.run(10_000)
    },
    async (time: VirtualClock) => time.stepWallClock(10_000),
  ]) {
    const time = new VirtualClock()
    const tenure = new Tenure(time, 10_000, momentOf(time))
    await pass(time)
    assert.equal(tenure.mayWrite(), false)
  }
})

test('a rest too short for any timer is over: nobody waits for it again and again', async () => {
  const time = new VirtualClock()
  await time.run(133_000)
  const tenure = new Tenure(time, 10_000, momentOf(time))
  await time.run(9_999)
  assert.deepEqual([tenure.mayWrite(), tenure.leftMs], [true, 1])
  await time.run(0.5)
  assert.deepEqual([tenure.mayWrite(), tenure.leftMs], [false, 0])
})

test('a renewal counts from when it was sent, not from when its answer came', async () => {
  const world = await twoContenders()
  const { time, one } = world
  const { leadership = assert.fail() } = one
  one.fate = () => ({ thereMs: 0, backMs: 4_000 })
  // Sent at 6.0, answered at 10.0.
  await time.run(6_000)
  assert.ok(leadership.mayWrite())
  one.fate = () => ({ ...AT_ONCE, lost: 'request' })
  await time.run(16_000 - 10_100 - 1)
  assert.ok(leadership.mayWrite())
  await time.run(1)
  assert.equal(leadership.mayWrite(), false)
  one.fate = () => AT_ONCE
  await end(world)
})

test('a leader that finds another in the Lease stops at once, and contends again', async () => {
  const world = await twoContenders()
  const { time, one, server } = world
  const lease = server.lease
  assert.ok(lease)
  server.answer('update', { ...lease, spec: { ...lease.spec, holderIdentity: 'stranger' } } as typeof lease)
  await time.run(2_000)
  assert.equal(one.election.isLeader, false)
  await time.run(20_000)
  assert.notEqual(one.election.isLeader, world.other.election.isLeader)
  await end(world)
})

test('a stop waits for the last write, keeps the lease meanwhile, and gives it back: another leads within two seconds', async () => {
  for (const fraction of [0, 0.5, 0.999_999]) {
    for (const headStartMs of [0, 400, 800, 1_200, 1_600]) {
      const draining = Promise.withResolvers<void>()
      const world = await twoContenders(fraction, () => draining.promise)
      const { time, one, other, server } = world
      const { leadership } = one
      one.stopping.abort()
      await time.run(60_000 + headStartMs)
      assert.deepEqual([leadership?.mayWrite(), other.election.isLeader], [true, false], 'it still writes')
      draining.resolve()
      await time.run(0)
      assert.deepEqual(
        [one.hasEnded, server.lease?.spec?.holderIdentity, server.lease?.spec?.leaseDurationSeconds],
        [true, '', 1],
      )
      assert.equal(leadership?.mayWrite(), false)
      await time.run(1_900)
      assert.equal(other.election.isLeader, true)
      await end(world)
      assert.equal(time.sleeping, 0, 'no timer keeps the process')
    }
  }
})

test('what was lost is not given back', async () => {
  const world = await twoContenders()
  const { time, one, other, server } = world
  one.freeze(30_000)
  await time.run(25_000)
  assert.equal(other.election.isLeader, true)
  one.stopping.abort()
  await time.run(30_000)
  assert.deepEqual([one.hasEnded, server.lease?.spec?.holderIdentity, other.election.isLeader], [true, 'other', true])
  await end(world)
})

test('a renewal whose answer was lost does not keep the lease from being given back', async () => {
  const world = await twoContenders()
  const { time, one, server } = world
  one.fate = () => ({ ...AT_ONCE, lost: 'answer' })
  await time.run(2_500)
  one.fate = () => AT_ONCE
  one.stopping.abort()
  await time.run(10)
  assert.deepEqual([one.hasEnded, server.lease?.spec?.holderIdentity], [true, ''])
  await end(world)
})

test('a Lease that somebody deletes does not give two leaders to those who saw it', async () => {
  const world = await twoContenders()
  const { time, one, other, server } = world
  one.freeze(9_000)
  server.lease = undefined
  await time.run(8_900)
  assert.equal(other.election.isLeader, false)
  await time.run(5_000)
  assert.deepEqual([one.election.isLeader, other.election.isLeader], [true, false])
  await end(world)
})

test('leading that ends by itself gives the lease back, and what it throws is told', async () => {
  const time = new VirtualClock()
  const server = new LeaseServer()
  const ports = { random: { fraction: () => 0 }, logger: silentLogger }
  const one = new Contender('one', time, server, ports)
  await Promise.all([one.start(async () => undefined), time.run(100)])
  assert.equal(server.lease?.spec?.holderIdentity, '')
  const other = new Contender('other', time, server, ports)
  const broken = async (): Promise<void> => {
    throw new SecretError('Bug', 'broken')
  }
  await Promise.all([assert.rejects(other.start(broken), /broken/), time.run(100)])
  assert.equal(server.lease?.spec?.holderIdentity, '')
  const late = new Contender('late', time, server, ports)
  late.stopping.abort()
  await late.start()
  assert.equal(late.tenures, 0)
})

test('a standby asks once in one to two seconds, by chance, so that many come apart', async () => {
  for (const [fraction, expected] of [
    [0, 33],
    [0.999_999, 73],
  ] as const) {
    const world = await twoContenders(fraction)
    let asked = 0
    world.other.fate = () => {
      asked++
      return AT_ONCE
    }
    await world.time.run(60_000)
    assert.ok(Math.abs(asked - expected) <= 1, `${asked} requests in a minute`)
    await end(world)
  }
})

test('times with which two could lead are refused', () => {
  const time = new VirtualClock()
  const options = {
    client: { get: refuse, create: refuse, update: refuse },
    lease: { name: 'controller' },
    identity: 'one',
    clock: time,
    random: { fraction: () => 0 },
    logger: silentLogger,
  }
  for (const [timing, message] of [
    [{ leaseMs: 10_000, renewDeadlineMs: 10_000, retryMs: 2_000 }, /more than the renew deadline/],
    [{ leaseMs: 15_000, renewDeadlineMs: 2_400, retryMs: 2_000 }, /1\.2 times the retry period/],
    [{ leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 0 }, /more than nothing/],
    [{ leaseMs: 15_500, renewDeadlineMs: 10_000, retryMs: 2_000 }, /whole seconds/],
  ] as const)
    assert.throws(() => new LeaseElection({ ...options, timing }), message)
})

async function refuse(): Promise<never> {
  throw new Error('not asked')
}

test('two processes never have one identity', () => {
  assert.notEqual(leaseIdentity(systemRandom), leaseIdentity(systemRandom))
  assert.match(leaseIdentity(systemRandom), /_[0-9a-f]{16}$/)
})

test('a guarded client reads always and writes for the leader alone; a write that hangs is cut when the lease is lost', async () => {
  const api = await startKubeEmulator()
  try {
    const time = new VirtualClock()
    const tenure = new Tenure(time, 10_000, momentOf(time))
    const client = guardedClient(api.localClient({ clock: time }), tenure)
    const key = { namespace: 'default', name: 'database' }
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: key }
    const created = await client.create(SECRETS, secret)
    api.inject('hang', { verb: 'update' })
    const hanging = client.update(SECRETS, created)
    await settle()
    time.stepWallClock(10_000)
    assert.equal(tenure.mayWrite(), false)
    const isLost = (thrown: unknown): boolean => isKubeError(thrown, 'LeaseLost')
    await assert.rejects(hanging, isLost)
    api.forgetAudit()
    const { signal } = new AbortController()
    await assert.rejects(client.create(SECRETS, secret), isLost)
    await assert.rejects(client.update(SECRETS, created, { signal }), isLost)
    await assert.rejects(client.patch(SECRETS, key, { type: 'merge', body: {} }), isLost)
    await assert.rejects(client.delete(SECRETS, key), isLost)
    assert.deepEqual(api.audit(), [])
    assert.equal((await client.get(SECRETS, key)).metadata.name, 'database')
  } finally {
    await api.close()
  }
})
