import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import express from 'express'
import * as z from 'zod'
import { withParty } from '../../../plugin/generators/party.ts'
import { below, hostUrl, partyUrl } from '../../../plugin/generators/party-url.ts'
import { type Listening, listen } from '../../support/emulator.ts'
import { contextOf, signal } from './ask-generator.ts'

const anything = z.unknown()
const remedies = { denied: 'grant it', invalid: 'correct it' }

/** What a status means, with a body of JSON and with a page; `tried` is how often the call was made. */
const STATUSES = [
  { status: 301, json: 'Unavailable', page: 'Unavailable', tried: 1 },
  { status: 400, json: 'InvalidSpec', page: 'InvalidSpec', tried: 1 },
  { status: 401, json: 'AccessDenied', page: 'AccessDenied', tried: 1 },
  { status: 403, json: 'AccessDenied', page: 'AccessDenied', tried: 1 },
  { status: 404, json: 'NotFound', page: 'Unavailable', tried: 1 },
  { status: 407, json: 'Unavailable', page: 'Unavailable', tried: 1 },
  { status: 408, json: 'Unavailable', page: 'Unavailable', tried: 5 },
  { status: 409, json: 'InvalidSpec', page: 'InvalidSpec', tried: 1 },
  { status: 422, json: 'InvalidSpec', page: 'InvalidSpec', tried: 1 },
  { status: 429, json: 'Throttled', page: 'Throttled', tried: 5 },
  { status: 500, json: 'Unavailable', page: 'Unavailable', tried: 5 },
  { status: 503, json: 'Unavailable', page: 'Unavailable', tried: 5 },
] as const

describe('another party', () => {
  let server: Listening
  let calls = 0
  before(async () => {
    const app = express()
    app.use((request, response) => {
      calls++
      const [, status, form] = request.path.split('/')
      response.status(Number(status)).set({ location: '/200/json', ...(status === '429' && { 'retry-after': '1' }) })
      if (form === 'json') response.json({ error: 'their words' })
      else response.type('html').send('<html>their words</html>')
    })
    server = await listen(app)
  })
  after(() => server.close())

  for (const { status, tried, ...kinds } of STATUSES) {
    for (const form of ['json', 'page'] as const) {
      for (const makesSomething of [undefined, true] as const) {
        const often = makesSomething ? 1 : tried
        const what = makesSomething ? 'what makes something' : 'a call'
        test(`the status ${status} with ${form} is ${kinds[form]}, and ${what} is tried ${often} times`, async () => {
          calls = 0
          const url = new URL(`http://127.0.0.1:${server.port}/${status}/${form}`)
          const question = { method: 'POST', url, doing: 'do it', remedies, ...(makesSomething && { makesSomething }) } as const
          const asked = withParty('Somebody', contextOf(), (party) => party.ask(question, anything, signal()))
          await assert.rejects(asked, { kind: kinds[form], message: /^(?!.*their words).*(cannot|not allow to) do it/ })
          assert.equal(calls, often)
        })
      }
    }
  }

  test('the time that the party wants to be left alone is kept', async () => {
    const url = new URL(`http://127.0.0.1:${server.port}/429/json`)
    const question = { method: 'POST', url, doing: 'do it', remedies, makesSomething: true } as const
    const asked = withParty('Somebody', contextOf(), (party) => party.tell(question, signal()))
    await assert.rejects(asked, { retryAfterMs: 1000 })
  })

  test('nobody is asked once the time of the whole render is over', async () => {
    calls = 0
    const url = new URL(`http://127.0.0.1:${server.port}/200/json`)
    const asked = withParty('Somebody', contextOf(), (party) =>
      party.tell({ method: 'GET', url, doing: 'do it', remedies }, AbortSignal.abort()),
    )
    await assert.rejects(asked, { kind: 'Deadline' })
    assert.equal(calls, 0)
  })
})

test('a name is one segment of a path, whatever it holds, and the path of the address stays', () => {
  const base = partyUrl('https://host.example:8443/sub/', 'spec.url', {})
  assert.equal(below(base, ['api', 'a/b?c#d%2e e']).href, 'https://host.example:8443/sub/api/a%2Fb%3Fc%23d%252e%20e')
  assert.equal(below(base, ['x'], { query: 'a&b' }).search, '?query=a%26b')
})

for (const host of ['', 'host/path', 'user@host', 'host:port', 'host:99999', 'https://host', 'host?x']) {
  test(`"${host}" is no host`, () => {
    assert.throws(() => hostUrl(host, 'spec.registry'), { kind: 'InvalidSpec', place: { field: 'spec.registry' } })
  })
}
