import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ErrorKind, SecretError } from '../../../plugin/model/secret-error.ts'
import { type CallLimits, type CallRunner, createCallRunner } from '../../../plugin/providers/call-runner.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const limits: CallLimits = { concurrency: 2, callTimeoutMs: 1_000, maxRetries: 3 }
const never = new AbortController().signal

function runner(overrides: Partial<CallLimits> = {}): { run: CallRunner['run']; clock: FakeClock } {
  const clock = new FakeClock()
  const made = createCallRunner({ ...limits, ...overrides }, clock, seededRandom('calls'))
  return { run: (call, signal) => made.run(call, signal), clock }
}

/** A call that fails in the given ways, one after the other, and then succeeds. */
function failing(...errors: SecretError[]): { call: () => Promise<string>; attempts: () => number } {
  let attempts = 0
  return {
    attempts: () => attempts,
    call: async () => {
      const error = errors[attempts++]
      if (error) throw error
      return 'fine'
    },
  }
}

const kind = (expected: ErrorKind) => (thrown: unknown) => thrown instanceof SecretError && thrown.kind === expected
const times = (count: number, error: SecretError): SecretError[] => Array.from({ length: count }, () => error)

describe('a call runner', () => {
  for (const retried of ['Throttled', 'Unavailable', 'Timeout'] as const) {
    test(`tries again after ${retried}`, async () => {
      const { call, attempts } = failing(...times(3, new SecretError(retried, 'no')))
      assert.equal(await runner().run(call, never), 'fine')
      assert.equal(attempts(), 4)
    })
  }

  for (const final of ['InvalidSpec', 'Conflict', 'NotFound', 'AccessDenied', 'Bug'] as const) {
    test(`gives up at once on ${final}`, async () => {
      const { call, attempts } = failing(new SecretError(final, 'no'))
      await assert.rejects(runner().run(call, never), kind(final))
      assert.equal(attempts(), 1)
    })
  }

  test('gives up at once on a failure that lasts', async () => {
    const { call, attempts } = failing(new SecretError('Unavailable', 'untrusted', { lasting: true }))
    await assert.rejects(runner().run(call, never), kind('Unavailable'))
    assert.equal(attempts(), 1)
  })

  test('gives the last failure when its retries are used up', async () => {
    const { call, attempts } = failing(...times(9, new SecretError('Throttled', 'no')))
    await assert.rejects(runner().run(call, never), kind('Throttled'))
    assert.equal(attempts(), 4)
  })

  test('pauses with jitter below a growing limit', async () => {
    const { call } = failing(...times(3, new SecretError('Unavailable', 'no')))
    const { run, clock } = runner()
    await run(call, never)
    assert.equal(clock.slept.length, 3)
    for (const [retry, pause] of clock.slept.entries()) assert.ok(pause <= 100 * 2 ** retry, `pause ${retry}: ${pause} ms`)
  })

  test('pauses as long as the store says', async () => {
    const { call } = failing(...times(2, new SecretError('Unavailable', 'no')))
    const { run, clock } = runner({ retryIntervalMs: 700 })
    await run(call, never)
    assert.deepEqual(clock.slept, [700, 700])
  })

  test("pauses no shorter than the provider's Retry-After", async () => {
    const { call } = failing(new SecretError('Throttled', 'no', { retryAfterMs: 2_000 }))
    const { run, clock } = runner()
    await run(call, never)
    assert.deepEqual(clock.slept, [2_000])
  })

  test('ends a call that does not listen at the call timeout', async () => {
    const deaf = (): Promise<string> => new Promise(() => {})
    await assert.rejects(runner({ callTimeoutMs: 10, maxRetries: 0 }).run(deaf, never), kind('Timeout'))
  })

  test('ends a call that does not listen when the caller gives up, as Deadline', async () => {
    const stop = new AbortController()
    const pending = runner().run(() => new Promise(() => {}), stop.signal)
    stop.abort()
    await assert.rejects(pending, kind('Deadline'))
  })

  test('never has more calls under way than allowed, and none waits for ever', async () => {
    const { run } = runner({ concurrency: 3 })
    let now = 0
    let most = 0
    const call = async (): Promise<void> => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setImmediate(resolve))
      now--
    }
    await Promise.all(Array.from({ length: 50 }, () => run(call, never)))
    assert.equal(most, 3)
  })

  test('a waiting call leaves the queue when its caller gives up', async () => {
    const { run } = runner({ concurrency: 1 })
    const gate = Promise.withResolvers<string>()
    const first = run(() => gate.promise, never)
    const stop = new AbortController()
    const second = run(async () => 'second', stop.signal)
    stop.abort()
    await assert.rejects(second, kind('Deadline'))
    gate.resolve('first')
    assert.equal(await first, 'first')
    assert.equal(await run(async () => 'third', never), 'third')
  })

  test('a caller that gives up just as its turn comes takes nobody else out of the queue', async () => {
    // Whatever the number of steps between the end of a call and the turn of the next: one of these moments is in between.
    for (let steps = 0; steps < 20; steps++) {
      const { run } = runner({ concurrency: 1 })
      const gate = Promise.withResolvers<string>()
      const stop = new AbortController()
      const first = run(() => gate.promise, never)
      const second = run(async () => 'second', stop.signal).catch(() => 'gave up')
      const third = run(async () => 'third', never)
      gate.resolve('first')
      for (let step = 0; step < steps; step++) await Promise.resolve()
      stop.abort()
      const lost = new Promise<string>((resolve) => setImmediate(resolve, `lost after ${steps} steps`))
      assert.deepEqual(await Promise.all([first, Promise.race([third, lost])]), ['first', 'third'])
      await second
    }
  })
})
