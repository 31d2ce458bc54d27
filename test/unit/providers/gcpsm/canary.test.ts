import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { inspect, promisify } from 'node:util'
import { FAULTS } from '../../../support/call-control.ts'
import { type GcpEmulator, startGcpEmulator } from '../../../support/emulators/gcp/gcp-emulator.ts'
import type { ServiceAccountKey } from '../../../support/emulators/gcp/principals.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { openStore } from './open-store.ts'
import { readOnce } from './read.ts'

describe('what is said about failures of Secret Manager', () => {
  const canary = `canary-${randomUUID()}`
  let gcp: GcpEmulator
  let key: ServiceAccountKey

  before(async () => {
    gcp = await startGcpEmulator()
    key = gcp.serviceAccountKey()
    gcp.putSecret('canary', new TextEncoder().encode(canary))
  })
  beforeEach(() => gcp.control.reset())
  after(() => gcp.close())

  function assertSilent(thrown: unknown, ...credentials: readonly string[]): void {
    assert.ok(thrown instanceof Error)
    const said = `${inspect(thrown, { depth: 20, showHidden: true })}${JSON.stringify(thrown)}${thrown.stack}${String(thrown.cause)}`
    const forbidden = [
      canary,
      Buffer.from(canary).toString('base64'),
      'Bearer ',
      'ya29.',
      'a proxy says hello',
      'PRIVATE KEY',
      ...credentials,
    ]
    for (const text of forbidden) assert.ok(!said.includes(text), `an error says more than it may: ${thrown.message}`)
  }

  const secretPart = (): string => key.private_key.split('\n')[3] ?? ''

  for (const fault of FAULTS) {
    test(`a value, a key or an answer's text is in no error of a call: ${fault}`, async () => {
      gcp.control.inject(fault, 50)
      const { error } = await readOnce(openStore(gcp, {}, { key, callTimeoutMs: 50, clock: new FakeClock(Date.now()) }), {
        key: 'canary',
      })
      assertSilent(error, secretPart())
    })

    test(`nor of a login: ${fault}`, async () => {
      gcp.control.injectLogin(fault, 50)
      const { error } = await readOnce(openStore(gcp, {}, { callTimeoutMs: 50, clock: new FakeClock(Date.now()) }), {
        key: 'canary',
      })
      assertSilent(error)
    })
  }

  test('a damaged payload is not quoted', async () => {
    gcp.corruptNext(50)
    assertSilent((await readOnce(openStore(gcp, {}, { key }), { key: 'canary' })).error)
    gcp.corruptNext(0)
  })

  for (const [what, broken] of [
    ['whose JSON has no end', '{"type":"service_account","private_key":"a-private-canary'],
    ['with a key that is none', '{"type":"service_account","client_email":"a@b","private_key":"a-private-canary"}'],
  ] as const) {
    test(`a key file ${what} is not quoted`, async () => {
      const { SecretValue } = await import('../../../../plugin/model/secret-value.ts')
      const config = { auth: { secretRef: { secretAccessKeySecretRef: { name: 'gcp', key: 'key.json' } } } }
      const credentials = { secretKey: async () => SecretValue.fromText(broken) }
      const { error } = await readOnce(openStore(gcp, config, { credentials }), { key: 'canary' })
      assert.equal(error?.kind, 'InvalidSpec')
      assertSilent(error, 'a-private-canary')
    })
  }

  test("the SDK's own logging, switched on by its variable, says nothing", async () => {
    const script = `
      import { openStore } from ${JSON.stringify(new URL('open-store.ts', import.meta.url).href)}
      import { readOnce } from ${JSON.stringify(new URL('read.ts', import.meta.url).href)}
      const { text } = await readOnce(openStore({ url: ${JSON.stringify(gcp.url)} }, { projectID: 'test-project' }), { key: 'canary' })
      process.exitCode = text?.startsWith('canary-') ? 0 : 1`
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', script], {
      env: { ...process.env, GOOGLE_SDK_NODE_LOGGING: '*', NODE_DEBUG: '' },
    })
    assert.equal(gcp.control.calls, 1)
    assert.equal(stdout + stderr, '')
  })
})
