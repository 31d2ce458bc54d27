import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { SecretError } from '../../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { webhook } from '../../../../plugin/providers/webhook/provider.ts'
import { testTls } from '../../../support/emulators/tls/test-tls.ts'
import { startWebhookEmulator, type WebhookEmulator } from '../../../support/emulators/webhook/webhook-emulator.ts'
import { openWebhook, type Surroundings, type WebhookSpec } from './open-webhook.ts'

const CANARY = 'canary-hunter2'

describe('what an answer to a webhook store is', () => {
  let emulator: WebhookEmulator

  before(async () => {
    emulator = await startWebhookEmulator()
  })
  beforeEach(() => emulator.control.reset())
  after(() => emulator.close())

  async function outcomeOf(spec: Partial<WebhookSpec>, around: Surroundings = {}) {
    const reader = await openWebhook({ url: `${emulator.url}/json/a`, result: { jsonPath: '$.value' }, ...spec }, around)
    try {
      const [outcome] = await reader.fetch([{ key: 'a', part: 'value' }], AbortSignal.timeout(30_000))
      assert.ok(outcome)
      return outcome
    } finally {
      await reader.close()
    }
  }

  async function failure(
    spec: Partial<WebhookSpec> = {},
    around: Surroundings = { retry: { maxRetries: 0 } },
  ): Promise<SecretError> {
    const outcome = await outcomeOf(spec, around)
    assert.ok(!outcome.ok, 'it failed')
    assert.doesNotMatch(`${outcome.error.message} ${outcome.error.remedy}`, new RegExp(CANARY))
    assert.ok(outcome.error.remedy, 'it has a remedy')
    return outcome.error
  }

  const RESULTS: readonly (readonly [jsonPath: string, answer: string, value: string])[] = [
    ['$.value', '{"value":"text"}', 'text'],
    ['$.value', '{"value":true}', 'true'],
    ['$.value', '{"value":null}', ''],
    ['$.value', '{"value":1.5}', '2'],
    ['$.value', '{"value":2.5}', '2'],
    ['$.value', '{"value":-0.2}', '-0'],
    ['$.value', '{"value":12345678901234567890}', '12345678901234567168'],
    ['$.value', '{"value":{"b":"<","a":[1]}}', '{"a":[1],"b":"\\u003c"}'],
    ['$.value', '{"value":[["first"],"second"]}', 'first'],
    ['$.list[?(@.name == "two")].v', '{"list":[{"name":"one","v":1},{"name":"two","v":2}]}', '2'],
    ['', ' all of it\n', ' all of it\n'],
  ]
  for (const [jsonPath, answer, value] of RESULTS) {
    test(`${jsonPath === '' ? 'no path' : jsonPath} of ${answer} is ${JSON.stringify(value)}`, async () => {
      emulator.answerNext(200, answer)
      const outcome = await outcomeOf({ result: { jsonPath } })
      assert.ok(outcome.ok, outcome.ok ? '' : outcome.error.message)
      assert.equal(new TextDecoder().decode(outcome.secret.value.reveal()), value)
    })
  }

  const FAILURES: readonly (readonly [name: string, status: number, body: string, kind: string, message: RegExp])[] = [
    ['a page to log in', 200, `<html>${CANARY}</html>`, 'Unavailable', /not JSON/],
    ['half an answer', 200, `{"value":"${CANARY}`, 'Unavailable', /not JSON/],
    ['no body', 200, '', 'Unavailable', /not JSON/],
    ['an answer without it', 200, `{"other":"${CANARY}"}`, 'InvalidSpec', /finds nothing/],
    ['an empty list', 200, '{"value":[]}', 'InvalidSpec', /finds nothing/],
    ['not found', 404, CANARY, 'NotFound', /status 404/],
    ['not modified', 304, '', 'Unavailable', /status 304/],
    ['unauthorised', 401, CANARY, 'AccessDenied', /status 401/],
    ['forbidden', 403, CANARY, 'AccessDenied', /status 403/],
    ['a request that is wrong', 422, CANARY, 'InvalidSpec', /status 422/],
    ['too many requests', 429, CANARY, 'Throttled', /status 429/],
    ['a server that fails', 502, CANARY, 'Unavailable', /status 502/],
  ]
  for (const [name, status, body, kind, message] of FAILURES) {
    test(`${name} (${status}) is ${kind}`, async () => {
      emulator.answerNext(status, body)
      const error = await failure()
      assert.equal(error.kind, kind)
      assert.match(error.message, message)
    })
  }

  test('more than 5 MiB is not read', async () => {
    emulator.control.inject('oversized')
    assert.match((await failure()).message, /sent more than/)
  })

  test('no answer ends at the limit of the store, or of the program where that is lower', async () => {
    emulator.control.inject('hang', 2)
    assert.equal((await failure({ timeout: '50ms' })).kind, 'Timeout')
    const error = await failure({ timeout: '10h' }, { callTimeoutMs: 60, retry: { maxRetries: 0 } })
    assert.match(error.message, /within 60 ms/)
  })

  test('a redirect is not followed', async () => {
    emulator.control.inject('redirect')
    assert.match((await failure()).message, /status 30\d.*not followed/)
    assert.equal(emulator.control.calls, 1)
  })

  test('what may have done something is not sent again', async () => {
    emulator.control.inject('internalError', 3)
    await failure({ method: 'POST' }, {})
    assert.equal(emulator.control.calls, 1)
    emulator.control.reset()
    emulator.control.inject('internalError')
    emulator.put('a', Buffer.from('x'))
    await outcomeOf({ method: 'GET' })
    assert.equal(emulator.control.calls, 2)
  })

  test('only a status 404 means that there is no such secret: a path that finds nothing is a mistake', () => {
    assert.equal(webhook.meansAbsent?.({ key: 'a', part: 'value' }, 'fetch', 'data'), true)
    assert.equal(webhook.meansAbsent?.({ key: 'a', part: 'value' }, 'select', 'data'), false)
  })

  test('extract takes the members of an object, also of one that is the text of a JSON string', () => {
    const secret = { value: SecretValue.fromText('{"a":1.50,"b":"x","c":null,"d":{"e":[true]}}'), version: 'v' }
    const members = webhook.extract(secret, { key: 'a', part: 'value' })
    assert.deepEqual(
      Array.from(members, ([key, value]) => [key, new TextDecoder().decode(value.reveal())]),
      [
        ['a', '1.5'],
        ['b', 'x'],
        ['c', ''],
        ['d', '{"e":[true]}'],
      ],
    )
    assert.throws(() => webhook.extract({ value: SecretValue.fromText('[1]'), version: 'v' }, { key: 'a', part: 'value' }), {
      kind: 'InvalidSpec',
    })
  })
})

