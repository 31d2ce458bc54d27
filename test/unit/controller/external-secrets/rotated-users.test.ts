import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WHEN_MISSING } from '../../../../plugin/api/annotations.ts'
import type { ExternalSecretObject } from '../../../../plugin/controller/external-secrets/external-secret-object.ts'
import { RotatedUsers } from '../../../../plugin/controller/external-secrets/rotated-users.ts'
import type { Rotation } from '../../../../plugin/controller/rotations/rotation.ts'
import { rotationAmong } from '../../../../plugin/controller/stores/usable-stores.ts'
import { providers } from '../../../../plugin/providers/registry.ts'

function objectOf(name: string, keys: readonly string[], spec: object = {}): ExternalSecretObject {
  const data = keys.map((key) => ({ secretKey: key.replaceAll('/', '.'), remoteRef: { key } }))
  return {
    metadata: { namespace: 'shop', name, uid: name },
    spec: { refreshInterval: '1h', secretStoreRef: { name: 'aws' }, data, ...spec },
  }
}

const store = {
  metadata: { namespace: 'shop', name: 'aws', uid: 'aws' },
  spec: { provider: { aws: { service: 'SecretsManager', region: 'eu-west-1', prefix: 'prod/' } } },
}
const keyVault = {
  metadata: { namespace: 'shop', name: 'azure', uid: 'azure' },
  spec: { provider: { azurekv: { authType: 'ManagedIdentity', vaultUrl: 'https://shop.vault.azure.net' } } },
}
const STORES = {
  caches: {
    secretStores: { get: ({ name }: { readonly name: string }) => (name === 'azure' ? keyVault : store) },
    clusterSecretStores: { get: () => undefined },
    namespaces: { get: () => undefined },
  },
  providers,
  // What is asked here asks nothing else.
} as unknown as Parameters<typeof rotationAmong>[1]

const names = (...some: readonly string[]) => rotationAmong([{ provider: 'aws', names: new Set(some) }], STORES)

test('who uses what was rotated is found by the name of the provider and by that of the store, and who is not refreshed by time is not', async () => {
  const objects = [
    objectOf('a', ['db', 'other']),
    objectOf('b', ['other']),
    objectOf('c', ['db'], { refreshInterval: '0' }),
    objectOf('d', ['db'], { refreshPolicy: 'OnChange' }),
  ]
  const users = new RotatedUsers(() => objects)
  const found = async (rotationOf: Parameters<RotatedUsers['find']>[0]): Promise<readonly string[]> =>
    (await users.find(rotationOf)).users.map(
      ({ object, keys }) => `${object.metadata.name} ${keys.map(({ key }) => key).join(' ')}`,
    )
  assert.deepEqual(await found(names('prod/db')), ['a db'])
  assert.deepEqual(await found(names('db', 'db-aB3dE6')), [])
  assert.deepEqual(await found(rotationAmong([{ provider: 'gcpsm', names: new Set(['prod/db']) }], STORES)), [])
  assert.deepEqual(await found(rotationAmong([{ store: 'SecretStore shop/aws', key: 'db' }], STORES)), ['a db'])
  assert.deepEqual(await found(rotationAmong([{ store: 'SecretStore shop/aws', key: 'prod/other' }], STORES)), [
    'a other',
    'b other',
  ])
  assert.deepEqual(await found(rotationAmong([{ store: 'SecretStore shop/vault', key: 'db' }], STORES)), [])
})

test('who uses a key of Key Vault is found in upper and lower case, as its provider compares names', async () => {
  const objects = [objectOf('a', ['DbPassword'], { secretStoreRef: { name: 'azure' } }), objectOf('b', ['DbPassword'])]
  const users = new RotatedUsers(() => objects)
  const found = async (rotation: Rotation): Promise<readonly string[]> =>
    (await users.find(rotationAmong([rotation], STORES))).users.map(({ object }) => object.metadata.name)
  assert.deepEqual(await found({ provider: 'azurekv', names: new Set(['dbpassword']) }), ['a'])
  assert.deepEqual(await found({ provider: 'azurekv', names: new Set(['DBPASSWORD']) }), ['a'])
  assert.deepEqual(await found({ provider: 'aws', names: new Set(['prod/dbpassword']) }), [])
  assert.deepEqual(await found({ store: 'SecretStore shop/azure', key: 'dbpassword' }), ['a'])
  assert.deepEqual(await found({ store: 'SecretStore shop/aws', key: 'dbpassword' }), [])
})

