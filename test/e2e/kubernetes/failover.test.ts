import assert from 'node:assert/strict'
import { env } from 'node:process'
import { after, before, describe, test } from 'node:test'
import { systemRandom } from '../../../plugin/model/random.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { FailoverScene } from './failover-scene.ts'

/** `LEASE_ROUNDS=50` for a long run, as of `lease.test.ts`; a round takes a quarter of a minute. */
const ROUNDS = Number(env['LEASE_ROUNDS'] ?? 10)
const TIMES = ['--lease-duration', '4000', '--lease-renew-deadline', '3000', '--lease-retry-period', '500']
/** The times of a Lease by default take 24 and 2 seconds (`lease.test.ts`); a machine that stands still takes longer for these short ones. */
const CRASH_MS = 24_000
const STOP_MS = 4_000
/** More than any other request has, and less than a write of the Secret. */
const PART_OF_A_WRITE = 20_000

describe('three controllers of ExternalSecrets on a real API server, with OpenBao behind them', () => {
  let scene: FailoverScene

  before(async () => {
    scene = await FailoverScene.start(TIMES)
  })
  after(() => scene?.stop())

  for (let round = 1; round <= ROUNDS; round++) {
    test(`round ${round}: what a leader sent before it was frozen is refused when it arrives after its successor's write`, async () => {
      const former = await scene.leader()
      const refused = await scene.updates(former, 409)
      former.relay.holdAfter(PART_OF_A_WRITE)
      await scene.rotate()
      await waitUntil('its write is on the way', async () => former.relay.isHolding, scene.standing)
      former.controller.child.kill('SIGSTOP')
      assert.ok((await scene.served()) <= CRASH_MS)
      await scene.rotate()
      await scene.served()
      former.relay.release()
      await waitUntil('it is refused', async () => (await scene.updates(former, 409)) > refused, scene.standing)
      await goOn(former)
    })

    test(`round ${round}: a leader that is stopped at any moment writes nothing old when it goes on`, async () => {
      const former = await scene.leader()
      await scene.rotate()
      await new Promise((resolve) => setTimeout(resolve, systemRandom.fraction() * 1_000))
      former.controller.child.kill('SIGSTOP')
      await scene.rotate()
      assert.ok((await scene.served()) <= CRASH_MS)
      await goOn(former)
    })

    test(`round ${round}: after a leader was killed another writes what it had not`, async () => {
      const former = await scene.leader()
      former.controller.child.kill('SIGKILL')
      await scene.rotate()
      assert.ok((await scene.served()) <= CRASH_MS)
      await scene.replace(former)
    })
  }

  test('after a leader was told to stop another writes at once', async () => {
    const former = await scene.leader()
    const ended = former.controller.stop()
    await scene.rotate()
    assert.ok((await scene.served()) <= STOP_MS)
    assert.equal(await ended, 0)
    await scene.replace(former)
  })

  test('the Secret never had anything older again, nor anything else', () => {
    const { counts } = scene
    assert.deepEqual(
      counts.filter((count, place) => !(count >= (counts[place - 1] ?? 1))),
      [],
      counts.join(' '),
    )
  })

  /** Goes on a leader that was stopped, and waits until it knows. */
  async function goOn({ controller }: Awaited<ReturnType<FailoverScene['leader']>>): Promise<void> {
    const losses = (): number => controller.log().split('lost the lease').length
    const before = losses()
    controller.child.kill('SIGCONT')
    await waitUntil('it knows that it leads no more', async () => losses() > before, scene.standing)
    await scene.rotate()
    await scene.served()
  }
})
