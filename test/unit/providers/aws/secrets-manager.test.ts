import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import * as fc from 'fast-check'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import type { SecretsManagerApi, StoredSecret } from '../../../../plugin/providers/aws/api.ts'
import { AwsFailure, distinctCode } from '../../../../plugin/providers/aws/aws-failure.ts'
import { explained } from '../../../../plugin/providers/aws/explained.ts'
import { secretsManagerReader } from '../../../../plugin/providers/aws/secrets-manager.ts'
import type { ServiceCalls } from '../../../../plugin/providers/aws/service-calls.ts'
import { type AwsEmulator, DEFAULT_HOME, startAwsEmulator } from '../../../support/emulators/aws/aws-emulator.ts'
import { runs } from '../../../support/property-runs.ts'
import { openAws } from './open-aws.ts'
import { at, current, errorOf, fetchOnce, tags, textOf } from './outcomes.ts'

const OPTIONS = { prefix: '', nameBytes: () => '' }

describe('reading AWS Secrets Manager', () => {
  let emulator: AwsEmulator

  before(async () => {
    emulator = await startAwsEmulator()
    for (let i = 0; i < 45; i++) emulator.putSecret(`many/${i}`, `value ${i}`)
  })
  beforeEach(() => {
    emulator.control.reset()
    emulator.allowAll()
  })
  after(() => emulator.close())

  const many = (count: number): ReturnType<typeof current>[] => Array.from({ length: count }, (_, i) => current(`many/${i}`))

  test('the number of calls is that of the batches, and one each for versions and metadata', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(45), fc.nat(3), fc.nat(3), async (plain, versions, tagged) => {
        emulator.control.reset()
        const outcomes = await fetchOnce(
          await openAws(emulator.url),
          ...many(plain),
          ...Array.from({ length: versions }, (_, i) => at(`many/${i}`, 'AWSCURRENT')),
          ...Array.from({ length: tagged }, (_, i) => tags(`many/${i}`)),
        )
        assert.ok(outcomes.every(({ ok }) => ok))
        assert.equal(emulator.control.calls, Math.ceil(plain / 20) + versions + tagged)
      }),
      { numRuns: runs(15) },
    )
  })

  test('a policy without BatchGetSecretValue costs one refusal in the life of a reader', async () => {
    emulator.deny('secretsmanager:BatchGetSecretValue')
    const reader = await openAws(emulator.url)
    const first = await reader.fetch(many(5), AbortSignal.timeout(5_000))
    assert.deepEqual(first.map(textOf), ['value 0', 'value 1', 'value 2', 'value 3', 'value 4'])
    assert.equal(emulator.control.calls, 1 + 5)
    const second = await fetchOnce(reader, ...many(5))
    assert.ok(second.every(({ ok }) => ok))
    assert.equal(emulator.control.calls, 1 + 5 + 5)
  })

  test('one secret is read without the permission to read batches', async () => {
    emulator.deny('secretsmanager:BatchGetSecretValue')
    const [outcome] = await fetchOnce(await openAws(emulator.url), current('many/7'))
    assert.equal(textOf(outcome), 'value 7')
    assert.equal(emulator.control.calls, 1)
  })

  test('a secret of a batch that may not be read is refused alone, with the permission it needs', async () => {
    emulator.deny('secretsmanager:GetSecretValue', 'many/1')
    const [fine, refused] = await fetchOnce(await openAws(emulator.url), ...many(2))
    assert.equal(textOf(fine), 'value 0')
    assert.equal(errorOf(refused).kind, 'AccessDenied')
    assert.match(errorOf(refused).remedy ?? '', /grant secretsmanager:GetSecretValue on the secret "many\/1"/)
  })

  test('a secret whose key may not be used asks for kms:Decrypt, in a batch and alone', async () => {
    emulator.deny('kms:Decrypt', 'many/1')
    emulator.deny('kms:Key', 'many/2')
    for (const refs of [many(3), [current('many/1')], [current('many/2')]]) {
      const outcomes = await fetchOnce(await openAws(emulator.url), ...refs)
      for (const [index, ref] of refs.entries()) {
        if (ref.key === 'many/0') continue
        assert.equal(errorOf(outcomes[index]).kind, 'AccessDenied')
        assert.match(errorOf(outcomes[index]).remedy ?? '', /kms:Decrypt/)
      }
    }
  })

  test('a secret that is marked for deletion is missing, in a batch and alone', async () => {
    emulator.putSecret('going', 'x')
    emulator.scheduleDeletion('going')
    for (const refs of [[current('going')], [current('going'), current('many/0')]]) {
      const [outcome] = await fetchOnce(await openAws(emulator.url), ...refs)
      assert.equal(errorOf(outcome).kind, 'NotFound')
      assert.match(errorOf(outcome).message, /marked for deletion/)
    }
  })

  test('one secret under its name, its ARN and its ARN without the random end has the same value everywhere', async () => {
    const { arn } = emulator.putSecret('same', 'one value')
    const outcomes = await fetchOnce(
      await openAws(emulator.url),
      current('same'),
      current(arn),
      current(arn.replace(/-\w{6}$/, '')),
    )
    assert.deepEqual(outcomes.map(textOf), ['one value', 'one value', 'one value'])
    assert.equal(emulator.control.calls, 1)
  })

  test('a malformed key does not fail its neighbours', async () => {
    const [fine, malformed, empty] = await fetchOnce(
      await openAws(emulator.url),
      current('many/0'),
      current('x'.repeat(3_000)),
      current(''),
    )
    assert.equal(textOf(fine), 'value 0')
    assert.equal(errorOf(malformed).kind, 'InvalidSpec')
    assert.equal(errorOf(empty).kind, 'InvalidSpec')
  })

  test('a version is a stage, or an id after uuid/', async () => {
    const old = emulator.putSecret('staged', 'old')
    emulator.putSecret('staged', 'new')
    emulator.putSecret('staged', 'next', { stages: ['AWSPENDING'] })
    const versions = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING', `uuid/${old.versionId}`, 'NOSUCHSTAGE']
    const outcomes = await fetchOnce(await openAws(emulator.url), ...versions.map((version) => at('staged', version)))
    assert.deepEqual(outcomes.slice(0, 4).map(textOf), ['new', 'old', 'next', 'old'])
    assert.equal(errorOf(outcomes[4]).kind, 'NotFound')
  })

  test('metadata is the tags as a JSON object, and a secret without tags has an empty one', async () => {
    emulator.putSecret('tagged', 'x', { tags: { team: 'a&b', env: 'prod' } })
    emulator.putSecret('untagged', 'x')
    const outcomes = await fetchOnce(await openAws(emulator.url), tags('tagged'), tags('untagged'), tags('absent'))
    assert.equal(textOf(outcomes[0]), '{"env":"prod","team":"a\\u0026b"}')
    assert.equal(textOf(outcomes[1]), '{}')
    assert.equal(errorOf(outcomes[2]).kind, 'NotFound')
  })

  test('the prefix of the store comes before every key', async () => {
    const outcomes = await fetchOnce(await openAws(emulator.url, { prefix: 'many/' }), current('0'), current('1'))
    assert.deepEqual(outcomes.map(textOf), ['value 0', 'value 1'])
  })

  test('a secret of another account is read by its ARN', async () => {
    const { arn } = emulator.putSecret('shared', 'theirs', { home: { ...DEFAULT_HOME, account: '222222222222' } })
    const [outcome] = await fetchOnce(await openAws(emulator.url), current(arn))
    assert.equal(textOf(outcome), 'theirs')
  })
})

