import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import * as fc from 'fast-check'
import { UploadSpace } from '../../../plugin/cmp/upload-space.ts'

const never = new AbortController().signal

/** Whether it is settled once everything else has had its turn. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const settle = (): void => {
    settled = true
  }
  promise.then(settle, settle)
  await turn()
  return settled
}

describe('the room for uploads', () => {
  test('an upload that does not fit waits until another one leaves', async () => {
    const space = new UploadSpace(100)
    const [first, second] = [space.enter(), space.enter()]
    await first.take(60, never)
    const taking = second.take(60, never)
    assert.equal(await isSettled(taking), false)
    first.leave()
    await taking
  })

  test('the oldest upload gets more than there is, since nothing would ever end otherwise', async () => {
    const space = new UploadSpace(100)
    const [oldest, other] = [space.enter(), space.enter()]
    await other.take(100, never)
    await oldest.take(1_000, never)
  })

  test('the next one becomes the oldest when the oldest leaves', async () => {
    const space = new UploadSpace(100)
    const [oldest, next] = [space.enter(), space.enter()]
    const taking = next.take(1_000, never)
    assert.equal(await isSettled(taking), false)
    oldest.leave()
    await taking
  })

  test('who waits goes away with the reason of the signal, and what it had is free', async () => {
    const space = new UploadSpace(100)
    const [oldest, impatient, patient] = [space.enter(), space.enter(), space.enter()]
    await oldest.take(10, never)
    await impatient.take(90, never)
    const aborting = new AbortController()
    const taking = impatient.take(10, aborting.signal)
    const waiting = patient.take(90, never)
    const reason = new Error('too late')
    aborting.abort(reason)
    await assert.rejects(taking, reason)
    impatient.leave()
    await waiting
  })

  test('leaving twice gives back once', async () => {
    const space = new UploadSpace(100)
    const [oldest, twice, last] = [space.enter(), space.enter(), space.enter()]
    await oldest.take(80, never)
    await twice.take(20, never)
    twice.leave()
    twice.leave()
    assert.equal(await isSettled(last.take(40, never)), false)
  })

  test('any uploads come to their end, and hold together what is allowed and what the oldest has', async () => {
    const most = 100
    const uploads = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(uploads, fc.scheduler(), async (sizes, scheduler) => {
        const space = new UploadSpace(most)
        const under = new Map<number, number>()
        const run = async (pieces: readonly number[], index: number): Promise<void> => {
          const share = space.enter()
          under.set(index, 0)
          for (const bytes of pieces) {
            await share.take(bytes, never)
            under.set(index, (under.get(index) ?? 0) + bytes)
            const [ofOldest = 0] = under.values()
            const held = [...under.values()].reduce((sum, one) => sum + one, 0)
            assert.ok(held <= most + ofOldest, `${held} with ${ofOldest} of the oldest`)
            await scheduler.schedule(Promise.resolve())
          }
          under.delete(index)
          share.leave()
        }
        const all = Promise.all(sizes.map(run))
        await scheduler.waitFor(all)
        assert.equal(under.size, 0)
      }),
    )
  })
})
