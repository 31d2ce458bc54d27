import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import { type AwsEmulator, startAwsEmulator } from '../../../support/emulators/aws/aws-emulator.ts'
import { openAws } from './open-aws.ts'
import { at, current, errorOf, fetchOnce, tags, textOf } from './outcomes.ts'

describe('reading AWS Parameter Store', () => {
  let emulator: AwsEmulator

  before(async () => {
    emulator = await startAwsEmulator()
    for (let i = 0; i < 25; i++) emulator.putParameter(`/many/${i}`, `value ${i}`, { type: i % 2 ? 'String' : 'SecureString' })
  })
  beforeEach(() => {
    emulator.control.reset()
    emulator.allowAll()
  })
  after(() => emulator.close())

  const many = (count: number): ReturnType<typeof current>[] => Array.from({ length: count }, (_, i) => current(`/many/${i}`))
  const open = (spec: object = {}): Promise<SecretReader> => openAws(emulator.url, { service: 'ParameterStore', ...spec })

  test('current values cost one call for ten, versions and metadata one each', async () => {
    const outcomes = await fetchOnce(await open(), ...many(25), at('/many/0', '1'), tags('/many/0'))
    assert.ok(outcomes.every(({ ok }) => ok))
    assert.equal(emulator.control.calls, 3 + 1 + 1)
  })

  test('secure strings come decrypted', async () => {
    assert.deepEqual((await fetchOnce(await open(), ...many(2))).map(textOf), ['value 0', 'value 1'])
  })

  test('a version is a number or a label', async () => {
    emulator.putParameter('/versioned', 'one', { labels: ['stable'] })
    emulator.putParameter('/versioned', 'two')
    const outcomes = await fetchOnce(
      await open(),
      ...['1', '2', 'stable'].map((version) => at('/versioned', version)),
      current('/versioned'),
    )
    assert.deepEqual(outcomes.map(textOf), ['one', 'two', 'one', 'two'])
  })

  test('a version that is missing is no missing parameter', async () => {
    const outcomes = await fetchOnce(await open(), at('/many/0', '9'), at('/absent', '9'), current('/absent'), current('/many/0'))
    assert.deepEqual(
      outcomes.slice(0, 3).map((outcome) => errorOf(outcome).kind),
      ['InvalidSpec', 'NotFound', 'NotFound'],
    )
    assert.equal(textOf(outcomes[3]), 'value 0')
  })

  test('a version that is missing is no missing parameter when it is written into the key either', async () => {
    const outcomes = await fetchOnce(await open(), current('/many/0:1'), current('/many/0:9'), current('/absent'))
    assert.equal(textOf(outcomes[0]), 'value 0')
    assert.deepEqual(
      outcomes.slice(1).map((outcome) => errorOf(outcome).kind),
      ['InvalidSpec', 'NotFound'],
    )
    assert.equal(emulator.control.calls, 2)
  })

  test('a parameter that may not be read does not fail its neighbours', async () => {
    emulator.deny('ssm:GetParameters', '/many/1')
    emulator.deny('ssm:GetParameter', '/many/1')
    const [fine, refused, alsoFine] = await fetchOnce(await open(), ...many(3))
    assert.equal(textOf(fine), 'value 0')
    assert.equal(errorOf(refused).kind, 'AccessDenied')
    assert.match(errorOf(refused).remedy ?? '', /grant ssm:GetParameter on the parameter "\/many\/1"/)
    assert.equal(textOf(alsoFine), 'value 2')
  })

  test('a policy with GetParameter alone is enough, and found out once', async () => {
    emulator.deny('ssm:GetParameters')
    const reader = await open()
    assert.ok((await reader.fetch(many(3), AbortSignal.timeout(5_000))).every(({ ok }) => ok))
    emulator.control.reset()
    assert.ok((await fetchOnce(reader, ...many(3))).every(({ ok }) => ok))
    assert.equal(emulator.control.calls, 3)
  })

  test('a policy with GetParameters alone is enough, also when one of the group is refused', async () => {
    emulator.deny('ssm:GetParameter')
    emulator.deny('ssm:GetParameters', '/many/1')
    const outcomes = await fetchOnce(await open(), ...many(3))
    assert.equal(textOf(outcomes[0]), 'value 0')
    assert.equal(errorOf(outcomes[1]).kind, 'AccessDenied')
    assert.equal(textOf(outcomes[2]), 'value 2')
  })

  test('a secure string whose key may not be used asks for kms:Decrypt and does not fail its neighbours', async () => {
    emulator.deny('kms:Decrypt', '/many/0')
    const [refused, fine] = await fetchOnce(await open(), ...many(2))
    assert.equal(errorOf(refused).kind, 'AccessDenied')
    assert.match(errorOf(refused).remedy ?? '', /kms:Decrypt/)
    assert.equal(textOf(fine), 'value 1')
  })

  test('a malformed name does not fail its neighbours', async () => {
    const [malformed, fine] = await fetchOnce(await open(), current('not a name'), current('/many/0'))
    assert.equal(errorOf(malformed).kind, 'InvalidSpec')
    assert.equal(textOf(fine), 'value 0')
  })

  test('names and ARNs come back under what was asked', async () => {
    const { arn } = emulator.putParameter('/by/arn', 'x')
    const outcomes = await fetchOnce(await open(), current(arn), current('/many/0'), at(arn, '1'))
    assert.deepEqual(outcomes.map(textOf), ['x', 'value 0', 'x'])
  })

  test('metadata is the tags, whatever the version', async () => {
    emulator.putParameter('/tagged', 'x', { tags: { env: 'prod' } })
    const [outcome, absent] = await fetchOnce(
      await open({ prefix: '/' }),
      { key: 'tagged', part: 'metadata', version: '1' },
      tags('absent'),
    )
    assert.equal(textOf(outcome), '{"env":"prod"}')
    assert.equal(errorOf(absent).kind, 'NotFound')
  })
})
