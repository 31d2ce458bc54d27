import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { callLimits } from '../../../../plugin/providers/aws/call-limits.ts'
import { endpointFor } from '../../../../plugin/providers/aws/endpoints.ts'
import type { StoreFacts } from '../../../../plugin/providers/provider.ts'
import { type AwsEmulator, startAwsEmulator } from '../../../support/emulators/aws/aws-emulator.ts'
import { testTls } from '../../../support/emulators/tls/test-tls.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { ENVIRONMENT_KEYS, openAws } from './open-aws.ts'
import { at, current, errorOf, failureOf, fetchOnce, textOf } from './outcomes.ts'

let emulator: AwsEmulator

before(async () => {
  emulator = await startAwsEmulator()
  emulator.putSecret('db', 'value')
  emulator.putParameter('db', 'parameter')
})
beforeEach(() => emulator.control.reset())
after(() => emulator.close())

test('CertificateManager is known, but not implemented', async () => {
  const error = await failureOf(openAws(emulator.url, { service: 'CertificateManager' }))
  assert.equal(error.kind, 'InvalidSpec')
  assert.match(error.message, /known, but not implemented here/)
})

describe('endpoints', () => {
  test('of a service come before that of all services', async () => {
    const nowhere = 'http://127.0.0.1:9'
    const sm = { ...ENVIRONMENT_KEYS, AWS_ENDPOINT_URL: nowhere, AWS_ENDPOINT_URL_SECRETS_MANAGER: emulator.url }
    const ssm = { ...ENVIRONMENT_KEYS, AWS_ENDPOINT_URL: nowhere, AWS_ENDPOINT_URL_SSM: emulator.url }
    assert.equal(textOf((await fetchOnce(await openAws(nowhere, {}, { environment: sm }), current('db')))[0]), 'value')
    const parameterStore = { service: 'ParameterStore' }
    assert.equal(
      textOf((await fetchOnce(await openAws(nowhere, parameterStore, { environment: ssm }), current('db')))[0]),
      'parameter',
    )
  })

  test("are the SDK's variables, ESO's names of them, or the cloud's own", () => {
    const endpoint = (environment: Record<string, string>): string | undefined =>
      endpointFor('TokenService', new Map(Object.entries(environment)))
    assert.equal(endpoint({}), undefined)
    assert.equal(endpoint({ AWS_ENDPOINT_URL_SSM: 'https://x' }), undefined)
    assert.equal(endpoint({ AWS_STS_ENDPOINT: 'https://eso', AWS_ENDPOINT_URL: 'https://all' }), 'https://eso')
    assert.equal(endpoint({ AWS_STS_ENDPOINT: 'https://eso', AWS_ENDPOINT_URL_STS: 'https://sts' }), 'https://sts')
    assert.equal(endpoint({ AWS_ENDPOINT_URL: 'https://all', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }), undefined)
  })

  test('that are no URL are an invalid environment', () => {
    for (const url of ['localhost:4566', 'ftp://x']) {
      assert.throws(
        () => endpointFor('SecretsManager', new Map([['AWS_ENDPOINT_URL', url]])),
        (thrown) => thrown instanceof SecretError && thrown.kind === 'InvalidSpec' && thrown.message.includes('AWS_ENDPOINT_URL'),
      )
    }
  })
})

describe('retrySettings', () => {
  const store = (retry: NonNullable<StoreFacts['retry']>): StoreFacts => ({
    kind: 'SecretStore',
    name: 'aws',
    namespace: 'default',
    retry,
  })

  for (const [what, retry, calls] of [
    ['without a number are three attempts', {}, 3],
    ['count attempts', { maxRetries: 2 }, 2],
    ['of one or none are one attempt', { maxRetries: 0 }, 1],
  ] as const) {
    test(`that ${what}`, async () => {
      emulator.control.inject('throttled', 50)
      const error = await failureOf(openAws(emulator.url, {}, { store: store(retry), clock: new FakeClock() }))
      assert.equal(error.kind, 'Throttled')
      assert.equal(emulator.control.calls, calls)
    })
  }

  test('give the pause between attempts', async () => {
    emulator.control.inject('throttled', 2)
    const clock = new FakeClock()
    await fetchOnce(await openAws(emulator.url, {}, { store: store({ intervalMs: 1_234 }), clock }), current('db'))
    assert.deepEqual(clock.slept, [1_234, 1_234])
  })
})

test('Parameter Store, whose quota is small, gets four calls at once, and less where the caller wants less', () => {
  const surroundings = { callTimeoutMs: 1_000, store: { kind: 'SecretStore', name: 'aws', namespace: 'default' } } as const
  const atOnce = (service: string, concurrency: number): number =>
    callLimits({ ...surroundings, concurrency }, service).concurrency
  assert.deepEqual([atOnce('SecretsManager', 32), atOnce('ParameterStore', 32), atOnce('ParameterStore', 2)], [32, 4, 2])
})

test("an endpoint of the administrator's own authority is trusted when that is given, and only then", async () => {
  const { ca, ...tls } = testTls()
  const inside = await startAwsEmulator({ tls })
  inside.putSecret('db', 'value')
  const untrusted = await failureOf(openAws(inside.url))
  assert.equal(untrusted.kind, 'Unavailable')
  assert.match(untrusted.remedy ?? '', /NODE_EXTRA_CA_CERTS/)
  assert.equal(textOf((await fetchOnce(await openAws(inside.url, {}, { extraCa: ca }), current('db')))[0]), 'value')
  await inside.close()
})

test('a clock that is an hour off costs one more call', async () => {
  const late = await startAwsEmulator({ now: () => Date.now() + 3_600_000 })
  late.putSecret('db', 'value')
  assert.equal(textOf((await fetchOnce(await openAws(late.url), current('db')))[0]), 'value')
  assert.equal(late.control.calls, 2)
  await late.close()
})

test('a clock that is an hour off makes nothing else of a missing secret', async () => {
  const emulator = await startAwsEmulator({ now: () => Date.now() + 3_600_000 })
  emulator.putSecret('db', 'v')
  const [, absent] = await fetchOnce(await openAws(emulator.url), at('db', 'AWSCURRENT'), at('absent', 'AWSCURRENT'))
  assert.equal(errorOf(absent).kind, 'NotFound')
  assert.ok(emulator.control.calls <= 4, `${emulator.control.calls} calls`)
  await emulator.close()
})

test('a region that the endpoint does not serve is refused', async () => {
  assert.equal((await failureOf(openAws(emulator.url, { region: 'sa-east-1' }))).kind, 'AccessDenied')
})
