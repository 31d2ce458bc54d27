import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { SecretError } from '../../../../plugin/model/secret-error.ts'
import type { Outcome } from '../../../../plugin/providers/secret-reader.ts'
import { webhookConfig } from '../../../../plugin/providers/webhook/config.ts'
import { startWebhookEmulator, type WebhookEmulator } from '../../../support/emulators/webhook/webhook-emulator.ts'
import { openWebhook, type Surroundings, type WebhookSpec } from './open-webhook.ts'

interface Ref {
  readonly key: string
  readonly version?: string
  readonly property?: string
}

describe('the request that a webhook store writes', () => {
  let emulator: WebhookEmulator

  before(async () => {
    emulator = await startWebhookEmulator()
  })
  beforeEach(() => emulator.control.reset())
  after(() => emulator.close())

  async function fetchAll(
    spec: Partial<WebhookSpec>,
    refs: readonly Ref[],
    around: Surroundings = {},
  ): Promise<readonly Outcome[]> {
    const reader = await openWebhook({ url: `${emulator.url}/text/a`, result: {}, ...spec }, around)
    try {
      return await reader.fetch(
        refs.map((ref) => ({ ...ref, part: 'value' as const })),
        AbortSignal.timeout(30_000),
      )
    } finally {
      await reader.close()
    }
  }

  /** What arrived for one reference. */
  async function sent(spec: Partial<WebhookSpec>, ref: Ref, around: Surroundings = {}) {
    emulator.answerNext(200, 'value')
    const [outcome] = await fetchAll(spec, [ref], around)
    assert.ok(outcome?.ok, outcome?.ok === false ? outcome.error.message : '')
    const request = emulator.seen.at(-1)
    assert.ok(request)
    return request
  }

  async function refusal(spec: Partial<WebhookSpec>, ref: Ref, around: Surroundings = {}): Promise<SecretError> {
    const [outcome] = await fetchAll(spec, [ref], around)
    assert.ok(outcome?.ok === false)
    return outcome.error
  }

  test('escapes the reference in the URL, and nowhere else', async () => {
    const ref = { key: 'a b/c&d', version: 'v+1', property: "p'(ä)" }
    const words = '{{ .remoteRef.key }}|{{ .remoteRef.version }}|{{ .remoteRef.property }}'
    const { url, body, method } = await sent(
      { url: `${emulator.url}/x?q=${words}`, method: 'POST', body: words, headers: { 'x-key': '{{ .remoteRef.key }}' } },
      ref,
    )
    assert.equal(url, '/x?q=a+b%2Fc%26d|v%2B1|p%27%28%C3%A4%29')
    assert.equal(body, "a b/c&d|v+1|p'(ä)")
    assert.equal(method, 'POST')
    assert.equal(emulator.seen.at(-1)?.headers['x-key'], 'a b/c&d')
  })

  test('knows the namespace of the ExternalSecret and the keys of the Secrets, and all functions of templates', async () => {
    const { headers, body } = await sent(
      {
        method: 'PUT',
        body: '{{ .remoteRef.namespace }} {{ .login.user | upper }}',
        headers: { Authorization: 'Basic {{ printf "%s:%s" .login.user .login.password | b64enc }}' },
        secrets: [{ name: 'login', secretRef: { name: 'webhook' } }],
      },
      { key: 'k' },
      { namespace: 'team-a', secrets: { 'webhook/user': 'ada', 'webhook/password': 'pw' } },
    )
    assert.equal(body, 'team-a ADA')
    assert.equal(headers['authorization'], `Basic ${Buffer.from('ada:pw').toString('base64')}`)
  })

  test('prints <no value> for what is missing, as External Secrets does', async () => {
    const { body } = await sent({ method: 'POST', body: '{{ .remoteRef.nothing }} {{ .nobody.key }}.' }, { key: 'k' })
    assert.equal(body, '<no value> <no value>.')
  })

  test('is sent once for references whose requests are the same, with each its own JSONPath', async () => {
    emulator.put('both', Buffer.from('unused'))
    emulator.answerNext(200, '{"user":"ada","pin":1815}')
    const outcomes = await fetchAll(
      { url: `${emulator.url}/json/{{ .remoteRef.key }}`, result: { jsonPath: '$.{{ .remoteRef.property }}' } },
      [
        { key: 'both', property: 'user' },
        { key: 'both', property: 'pin' },
      ],
    )
    assert.deepEqual(
      outcomes.map((outcome) => outcome.ok && new TextDecoder().decode(outcome.secret.value.reveal())),
      ['ada', '1815'],
    )
    assert.equal(emulator.control.calls, 1)
  })

  const ELSEWHERE = ['..', '.', 'a/../..', '%2e%2e'].map((key) => ({ key }))
  for (const ref of ELSEWHERE) {
    test(`never leads out of its path: the key ${ref.key} is ${ref.key.includes('%') ? 'escaped' : 'refused'}`, async () => {
      if (ref.key.includes('%') || ref.key.includes('/')) {
        const { url } = await sent({ url: `${emulator.url}/text/{{ .remoteRef.key }}/value` }, ref)
        assert.equal(url, `/text/${encodeURIComponent(ref.key)}/value`)
        return
      }
      const error = await refusal({ url: `${emulator.url}/text/{{ .remoteRef.key }}/value` }, ref)
      assert.equal(error.kind, 'InvalidSpec')
      assert.equal(error.place.field, 'spec.provider.webhook.url')
      assert.equal(emulator.control.calls, 0)
    })
  }

  test('has headers of one line each: a reference adds none', async () => {
    const error = await refusal({ headers: { 'x-key': '{{ .remoteRef.key }}' } }, { key: 'a\r\nx-admin: yes' })
    assert.equal(error.kind, 'InvalidSpec')
    assert.match(error.message, /"x-key"/)
    assert.doesNotMatch(`${error.message} ${error.remedy}`, /admin/)
    assert.equal(emulator.control.calls, 0)
  })

  test('fails with the field and the place in it where a template fails, without what the template saw', async () => {
    const error = await refusal(
      { headers: { 'x-key': '{{ fail .login.password }}' }, secrets: [{ name: 'login', secretRef: { name: 'webhook' } }] },
      { key: 'k' },
      { secrets: { 'webhook/password': 'hunter2' } },
    )
    assert.equal(error.kind, 'InvalidSpec')
    assert.equal(error.place.field, 'spec.provider.webhook.headers.x-key')
    assert.match(error.message, /the request cannot be written: template: .*fail/)
    assert.doesNotMatch(error.message, /hunter2/)
  })

  test('is nothing that a template which is none, or one that takes for ever, gets out', async () => {
    await assert.rejects(openWebhook({ url: `${emulator.url}/`, body: '{{ .a', result: {} }), { kind: 'InvalidSpec' })
    const error = await refusal({ method: 'POST', body: '{{ range until 9000000 }}x{{ end }}' }, { key: 'k' })
    assert.equal(error.kind, 'InvalidSpec')
  })
})