test('a batch whose answer comes in pages is read to its end', async () => {
  const emulator = await startAwsEmulator({ batchPageSize: 3 })
  const keys = Array.from({ length: 8 }, (_, i) => `paged/${i}`)
  for (const key of keys) emulator.putSecret(key, key)
  const outcomes = await fetchOnce(await openAws(emulator.url), ...keys.map(current), current('absent'))
  assert.deepEqual(outcomes.slice(0, 8).map(textOf), keys)
  assert.equal(errorOf(outcomes[8]).kind, 'NotFound')
  assert.equal(emulator.control.calls, 3)
  await emulator.close()
})

test('what a batch does not answer for, or fails for the moment, is read alone', async () => {
  const stored = (id: string): StoredSecret => ({ arn: '', name: id, versionId: '1', value: SecretValue.fromText(id) })
  const alone: string[] = []
  const api: SecretsManagerApi = {
    async batchGetSecretValue() {
      return { found: [stored('a')], failed: [{ id: 'b', code: 'InternalServiceError' }], nextToken: undefined }
    },
    async getSecretValue({ id }) {
      alone.push(id)
      return stored(id)
    },
    describeTags: async () => new Map(),
    findCredentials: async () => undefined,
  }
  const calls: ServiceCalls = { login: async () => undefined, call: (_attempt, send, signal) => send(signal) }
  const reader = secretsManagerReader(api, calls, OPTIONS)
  const outcomes = await reader.fetch(['a', 'b', 'c'].map(current), AbortSignal.timeout(5_000))
  assert.deepEqual(outcomes.map(textOf), ['a', 'b', 'c'])
  assert.deepEqual(alone, ['b', 'c'])
})

for (const [code, message] of [
  ['ResourceNotFoundException', ''],
  ['InvalidRequestException', 'because it was marked for deletion'],
  ['DecryptionFailure', ''],
] as const) {
  test(`a batch that fails as a whole with ${code} says it of nobody: each is read alone`, async () => {
    const api: SecretsManagerApi = {
      async batchGetSecretValue() {
        throw new AwsFailure(distinctCode(code, message), 400)
      },
      async getSecretValue({ id }) {
        if (id === 'bad') throw new AwsFailure(distinctCode(code, message), 400)
        return { arn: '', name: id, versionId: '1', value: SecretValue.fromText(id) }
      },
      describeTags: async () => new Map(),
      findCredentials: async () => undefined,
    }
    const calls: ServiceCalls = {
      login: async () => undefined,
      call: (attempt, send, signal) => explained(send(signal), attempt),
    }
    const outcomes = await secretsManagerReader(api, calls, OPTIONS).fetch(
      ['a', 'bad', 'b'].map(current),
      AbortSignal.timeout(5_000),
    )
    assert.deepEqual([textOf(outcomes[0]), textOf(outcomes[2])], ['a', 'b'])
    assert.match(errorOf(outcomes[1]).message, /secret "bad"/)
  })
}