describe('whom a webhook store trusts', () => {
  test('the authority of caBundle or caProvider, and no other', async () => {
    const tls = testTls()
    const secure = await startWebhookEmulator(tls)
    secure.put('a', Buffer.from('over TLS'))
    const spec = { url: `${secure.url}/text/a`, headers: { authorization: secure.authorization }, result: {} }
    const read = async (more: Partial<WebhookSpec>, around: Surroundings = {}): Promise<string> => {
      const reader = await openWebhook({ ...spec, ...more }, { retry: { maxRetries: 0 }, ...around })
      try {
        const [outcome] = await reader.fetch([{ key: 'a', part: 'value' }], AbortSignal.timeout(30_000))
        return outcome?.ok ? new TextDecoder().decode(outcome.secret.value.reveal()) : (outcome?.error.message ?? '')
      } finally {
        await reader.close()
      }
    }
    try {
      assert.match(await read({}), /TLS connection .* failed/)
      assert.equal(await read({ caBundle: Buffer.from(tls.ca).toString('base64') }), 'over TLS')
      const caProvider = { type: 'Secret' as const, name: 'ca', key: 'ca.crt' }
      assert.equal(await read({ caProvider }, { secrets: { 'ca/ca.crt': tls.ca } }), 'over TLS')
    } finally {
      await secure.close()
    }
  })

  test('no address that the policy refuses', async () => {
    const emulator = await startWebhookEmulator()
    const reader = await openWebhook({ url: `${emulator.url}/text/a`, result: {} }, { mayConnect: () => false })
    try {
      const [outcome] = await reader.fetch([{ key: 'a', part: 'value' }], AbortSignal.timeout(30_000))
      assert.equal(outcome?.ok === false && outcome.error.kind, 'AccessDenied')
      assert.equal(emulator.control.calls, 0)
    } finally {
      await reader.close()
      await emulator.close()
    }
  })
})