describe('what a webhook store may say', () => {
  function problemsOf(spec: object): readonly string[] {
    const { error } = webhookConfig.safeParse({ url: 'https://api.example.com/', result: {}, ...spec })
    return error?.issues.map((issue) => issue.path.join('.')) ?? []
  }

  const FIXED = [
    'https://api.example.com/{{ .remoteRef.key }}',
    'http://api.example.com:8080?{{ .remoteRef.key }}',
    'https://[::1]:8443/#{{ .a }}',
    'https://api.example.com',
  ]
  for (const url of FIXED) test(`the host of ${url} is fixed`, () => assert.deepEqual(problemsOf({ url }), []))

  const OPEN = [
    'https://{{ .remoteRef.key }}/',
    'https://api.example.com{{ .remoteRef.key }}/',
    'https://api.example.com:{{ .login.port }}/',
    'https://api.example.com@{{ .remoteRef.key }}/',
    'https://user:password@api.example.com/',
    '{{ .login.url }}/secrets',
    'https://api.example.com\\@evil.example/',
    'ftp://api.example.com/',
    '/secrets',
    'https:///{{ .remoteRef.key }}',
  ]
  for (const url of OPEN)
    test(`${url} is refused: something else than the store decides whom it asks`, () =>
      assert.deepEqual(problemsOf({ url }), ['url']))

  test('a login by NTLM is valid', () => {
    const ntlm = { usernameSecret: { name: 'a', key: 'u' }, passwordSecret: { name: 'a', key: 'p' } }
    assert.deepEqual(problemsOf({ auth: { ntlm } }), [])
  })

  test('what can never work is said of its field', () => {
    assert.deepEqual(problemsOf({ method: 'GET IT' }), ['method'])
    assert.deepEqual(problemsOf({ timeout: '10' }), ['timeout'])
    assert.deepEqual(problemsOf({ timeout: '0s' }), ['timeout'])
    assert.deepEqual(problemsOf({ headers: { 'Content-Length': '1', 'a b': 'c' } }), ['headers.Content-Length', 'headers.a b'])
    assert.deepEqual(problemsOf({ secrets: [{ name: 'remoteRef', secretRef: { name: 'a' } }] }), ['secrets.0.name'])
  })
})
