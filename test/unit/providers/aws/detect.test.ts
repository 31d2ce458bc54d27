import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { VersionOutcome, VersionQuery } from '../../../../plugin/providers/change-detector.ts'
import { type AwsEmulator, startAwsEmulator } from '../../../support/emulators/aws/aws-emulator.ts'
import { detectAws } from './open-aws.ts'

const text = (outcome: VersionOutcome | undefined): string | undefined =>
  outcome?.state === 'version' ? outcome.version : outcome?.state

describe('changes in AWS', () => {
  let emulator: AwsEmulator

  beforeEach(async () => {
    emulator = await startAwsEmulator()
  })
  afterEach(() => emulator.close())

  async function look(spec: object, ...queries: readonly VersionQuery[]): Promise<readonly (string | undefined)[]> {
    const detector = await detectAws(emulator.url, spec)
    emulator.control.reset()
    const outcomes = await detector.versions(queries, AbortSignal.timeout(20_000))
    await detector.close()
    return outcomes.map(text)
  }

  test('stages, pinned versions and tags of a secret, from one description', async () => {
    const old = emulator.putSecret('db', 'one')
    const current = emulator.putSecret('db', 'two', { tags: { team: 'a' } })
    const outcomes = await look(
      {},
      { key: 'db' },
      { key: 'db', version: 'AWSPREVIOUS' },
      { key: 'db', version: 'AWSPENDING' },
      { key: 'db', version: `uuid/${old.versionId}` },
      { key: 'db', version: 'uuid/00000000-0000-0000-0000-000000000000' },
    )
    assert.deepEqual(outcomes, [current.versionId, old.versionId, 'absent', old.versionId, 'unknown'])
    assert.equal(emulator.control.calls, 1)
    const [before] = await look({}, { key: 'db', metadata: true })
    assert.match(before ?? '', /^changed@/)
  })

  test('a prefix of the store is part of the name', async () => {
    const { versionId } = emulator.putSecret('prod/db', 'x')
    assert.deepEqual(await look({ prefix: 'prod/' }, { key: 'db' }, { key: 'other' }), [versionId, 'absent'])
  })

  test('a secret by its ARN, by a part of it, and of another account', async () => {
    const { arn, versionId } = emulator.putSecret('db', 'x')
    const foreign = emulator.putSecret('theirs', 'x', { home: { account: '222222222222', region: 'us-east-1' } })
    const short = arn.replace(/-\w{6}$/, '')
    assert.deepEqual(await look({}, { key: arn }, { key: short }, { key: foreign.arn }), [
      versionId,
      versionId,
      foreign.versionId,
    ])
  })

  test('names that begin with an exclamation mark are not taken for a negation', async () => {
    const ids = ['!one', '!two', 'three'].map((name) => emulator.putSecret(name, 'x').versionId)
    assert.deepEqual(await look({}, { key: '!one' }, { key: '!two' }), ids.slice(0, 2))
    assert.equal(emulator.control.calls, 1)
  })

  test('few secrets among very many others are asked for one by one, once that is known to be cheaper', async () => {
    for (let i = 0; i < 1_500; i++) emulator.putSecret(`a-${i}`, 'x')
    const ids = ['b', 'c', 'd'].map((name) => emulator.putSecret(name, 'x').versionId)
    const detector = await detectAws(emulator.url)
    const queries = ['b', 'c', 'd'].map((key) => ({ key }))
    for (const calls of [6, 3, 3]) {
      emulator.control.reset()
      const outcomes = await detector.versions(queries, AbortSignal.timeout(20_000))
      assert.deepEqual(outcomes.map(text), ids)
      assert.ok(emulator.control.calls <= calls, `${emulator.control.calls} calls`)
    }
    await detector.close()
  })

  test('who may describe but not list is asked for one by one; who may list only, for all but what is missing', async () => {
    const ids = ['a', 'b'].map((name) => emulator.putSecret(name, 'x').versionId)
    emulator.deny('secretsmanager:ListSecrets')
    assert.deepEqual(await look({}, { key: 'a' }, { key: 'b' }), ids)
    emulator.allowAll()
    emulator.deny('secretsmanager:DescribeSecret')
    assert.deepEqual(await look({}, { key: 'a' }, { key: 'b' }, { key: 'absent' }), [...ids, 'unknown'])
  })

  test('a parameter that is deleted and made anew has another version, of the same number', async () => {
    const store = { service: 'ParameterStore' }
    emulator.putParameter('/db', 'one')
    const [before] = await look(store, { key: '/db' })
    emulator.removeParameter('/db')
    await new Promise((resolve) => setTimeout(resolve, 5))
    emulator.putParameter('/db', 'two')
    const [after] = await look(store, { key: '/db' })
    assert.match(before ?? '', /^1@/)
    assert.match(after ?? '', /^1@/)
    assert.notEqual(after, before)
  })

  test('labels, older versions, tags and shared parameters are to be read', async () => {
    const { arn } = emulator.putParameter('/db', 'one', { labels: ['stable'] })
    const queries = [
      { key: '/db', version: 'stable' },
      { key: '/db', version: '1' },
      { key: '/db', metadata: true as const },
      { key: arn },
    ]
    assert.deepEqual(await look({ service: 'ParameterStore' }, ...queries), ['unknown', 'unknown', 'unknown', 'unknown'])
    assert.equal(emulator.control.calls, 0)
  })
})
