import assert from 'node:assert/strict'
import http from 'node:http'
import { describe, test } from 'node:test'
import { setTimeout as sleepFor } from 'node:timers/promises'
import express from 'express'
import { CallControl, type CallQuota } from '../support/call-control.ts'
import { listen } from '../support/emulator.ts'
import { SimulatedTime } from '../support/simulated-time.ts'

const HOUR = 3_600_000

/** A server whose answers say what time it is there, in whole seconds. */
async function timeServer(answer: () => Promise<void> = async () => undefined) {
  const agent = new http.Agent({ keepAlive: true })
  const app = express().get('/', async (_request, response) => {
    await answer()
    response.json({ at: Date.now() / 1_000 })
  })
  const server = await listen(app)
  return {
    async ask(): Promise<{ readonly status: number; readonly at: number }> {
      const { promise, resolve } = Promise.withResolvers<http.IncomingMessage>()
      http.get({ port: server.port, agent }, resolve)
      const incoming = await promise
      const [text = ''] = await incoming.map(String).toArray()
      return { status: incoming.statusCode ?? 0, ...(JSON.parse(text) as { at: number }) }
    },
    async [Symbol.asyncDispose]() {
      agent.destroy()
      await server.close()
    },
  }
}

describe('simulated time', () => {
  test('stands still while a request is in flight, however long that takes', async () => {
    using time = new SimulatedTime(0)
    await using server = await timeServer(() => sleepFor(30))
    const told: number[] = []
    void (async () => {
      for (let hour = 0; hour < 3; hour++) {
        await time.clock.sleep(HOUR)
        told.push((await server.ask()).at, (await server.ask()).at)
      }
    })()
    await time.clock.run(3 * HOUR)
    assert.deepEqual(told, [3_600, 3_600, 7_200, 7_200, 10_800, 10_800])
    assert.equal(time.requests, 6)
  })

  test('goes on while a server holds a request', async () => {
    using time = new SimulatedTime(0)
    await using server = await timeServer(() => time.serverTime.sleep(50_000))
    const asked = server.ask()
    await time.clock.run(49_999)
    const early = await Promise.race([asked, Promise.resolve('held')])
    await time.clock.run(1)
    assert.deepEqual([early, (await asked).at], ['held', 50])
  })

  test('passes until what is waited for is done', async () => {
    using time = new SimulatedTime(0)
    const waited = time.clock.sleep(1_050).then(() => Date.now())
    assert.equal(await time.until(waited), 1_050)
    await assert.rejects(time.until(Promise.reject(new RangeError('no'))), /no/)
  })

  test('gives Date back when it ends', async () => {
    const before = Date.now()
    {
      using _ = new SimulatedTime(0)
      assert.equal(Date.now(), 0)
    }
    assert.ok(Date.now() >= before)
  })
})

describe('quotas of an emulator', () => {
  const failures = {
    throttled: (_: unknown, response: express.Response) => void response.status(429).json({ at: -1 }),
    denied: () => undefined,
    internalError: () => undefined,
  }

  async function asked(quotas: readonly CallQuota[], atMs: readonly number[]) {
    const time = new SimulatedTime(0)
    const control = new CallControl(failures)
    control.time = time.serverTime
    control.quotas = quotas
    const app = express().use(control.data, (_request, response) => void response.json({ at: Date.now() }))
    const server = await listen(app)
    const agent = new http.Agent({ keepAlive: true })
    const statuses: number[] = []
    for (const at of atMs) {
      await time.clock.run(at - time.clock.monotonic())
      const { promise, resolve } = Promise.withResolvers<http.IncomingMessage>()
      http.get({ port: server.port, path: `/${at % 2 === 0 ? 'even' : 'odd'}`, agent }, resolve)
      const incoming = await promise
      statuses.push(incoming.statusCode ?? 0)
      await incoming.toArray()
    }
    agent.destroy()
    await server.close()
    time[Symbol.dispose]()
    return { statuses, throttled: control.throttled }
  }

  test('throttle what is above them in any so long time, not by the clock’s seconds, and do not count what they throttled', async () => {
    const { statuses, throttled } = await asked([{ calls: /./, most: 2, inMs: 1_000 }], [0, 900, 950, 1_001, 1_950, 2_100])
    assert.deepEqual({ statuses, throttled }, { statuses: [200, 200, 429, 200, 200, 200], throttled: 1 })
  })

  test('hold for the calls that they name alone', async () => {
    const { statuses } = await asked([{ calls: /odd/, most: 1, inMs: 1_000 }], [1, 2, 3, 4])
    assert.deepEqual(statuses, [200, 200, 429, 200])
  })
})
