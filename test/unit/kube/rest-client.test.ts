import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { ApiTransport } from '../../../plugin/kube/api-transport.ts'
import { CONFIG_MAPS, SECRETS, SERVICE_ACCOUNTS } from '../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import { restClient } from '../../../plugin/kube/rest-client.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { refused } from '../../contract/kube-world.ts'
import { type KubeEmulator, startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const DB = { namespace: 'default', name: 'db' }

describe('a server that is busy or ill', () => {
  let emulator: KubeEmulator
  let clock: FakeClock
  let kube: KubeClient

  beforeEach(async () => {
    emulator = await startKubeEmulator()
    clock = new FakeClock()
    kube = emulator.localClient({ clock })
    emulator.put(SECRETS, { metadata: DB })
  })
  afterEach(() => emulator.close())

  test('reads are repeated three times, each time after a longer pause', async () => {
    emulator.inject({ status: 500 }, {}, 3)
    assert.equal((await kube.get(SECRETS, DB)).metadata.name, 'db')
    const [first = 0, second = 0, third = 0] = clock.slept
    assert.ok(
      first >= 125 && first <= 250 && second >= 250 && second <= 500 && third >= 500 && third <= 1_000,
      clock.slept.join(),
    )
    emulator.inject({ status: 503 }, {}, 4)
    await refused(kube.list(SECRETS), 503, 'ServiceUnavailable')
    assert.equal(clock.slept.length, 6)
  })

  test('the pause that the server asks for is kept, unless it is long: then the caller is told', async () => {
    emulator.inject({ status: 429, retryAfterSeconds: 9 })
    await kube.get(SECRETS, DB)
    assert.deepEqual(clock.slept, [9_000])
    emulator.inject({ status: 429, retryAfterSeconds: 60 })
    const error = await refused(kube.get(SECRETS, DB), 429, 'TooManyRequests')
    assert.equal(error.retryAfterMs, 60_000)
    assert.equal(clock.slept.length, 1)
  })

  test('a connection that breaks is a reason to read again, a refusal is none', async () => {
    emulator.inject('cut')
    await kube.get(SECRETS, DB)
    assert.equal(clock.slept.length, 1)
    emulator.inject({ status: 403 })
    await refused(kube.get(SECRETS, DB), 403, 'Forbidden')
    assert.equal(clock.slept.length, 1)
  })

  test('writes are never repeated, since one whose answer is lost may have been done', async () => {
    emulator.inject('cutAfterwards', { verb: 'create' })
    await refused(kube.create(SECRETS, { metadata: { name: 'new', namespace: 'default' } }), 0, 'ECONNRESET')
    assert.ok(emulator.get(SECRETS, { namespace: 'default', name: 'new' }))
    const object = await kube.get(SECRETS, DB)
    emulator.inject({ status: 429, retryAfterSeconds: 1 }, {}, 3)
    await refused(kube.update(SECRETS, object), 429, 'TooManyRequests')
    await refused(kube.patch(SECRETS, DB, { type: 'merge', body: {} }), 429, 'TooManyRequests')
    await refused(kube.delete(SECRETS, DB), 429, 'TooManyRequests')
    assert.deepEqual(clock.slept, [])
  })

  test('a token is asked for again', async () => {
    emulator.put(SERVICE_ACCOUNTS, { metadata: { name: 'reader', namespace: 'default' } })
    emulator.inject({ status: 500 })
    const { token } = await kube.requestToken({ namespace: 'default', name: 'reader' }, { audiences: ['a'] })
    assert.ok(token.length > 0)
  })

  test('a watch is not opened again: its reader decides from where', async () => {
    emulator.inject({ status: 503 }, { verb: 'watch' })
    const options = { resourceVersion: emulator.revision(), timeoutSeconds: 5, signal: new AbortController().signal }
    await refused(kube.watch(SECRETS, options)[Symbol.asyncIterator]().next(), 503, 'ServiceUnavailable')
    assert.deepEqual(clock.slept, [])
  })
})

describe('errors', () => {
  /** Answers everything so. */
  const clientOf = (status: number, body: string): KubeClient => {
    const head = { status, retryAfter: undefined }
    const transport: ApiTransport = {
      exchange: async () => ({ ...head, body }),
      open: async () => ({
        ...head,
        chunks: (async function* () {
          yield Buffer.from(body)
        })(),
      }),
      close() {},
    }
    return restClient(transport, { clock: new FakeClock(), random: systemRandom })
  }
  const watched = (kube: KubeClient): Promise<unknown> => {
    const options = { namespace: 'team', resourceVersion: '1', timeoutSeconds: 1, signal: new AbortController().signal }
    return kube.watch(CONFIG_MAPS, options)[Symbol.asyncIterator]().next()
  }
  const status = (parts: object): string => JSON.stringify({ kind: 'Status', message: 'canary', ...parts })

  test('they name the call, the object and the reason, and hold nothing of the message', async () => {
    const body = status({
      reason: 'Invalid',
      details: {
        causes: [
          { reason: 'FieldValueInvalid', field: 'spec.data[0].key', message: 'canary' },
          { field: 'can ary', reason: 'A' },
        ],
      },
    })
    const kube = clientOf(422, body)
    const error = await refused(kube.update(SECRETS, { metadata: DB }, { subresource: 'status' }), 422, 'Invalid')
    assert.equal(error.message, 'cannot update secrets/status default/db: Invalid (422), spec.data[0].key FieldValueInvalid')
    assert.equal(error.cause, undefined)
  })

  test('a reason that is no constant of the API is replaced by that of the status', async () => {
    await refused(clientOf(403, status({ reason: 'canary: no' })).delete(SECRETS, DB), 403, 'Forbidden')
    await refused(clientOf(409, '<html>canary</html>').create(SECRETS, { metadata: DB }), 409, 'Conflict')
    await refused(clientOf(302, '').get(SECRETS, DB), 302, 'Unknown')
    await refused(clientOf(599, 'null').create(SECRETS, { metadata: DB }), 599, 'InternalError')
  })

  test('the pause that is wished for may be in the body', async () => {
    const error = await refused(
      clientOf(429, status({ details: { retryAfterSeconds: 12 } })).delete(SECRETS, DB),
      429,
      'TooManyRequests',
    )
    assert.equal(error.retryAfterMs, 12_000)
  })

  test('what is no object in JSON is not quoted', async () => {
    for (const body of ['canary', '"canary"', '', 'null']) {
      const error = await refused(clientOf(200, body).get(SECRETS, DB), 0, 'NoJson')
      assert.doesNotMatch(error.message, /canary/)
    }
    await refused(watched(clientOf(200, '{"type": canary\n')), 0, 'NoJson')
  })

  test('a watch ends with the error that comes in it, and with the one that comes in its place', async () => {
    const inStream = (code: number, reason: string): string => `${JSON.stringify({ type: 'ERROR', object: { code, reason } })}\n`
    const error = await refused(watched(clientOf(200, inStream(410, 'Gone'))), 410, 'Expired')
    assert.equal(error.message, 'cannot watch configmaps in team: Expired (410)')
    await refused(watched(clientOf(200, inStream(500, 'InternalError'))), 500, 'InternalError')
    await refused(watched(clientOf(200, '{"type":"ERROR"}\n')), 500, 'InternalError')
    await refused(watched(clientOf(410, status({ reason: 'Gone' }))), 410, 'Expired')
  })

  test('a line of a watch that never ends is given up', async () => {
    await refused(watched(clientOf(200, 'x'.repeat(9 * 1024 * 1024))), 0, 'TooLarge')
  })

  test('no token in an answer is no success', async () => {
    await refused(clientOf(201, '{}').requestToken(DB, { audiences: [] }), 0, 'NoToken')
  })
})
