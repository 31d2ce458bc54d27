import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { LoginCache } from '../../../plugin/providers/login-cache.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const never = new AbortController().signal
const MINUTE_MS = 60_000

interface Held {
  readonly number: number
  readonly expiresAtMs: number | undefined
}

/** A cache whose logins are counted and live for `lifetimeMs`; without it they do not end. */
function cacheOf(lifetimeMs: number | undefined): { cache: LoginCache<Held>; clock: FakeClock; logins: () => number } {
  const clock = new FakeClock()
  let logins = 0
  const source = {
    async login() {
      return { number: ++logins, expiresAtMs: lifetimeMs === undefined ? undefined : clock.now() + lifetimeMs }
    },
    expiresAtMs: (held: Held) => held.expiresAtMs,
  }
  return { cache: new LoginCache<Held>(source, clock), clock, logins: () => logins }
}

describe('a login', () => {
  test('serves everybody who asks, at the same time and later', async () => {
    const { cache, logins } = cacheOf(60 * MINUTE_MS)
    const held = await Promise.all([cache.get(never), cache.get(never)])
    assert.equal(held[0], held[1])
    assert.equal(await cache.get(never), held[0])
    assert.equal(logins(), 1)
  })

  test('that does not end is never renewed', async () => {
    const { cache, clock, logins } = cacheOf(undefined)
    await cache.get(never)
    clock.advance(10 ** 12)
    await cache.get(never)
    assert.equal(logins(), 1)
  })

  test('is never given with less than five minutes or half of its life left, and never renewed sooner', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 10 ** 7 }),
        fc.integer({ min: 0, max: 10 ** 7 }),
        async (lifetimeMs, passedMs) => {
          const { cache, clock, logins } = cacheOf(lifetimeMs)
          await cache.get(never)
          clock.advance(passedMs)
          await cache.get(never)
          const leftMs = lifetimeMs - passedMs
          assert.equal(logins(), leftMs > Math.min(5 * MINUTE_MS, lifetimeMs / 2) ? 1 : 2)
        },
      ),
    )
  })

  test('that was refused is replaced once, however many were refused with it', async () => {
    const { cache, logins } = cacheOf(60 * MINUTE_MS)
    const refused = await cache.get(never)
    cache.forget(refused)
    const [next] = await Promise.all([cache.get(never), cache.get(never)])
    cache.forget(refused)
    assert.equal(await cache.get(never), next)
    assert.equal(logins(), 2)
  })

  test('that failed fails those who waited for it, and is tried anew for the next', async () => {
    let logins = 0
    const source = {
      async login() {
        if (++logins === 1) throw new SecretError('AccessDenied', 'no')
        return 'held'
      },
      expiresAtMs: () => undefined,
    }
    const cache = new LoginCache<string>(source, new FakeClock())
    const outcomes = await Promise.allSettled([cache.get(never), cache.get(never)])
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal(await cache.get(never), 'held')
  })

  test('goes on for the others when one of them gives up, and ends when the cache is closed', async () => {
    const gate = Promise.withResolvers<string>()
    let ended = false
    const source = {
      login(signal: AbortSignal) {
        signal.addEventListener('abort', () => (ended = true))
        return gate.promise
      },
      expiresAtMs: () => undefined,
    }
    const cache = new LoginCache<string>(source, new FakeClock())
    const stop = new AbortController()
    const impatient = cache.get(stop.signal)
    const patient = cache.get(never)
    stop.abort()
    await assert.rejects(impatient, (thrown) => thrown instanceof SecretError && thrown.kind === 'Deadline')
    assert.equal(ended, false)
    gate.resolve('held')
    assert.equal(await patient, 'held')
    cache.close()
    assert.equal(ended, true)
  })
})
