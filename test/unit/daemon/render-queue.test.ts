import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { HeldBytes } from '../../../plugin/daemon/held-bytes.ts'
import { QueueFull, RenderQueue } from '../../../plugin/daemon/render-queue.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'

const never = new AbortController().signal

test('no more run at once than may, and they run in their order', async () => {
  const queue = new RenderQueue({ running: 2, waiting: 100, waitingBytes: 1_000 })
  const order: number[] = []
  let most = 0
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      queue.run(1, never, async () => {
        order.push(index)
        most = Math.max(most, queue.running)
        await setImmediate()
      }),
    ),
  )
  assert.deepEqual(
    order,
    [...order].toSorted((one, other) => one - other),
  )
  assert.deepEqual([most, queue.running, queue.waiting], [2, 0, 0])
})

test('what would wait behind too many, or too many bytes, is refused at once', async () => {
  for (const limits of [
    { running: 1, waiting: 1, waitingBytes: 1_000 },
    { running: 1, waiting: 100, waitingBytes: 10 },
  ]) {
    const queue = new RenderQueue(limits)
    const done = Promise.withResolvers<void>()
    const running = queue.run(8, never, () => done.promise)
    const waiting = queue.run(8, never, async () => 'second')
    await assert.rejects(
      queue.run(8, never, async () => 'third'),
      QueueFull,
    )
    done.resolve()
    await running
    assert.equal(await waiting, 'second')
  }
})

test('whose time is over before its turn leaves its place to others', async () => {
  const queue = new RenderQueue({ running: 1, waiting: 1, waitingBytes: 10 })
  const done = Promise.withResolvers<void>()
  const running = queue.run(8, never, () => done.promise)
  const leaving = new AbortController()
  const left = queue.run(8, leaving.signal, async () => 'never')
  leaving.abort()
  await assert.rejects(left, (thrown: unknown) => thrown instanceof SecretError && thrown.kind === 'Deadline')
  const next = queue.run(8, never, async () => 'next')
  done.resolve()
  await running
  assert.equal(await next, 'next')
})

test('work that fails gives its turn on', async () => {
  const queue = new RenderQueue({ running: 1, waiting: 10, waitingBytes: 100 })
  const failing = queue.run(1, never, () => Promise.reject(new Error('no')))
  const next = queue.run(1, never, async () => 'next')
  await assert.rejects(failing, /no/)
  assert.equal(await next, 'next')
})

test('bytes that are held are bounded, and what is given back is free', () => {
  const held = new HeldBytes(10)
  assert.deepEqual([held.take(6), held.take(6), held.held], [true, false, 6])
  held.give(6)
  assert.deepEqual([held.take(10), held.held], [true, 10])
})