test('several events are looked for in one look, which tells when the first of what an object uses was rotated', async () => {
  const objects = [objectOf('a', ['db', 'other']), objectOf('b', ['other']), objectOf('c', ['third']), objectOf('d', ['fourth'])]
  const users = new RotatedUsers(() => objects)
  const among = rotationAmong(
    [
      { provider: 'aws', names: new Set(['prod/other']), atMs: 2 },
      { provider: 'aws', names: new Set(['prod/db']), atMs: 1 },
      { store: 'SecretStore shop/aws', key: 'prod/third' },
    ],
    STORES,
  )
  assert.deepEqual(
    (await users.find(among)).users.map(({ object, keys, atMs }) => [object.metadata.name, keys.length, atMs]),
    [
      ['a', 2, 1],
      ['b', 1, 2],
      ['c', 1, undefined],
    ],
  )
})

test('one look through all objects answers for all events that came during the one before, and holds up nobody', async () => {
  const objects = Array.from({ length: 10_000 }, (_, number) => objectOf(`o${number}`, [`k${number}`]))
  let looks = 0
  const users = new RotatedUsers(() => {
    looks++
    return objects
  })
  let othersTurns = 0
  let isOver = false
  const others = (): void => {
    othersTurns++
    if (!isOver) setImmediate(others)
  }
  setImmediate(others)
  const found = await Promise.all(Array.from({ length: 100 }, (_, number) => users.find(names(`prod/k${number}`))))
  isOver = true
  assert.deepEqual(
    found.map((some) => some.users.map(({ object }) => object.metadata.name).join()),
    Array.from({ length: 100 }, (_, number) => `o${number}`),
  )
  assert.equal(looks, 2)
  assert.ok(othersTurns > 1, `others had ${othersTurns} turns`)
})

test('an object that cannot be judged hides no other, and the failure is told', async () => {
  const objects = [objectOf('a', ['odd', 'db']), objectOf('b', ['odd']), objectOf('c', ['db'])]
  const users = new RotatedUsers(() => objects)
  const among = names('prod/db')
  const { users: found, failure } = await users.find((used, namespace) => {
    if (used.key === 'odd') throw new RangeError('no')
    return among(used, namespace)
  })
  assert.deepEqual(
    found.map(({ object }) => object.metadata.name),
    ['a', 'c'],
  )
  assert.ok(failure?.thrown instanceof RangeError)
  assert.equal((await users.find(among)).failure, undefined)
})

test('whoever cannot be told keeps nobody from being told, the failure is told at the end, and others have their turns meanwhile', async (t) => {
  const objects = Array.from({ length: 10_000 }, (_, number) => objectOf(`o${number}`, ['db']))
  const users = new RotatedUsers(() => objects)
  const told: string[] = []
  let [othersTurns, isOver] = [0, false]
  const others = (): void => {
    if (told.length > 0) othersTurns++
    if (!isOver) setImmediate(others)
  }
  setImmediate(others)
  t.after(() => void (isOver = true))
  const telling = users.tellEach(names('prod/db'), async ({ object: { metadata } }) => {
    if (metadata.name === 'o1') throw new RangeError('no')
    for (const until = performance.now() + 0.01; performance.now() < until; );
    told.push(metadata.name)
  })
  await assert.rejects(telling, RangeError)
  isOver = true
  assert.equal(told.length, 9_999)
  assert.ok(othersTurns > 1, `others had ${othersTurns} turns`)
  assert.equal(await users.tellEach(names('prod/db'), async () => undefined), 10_000)
})

test('a key is found wherever it may stand: in data, in an extract, with a store of its own, and for the store that is asked when it is missing', async () => {
  const elsewhere = { secretStoreRef: { name: 'vault' } }
  const extract = { key: 'db' }
  const sourceRef = { storeRef: { name: 'aws' } }
  const fallback = objectOf('fallback', ['db'], elsewhere)
  const annotations = { [WHEN_MISSING]: JSON.stringify({ '*': { stores: [{ name: 'aws' }] } }) }
  const objects = [
    objectOf('data', ['other', 'db']),
    objectOf('extract', [], { data: undefined, dataFrom: [{ extract }] }),
    objectOf('own', [], { ...elsewhere, data: undefined, dataFrom: [{ extract, sourceRef }] }),
    { ...fallback, metadata: { ...fallback.metadata, annotations } },
    objectOf('elsewhere', ['db'], elsewhere),
    objectOf('search', [], { data: undefined, dataFrom: [{ find: { name: { regexp: 'db' } } }] }),
  ]
  const users = new RotatedUsers(() => objects)
  const found = await users.find(rotationAmong([{ store: 'SecretStore shop/aws', key: 'db' }], STORES))
  assert.deepEqual(
    found.users.map(({ object }) => object.metadata.name),
    ['data', 'extract', 'own', 'fallback'],
  )
})
