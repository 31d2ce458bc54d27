import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemClock } from '../../../../plugin/model/clock.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import type { RemoteRef } from '../../../../plugin/model/remote-ref.ts'
import type { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { fake } from '../../../../plugin/providers/fake/provider.ts'
import type { Outcome } from '../../../../plugin/providers/secret-reader.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { credentialsOf } from '../vault/open-vault.ts'

async function fetchOne(data: readonly object[], ref: Partial<RemoteRef>): Promise<Outcome> {
  const reader = await fake.open(fake.config.parse({ data }), {
    credentials: credentialsOf({}),
    environment: new Map(),
    store: { kind: 'SecretStore', name: 'fake', namespace: 'default' },
    clock: systemClock,
    random: seededRandom('fake'),
    logger: silentLogger,
    callTimeoutMs: 1_000,
    concurrency: 1,
  })
  const [only] = await reader.fetch([{ key: 'k', part: 'value', ...ref }], AbortSignal.timeout(1_000))
  await reader.close()
  assert.ok(only)
  return only
}

const text = (value: SecretValue | undefined): string | undefined => value && new TextDecoder().decode(value.reveal())

async function read(data: readonly object[], ref: Partial<RemoteRef>): Promise<string | undefined> {
  const outcome = await fetchOne(data, ref)
  return outcome.ok ? text(outcome.secret.value) : outcome.error.kind
}

/** external-secrets.md 7.6. */
describe('the fake provider', () => {
  const data = [
    { key: 'k', value: 'unversioned' },
    { key: 'k', value: 'one', version: 'v1' },
    { key: 'twice', value: 'first' },
    { key: 'twice', value: 'second' },
  ]

  test('finds a key with exactly the version that is asked for', async () => {
    assert.equal(await read(data, {}), 'unversioned')
    assert.equal(await read(data, { version: 'v1' }), 'one')
    assert.equal(await read(data, { version: 'v2' }), 'NotFound')
    assert.equal(await read(data, { key: 'absent' }), 'NotFound')
  })

  test('has no newest version: a key with versions only is not found without one', async () => {
    assert.equal(await read([{ key: 'k', value: 'one', version: 'v1' }], {}), 'NotFound')
  })

  test('looks up key and version as one name, the later entry wins', async () => {
    assert.equal(await read(data, { key: 'twice' }), 'second')
    const glued = [
      { key: 'k', value: 'versioned', version: '1' },
      { key: 'k1', value: 'not versioned' },
    ]
    assert.equal(await read(glued, { key: 'k1' }), 'not versioned')
    assert.equal(await read(glued, { version: '1' }), 'NotFound')
  })

  test('takes no notice of metadataPolicy', async () => {
    assert.equal(await read(data, { part: 'metadata' }), 'unversioned')
  })

  test('gives equal versions to equal values alone', async () => {
    const versions = await Promise.all(
      ['a', 'a', 'b'].map(async (value) => {
        const outcome = await fetchOne([{ key: 'k', value }], {})
        assert.ok(outcome.ok)
        return outcome.secret.version
      }),
    )
    assert.equal(versions[0], versions[1])
    assert.notEqual(versions[1], versions[2])
  })

  test('selects by gjson alone: a dot in a name is a step', async () => {
    const outcome = await fetchOne([{ key: 'k', value: '{"a.b":"literal","a":{"b":"nested"},"n":1.50}' }], {})
    assert.ok(outcome.ok)
    const select = (property: string): string | undefined =>
      text(fake.select(outcome.secret, { key: 'k', part: 'value', property }))
    assert.equal(select('a.b'), 'nested')
    assert.equal(select(String.raw`a\.b`), 'literal')
    assert.equal(select('n'), '1.5')
  })

  test('a missing property means that the secret is absent', async () => {
    const outcome = await fetchOne([{ key: 'k', value: '{}' }], {})
    assert.ok(outcome.ok)
    const ref = { key: 'k', part: 'value', property: 'p' } as const
    assert.throws(() => fake.select(outcome.secret, ref), { kind: 'NotFound' })
    assert.equal(fake.meansAbsent?.(ref, 'select', 'data'), true)
  })

  test('extracts the members of what the property selects, as they were written', async () => {
    const outcome = await fetchOne([{ key: 'k', value: '{"in":{"s":"text","n":1.0,"z":null,"o":{ "a": 1 }}}' }], {})
    assert.ok(outcome.ok)
    const members = fake.extract(outcome.secret, { key: 'k', part: 'value', property: 'in' })
    const texts = Array.from(members, ([key, value]) => [key, text(value)])
    assert.deepEqual(Object.fromEntries(texts), { s: 'text', n: '1.0', z: '', o: '{ "a": 1 }' })
    assert.throws(() => fake.extract(outcome.secret, { key: 'k', part: 'value', property: 'in.s' }), { kind: 'InvalidSpec' })
  })
})
