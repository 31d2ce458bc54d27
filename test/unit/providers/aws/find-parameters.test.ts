import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { SecretSearch } from '../../../../plugin/providers/secret-lister.ts'
import { found } from '../../../contract/secret-lister.contract.ts'
import { type AwsEmulator, startAwsEmulator } from '../../../support/emulators/aws/aws-emulator.ts'
import { openAws } from './open-aws.ts'
import { textOf } from './outcomes.ts'

describe('finding parameters', () => {
  let emulator: AwsEmulator

  before(async () => {
    emulator = await startAwsEmulator()
    for (const name of ['/team/a/db', '/team/a/deep/er/db', '/team/ab/db', '/team/a', 'flat']) {
      emulator.putParameter(name, `value of ${name}`, {
        type: 'SecureString',
        tags: { kind: name.endsWith('db') ? 'db' : 'other' },
      })
    }
  })
  beforeEach(() => {
    emulator.control.reset()
    emulator.allowAll()
  })
  after(() => emulator.close())

  const any = { matchesName: () => true }
  async function names(search: Partial<SecretSearch>, prefix?: string): Promise<readonly string[]> {
    const reader = await openAws(emulator.url, { service: 'ParameterStore', ...(prefix !== undefined && { prefix }) })
    try {
      return await found(reader, search)
    } finally {
      await reader.close()
    }
  }

  test('a path means all that is below it, not what its name begins with, and not itself', async () => {
    assert.deepEqual(await names({ ...any, path: '/team/a' }), ['/team/a/db', '/team/a/deep/er/db'])
    assert.deepEqual(await names({ ...any, path: '/team/a/' }), ['/team/a/db', '/team/a/deep/er/db'])
    assert.equal((await names({ ...any, path: '/' })).length, 5)
  })

  test('a name is compared as a whole, slashes and all, and wins over tags', async () => {
    const search = { matchesName: (name: string) => name === '/team/a/db', tags: new Map([['kind', 'other']]) }
    assert.deepEqual(await names(search), ['/team/a/db'])
  })

  test('tags and a path are both to be met', async () => {
    const tags = new Map([['kind', 'db']])
    assert.deepEqual(await names({ tags, path: '/team/ab' }), ['/team/ab/db'])
    assert.deepEqual(await names({ tags, path: '/team/none' }), [])
  })

  test("only what is under the store's prefix is found, by its whole name, and is read by the rest of it", async () => {
    assert.deepEqual(await names(any, '/team/a'), ['/team/a', '/team/a/db', '/team/a/deep/er/db', '/team/ab/db'])
    assert.deepEqual(await names({ ...any, path: '/team' }, '/team/ab/'), ['/team/ab/db'])
    const reader = await openAws(emulator.url, { service: 'ParameterStore', prefix: '/team/ab/' })
    const signal = AbortSignal.timeout(30_000)
    const [secret] = (await reader.list?.({ id: 'any', ...any, tags: new Map() }, signal)) ?? []
    assert.deepEqual(secret, { name: '/team/ab/db', ref: { key: 'db', part: 'value' } })
    const [outcome] = await reader.fetch([secret.ref], signal)
    assert.equal(textOf(outcome), 'value of /team/ab/db')
    await reader.close()
  })

  test('what AWS cannot search for is said before it is asked', async () => {
    for (const search of [{}, { ...any, path: 'team' }, { ...any, path: '//team' }, { tags: new Map([['kind', '']]) }]) {
      await assert.rejects(names(search), { kind: 'InvalidSpec' })
    }
    await assert.rejects(names(any, 'arn:aws:ssm:us-east-1:222222222222:parameter/'), { kind: 'InvalidSpec' })
    assert.equal(emulator.control.calls, 0)
  })

  test('a refused listing names the right that is missing, and nothing is read instead', async () => {
    emulator.deny('ssm:DescribeParameters')
    await assert.rejects(names(any), { kind: 'AccessDenied', message: /ssm:DescribeParameters/ })
    assert.equal(emulator.control.calls, 1)
  })

  test('a page that fails is asked for again; the pages before it are not', async () => {
    for (let index = 0; index < 120; index++) emulator.putParameter(`/paged/${index}`, 'x')
    emulator.control.inject('throttled', 1)
    assert.equal((await names({ ...any, path: '/paged' })).length, 120)
    assert.equal(emulator.control.calls, 4)
    for (let index = 0; index < 120; index++) emulator.removeParameter(`/paged/${index}`)
  })
})
