import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { webhook } from '../../../plugin/generators/webhook.ts'
import { publicOnly } from '../../../plugin/providers/private-address.ts'
import { NtlmGate } from '../../support/emulators/webhook/ntlm-gate.ts'
import { startWebhookEmulator, type WebhookEmulator } from '../../support/emulators/webhook/webhook-emulator.ts'
import { type Around, generate, generateTexts } from './ask-generator.ts'
import { saysOfBadAnswers } from './bad-answers.ts'

describe('values that a server answers', () => {
  let server: WebhookEmulator
  before(async () => {
    server = await startWebhookEmulator()
  })
  beforeEach(() => server.control.reset())
  after(() => server.close())

  const spec = (more: object = {}): object => ({
    url: `${server.url}/json/made`,
    headers: { authorization: '{{ .auth.header }}' },
    secrets: [{ name: 'auth', secretRef: { name: 'webhook' } }],
    result: { jsonPath: '$' },
    ...more,
  })
  const around = (more: Around = {}): Around => ({
    secrets: { 'webhook/header': server.authorization, 'webhook/user': 'a b&c' },
    ...more,
  })

  /** The answer to the next request. */
  function answer(json: unknown): void {
    server.answerNext(200, JSON.stringify(json))
  }

  test('are the members of the object: text as it is, whole numbers plain, the rest as JSON', async () => {
    answer({ user: 'app', port: 5432, on: true, nothing: null, list: ['<'] })
    assert.deepEqual(await generateTexts(webhook, spec(), around()), {
      user: 'app',
      port: '5432',
      on: 'true',
      nothing: '',
      list: '["\\u003c"]',
    })
  })

  test('are where the path finds an object, or a text that holds one', async () => {
    answer({ data: { inner: { a: 'b' } } })
    assert.deepEqual(await generateTexts(webhook, spec({ result: { jsonPath: '$.data.inner' } }), around()), { a: 'b' })
    answer({ data: '{"a":"c"}' })
    assert.deepEqual(await generateTexts(webhook, spec({ result: { jsonPath: '$.data' } }), around()), { a: 'c' })
    answer({ a: 'd' })
    assert.deepEqual(await generateTexts(webhook, spec({ result: {} }), around()), { a: 'd' })
  })

  test('may need a body and headers that are made of Secrets', async () => {
    answer({ a: 'b' })
    const request = {
      method: 'POST',
      body: '{"user": {{ .auth.user | toString | toJson }}}',
      headers: { 'x-key': '{{ .auth.user }}' },
    }
    await generate(webhook, spec(request), around())
    const { method, body, headers } = server.seen.at(-1) ?? {}
    assert.deepEqual([method, JSON.parse(body ?? ''), headers?.['x-key']], ['POST', { user: 'a b&c' }, 'a b&c'])
  })

  for (const [what, json] of [
    ['a text', 'plain'],
    ['a number', 5],
    ['a list of texts', ['a']],
    ['null', null],
  ] as const) {
    test(`${what} in place of an object is InvalidSpec at the path, without a word of it`, async () => {
      answer(json)
      await assert.rejects(generate(webhook, spec(), around()), {
        kind: 'InvalidSpec',
        message: /^(?!.*plain)/,
        place: { field: 'spec.result.jsonPath' },
      })
    })
  }

  test('a path that finds nothing is InvalidSpec, and nothing there is NotFound', async () => {
    answer({ a: 'b' })
    await assert.rejects(generate(webhook, spec({ result: { jsonPath: '$.absent' } }), around()), { kind: 'InvalidSpec' })
    await assert.rejects(generate(webhook, spec(), around()), { kind: 'NotFound' })
  })

  test('a Secret that is missing and a text that is no template are said at their fields, and nobody is asked', async () => {
    await assert.rejects(generate(webhook, spec(), {}), {
      kind: 'InvalidSpec',
      place: { field: 'spec.secrets[0].secretRef' },
    })
    await assert.rejects(generate(webhook, spec({ body: '{{ .auth.header' }), around()), {
      kind: 'InvalidSpec',
      place: { field: 'spec.body' },
    })
    assert.equal(server.control.calls, 0)
  })

  test('a refusal is told of the generator, not of a store', async () => {
    const wrong = around({ secrets: { 'webhook/header': 'Bearer wrong' } })
    await assert.rejects(generate(webhook, spec(), wrong), {
      kind: 'AccessDenied',
      remedy: /^check what the generator's headers/,
    })
  })

  test('may come from behind a login by NTLM, whose failures are told of the generator', async () => {
    const gate = new NtlmGate()
    const guarded = await startWebhookEmulator(undefined, gate)
    const ntlm = { usernameSecret: { name: 'login', key: 'user' }, passwordSecret: { name: 'login', key: 'password' } }
    const spec = { url: `${guarded.url}/json/made`, result: { jsonPath: '$.data' }, auth: { ntlm } }
    const as = (password: string): Around => ({ secrets: { 'login/user': 'CORP\\app', 'login/password': password } })
    try {
      guarded.put('made', Buffer.from('x'))
      assert.deepEqual(await generateTexts(webhook, spec, as('Password')), { value: 'x' })
      await assert.rejects(generate(webhook, spec, as('wrong')), {
        kind: 'AccessDenied',
        remedy: /^check the generator's auth\.ntlm/,
      })
      await assert.rejects(generate(webhook, spec, {}), {
        kind: 'InvalidSpec',
        place: { field: 'spec.auth.ntlm.usernameSecret' },
      })
    } finally {
      await guarded.close()
    }
  })

  test('what may have done something is not sent again', async () => {
    server.control.inject('internalError', 9)
    await assert.rejects(generate(webhook, spec({ method: 'POST' }), around()), { kind: 'Unavailable' })
    assert.equal(server.control.calls, 1)
  })

  test('in Argo CD http and private addresses are refused unless the administrator listed the host', async () => {
    const { host } = new URL(server.url)
    answer({ a: 'b' })
    await generate(webhook, spec(), around({ mayConnect: publicOnly([host]) }))
    const guarded = around({ mayConnect: publicOnly([]) })
    await assert.rejects(generate(webhook, spec(), guarded), { kind: 'InvalidSpec', place: { field: 'spec.url' } })
    const overTls = spec({ url: `${server.url.replace('http:', 'https:')}/json/made` })
    await assert.rejects(generate(webhook, overTls, guarded), { kind: 'AccessDenied' })
  })

  saysOfBadAnswers(() => server, {
    ask: (options) => generate(webhook, spec(), around(options)),
    attempts: 5,
    canaries: () => [server.authorization, 'stack trace', 'slow down'],
  })
})
