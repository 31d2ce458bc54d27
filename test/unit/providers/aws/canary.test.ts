import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { inspect } from 'node:util'
import type { RemoteRef } from '../../../../plugin/model/remote-ref.ts'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import type { Fault } from '../../../support/call-control.ts'
import { type AwsEmulator, startAwsEmulator, type UserKey } from '../../../support/emulators/aws/aws-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { credentialSource, openAws } from './open-aws.ts'
import { at, current, tags } from './outcomes.ts'

const ROLE = 'arn:aws:iam::111111111111:role/reader'
const canary = (): string => `canary${randomBytes(12).toString('hex')}`
const secretKey = canary()
const value = canary()
const key: UserKey = { accessKeyId: 'AKIACANARY', secretAccessKey: secretKey }
const FAULTS: readonly Fault[] = ['throttled', 'denied', 'internalError', 'connectionReset', 'redirect', 'garbage', 'oversized']

let emulator: AwsEmulator

before(async () => {
  emulator = await startAwsEmulator({ keys: [key], roles: [{ arn: ROLE, trusts: ['111111111111'] }] })
  emulator.putSecret('db', JSON.stringify({ password: value }))
  emulator.putSecret('doomed', value)
  emulator.scheduleDeletion('doomed')
  emulator.putParameter('db', value, { type: 'SecureString' })
})
beforeEach(() => {
  emulator.control.reset()
  emulator.allowAll()
})
after(() => emulator.close())

function open(spec: object): Promise<SecretReader> {
  const secretRef = { accessKeyIDSecretRef: { name: 'aws', key: 'id' }, secretAccessKeySecretRef: { name: 'aws', key: 'secret' } }
  const credentials = credentialSource({ secrets: { 'aws/id': key.accessKeyId, 'aws/secret': secretKey } })
  return openAws(
    emulator.url,
    { auth: { secretRef }, ...spec },
    { credentials, environment: {}, clock: new FakeClock(Date.now()) },
  )
}

/** All that fetching says: outcomes or the rejection, as every logger and inspector would print them. */
async function everythingSaid(spec: object, refs: readonly RemoteRef[]): Promise<string> {
  const reader = await open(spec)
  try {
    const outcomes = await reader.fetch(refs, AbortSignal.timeout(20_000))
    return outcomes.map(said).join('\n')
  } catch (thrown) {
    return said(thrown)
  } finally {
    await reader.close()
  }
}

function said(what: unknown): string {
  const stack = what instanceof Error ? `${what.message}\n${what.stack}` : ''
  return [stack, inspect(what, { depth: 20, showHidden: true }), JSON.stringify(what)].join('\n')
}

function assertSilent(text: string): void {
  assert.ok(text.length > 0)
  assert.ok(!text.includes(value), 'no value of a secret')
  assert.ok(!text.includes(secretKey), 'no credential')
  assert.doesNotMatch(text, /IQoJb3JpZ2lu|X-Amz-Security-Token|AWS4-HMAC-SHA256/i, 'no session, no signature')
}

const refs = [current('db'), current('doomed'), current('absent'), at('db', 'NOPE'), tags('absent')]

for (const service of ['SecretsManager', 'ParameterStore']) {
  test(`${service}: what is read and what fails says nothing of values and credentials`, async () => {
    assertSilent(await everythingSaid({ service }, refs))
  })

  for (const fault of FAULTS) {
    test(`${service}: ${fault} says nothing of values and credentials`, async () => {
      emulator.control.inject(fault, 100)
      assertSilent(await everythingSaid({ service }, refs))
    })

    test(`${service}: ${fault} at the login says nothing of values and credentials`, async () => {
      emulator.control.injectLogin(fault, 100)
      assertSilent(await everythingSaid({ service, role: ROLE }, refs))
    })
  }
}
