import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LEASES } from '../../../plugin/kube/core-resources.ts'
import { LeaseElection } from '../../../plugin/kube/lease-election.ts'
import { LeaseGroup } from '../../../plugin/kube/lease-group.ts'
import type { Lease } from '../../../plugin/kube/lease-record.ts'
import type { Leadership } from '../../../plugin/kube/lease-tenure.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

/** A cluster with so many leases, for which processes come and go. */
async function world(leases: number) {
  const time = new VirtualClock()
  const emulator = await startKubeEmulator({ namespaces: ['system'], now: time.now })
  const names = Array.from({ length: leases }, (_, index) => `lease-${index}`)
  /** By lease, whoever acts as its leader at this moment. */
  const acting = new Map<string, Set<string>>(names.map((name) => [name, new Set()]))

  function start(identity: string) {
    const stop = new AbortController()
    const state = { isFrozen: false }
    // What a frozen process sleeps for never ends.
    const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
      await time.sleep(ms, signal)
      if (state.isFrozen) await new Promise(() => undefined)
    }
    const clock = { now: time.now, monotonic: time.monotonic, sleep }
    const group = new LeaseGroup(4_000, clock)
    const ports = { clock, random: seededRandom(identity), logger: silentLogger, client: emulator.localClient({ clock: time }) }
    const runs = names.map((name) => {
      const election = new LeaseElection({ ...ports, identity, group, lease: { namespace: 'system', name } })
      return election.run((leadership) => act(name, identity, leadership, stop.signal), stop.signal)
    })
    return {
      crash: () => {
        state.isFrozen = true
        for (const name of names) acting.get(name)?.delete(identity)
      },
      stop: async () => {
        stop.abort()
        await time.run(20_000)
        await Promise.all(runs)
      },
    }
  }

  async function act(name: string, identity: string, leadership: Leadership, stop: AbortSignal): Promise<void> {
    const actors = acting.get(name)
    actors?.add(identity)
    assert.equal(actors?.size, 1, `${name} has ${[...(actors ?? [])].join(', ')}`)
    const over = AbortSignal.any([leadership.signal, leadership.retiring, stop])
    await time.sleep(10 ** 9, over).catch(() => undefined)
    actors?.delete(identity)
  }

  const counts = (): Readonly<Record<string, number>> => {
    const found: Record<string, number> = {}
    for (const holders of acting.values()) for (const holder of holders) found[holder] = (found[holder] ?? 0) + 1
    return found
  }
  const wishes = (): readonly unknown[] =>
    (emulator.list(LEASES, 'system') as readonly Lease[]).filter(({ metadata }) =>
      Object.keys(metadata.annotations ?? {}).some((key) => key.endsWith('wished-by')),
    )
  return { time, emulator, start, counts, wishes }
}

test('as many processes as leases have one each, also when they come minutes apart; one that is alone has all', async (t) => {
  const { time, emulator, start, counts, wishes } = await world(3)
  t.after(() => emulator.close())
  const one = start('one')
  await time.run(30_000)
  assert.deepEqual(counts(), { one: 3 })
  const other = start('other')
  await time.run(60_000)
  assert.deepEqual(
    Object.values(counts()).toSorted((one, other) => one - other),
    [1, 2],
  )
  const third = start('third')
  await time.run(60_000)
  assert.deepEqual(counts(), { one: 1, other: 1, third: 1 })
  // Nothing more is asked for then.
  await time.run(600_000)
  assert.deepEqual(counts(), { one: 1, other: 1, third: 1 })
  assert.deepEqual(wishes(), [])
  await one.stop()
  await other.stop()
  assert.deepEqual(counts(), { third: 3 })
  await third.stop()
})

test('when one crashes its leases are with who holds fewest, within the lease and its patience', async (t) => {
  const { time, emulator, start, counts } = await world(2)
  t.after(() => emulator.close())
  const [one, other, third] = ['one', 'other', 'third'].map(start)
  await time.run(30_000)
  const [first = ''] = Object.keys(counts())
  const idle = ['one', 'other', 'third'].find((name) => !counts()[name]) ?? ''
  const byName: Readonly<Record<string, typeof one>> = { one, other, third }
  byName[first]?.crash()
  await time.run(15_000 + 2_000 + 1_000)
  assert.equal(counts()[idle], 1)
  byName[idle]?.crash()
  await time.run(15_000 + 4_000 + 3_000)
  assert.deepEqual(Object.values(counts()), [2])
})

test('many processes and many leases: none is free for long, and none holds two more than another', async (t) => {
  const { time, emulator, start, counts } = await world(8)
  t.after(() => emulator.close())
  const processes = []
  for (const name of ['a', 'b', 'c']) {
    processes.push(start(name))
    await time.run(45_000)
  }
  await time.run(120_000)
  assert.deepEqual(
    Object.values(counts()).toSorted((one, other) => one - other),
    [2, 3, 3],
  )
  for (const one of processes) await one.stop()
})
