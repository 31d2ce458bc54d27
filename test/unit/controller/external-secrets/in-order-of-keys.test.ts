import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExternalSecretObject } from '../../../../plugin/controller/external-secrets/external-secret-object.ts'
import { inOrderOfKeys } from '../../../../plugin/controller/external-secrets/in-order-of-keys.ts'

const reading = (name: string, spec: object): ExternalSecretObject => ({
  metadata: { namespace: 'shop', name },
  spec: { secretStoreRef: { name: 'vault' }, ...spec },
})
const data = (key: string): object => ({ data: [{ secretKey: 'k', remoteRef: { key } }] })

test('objects that read the same key stand together, in the order in which they came', () => {
  const extract = { dataFrom: [{ extract: { key: 'b' } }] }
  const objects = [reading('1', data('b')), reading('2', data('a')), reading('3', extract), reading('4', data('a'))]
  assert.deepEqual(
    inOrderOfKeys(objects).map(({ metadata }) => metadata.name),
    ['2', '4', '1', '3'],
  )
})

test('an object that cannot be read has its place too', () => {
  const objects = [reading('1', data('b')), { metadata: { namespace: 'shop', name: '2' }, spec: 7 }]
  assert.deepEqual(
    inOrderOfKeys(objects).map(({ metadata }) => metadata.name),
    ['2', '1'],
  )
})
