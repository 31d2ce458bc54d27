import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import { ObjectStore } from '../../../plugin/kube/object-store.ts'
import type { LogFields } from '../../../plugin/model/logger.ts'
import { runs } from '../../support/property-runs.ts'

interface Shop extends KubeObject {
  readonly spec?: { readonly stores: readonly string[] }
}

function shop(name: string, ...stores: readonly string[]): Shop {
  return { metadata: { namespace: 'shops', name }, spec: { stores } }
}

const byStore = { store: ({ spec }: Shop): readonly string[] => spec?.stores ?? [] }

function names(objects: Iterable<Shop>): readonly string[] {
  return Array.from(objects, ({ metadata }) => metadata.name).sort()
}

test('an object is found by namespace and name, and by all that an index function says of it', () => {
  const store = new ObjectStore<Shop, 'store'>(byStore)
  store.put(shop('one', 'vault', 'aws'))
  store.put(shop('two', 'aws', 'aws'))
  assert.deepEqual(store.get({ namespace: 'shops', name: 'one' }), shop('one', 'vault', 'aws'))
  assert.equal(store.get({ name: 'one' }), undefined)
  assert.deepEqual(names(store.byIndex('store', 'aws')), ['one', 'two'])
  assert.deepEqual(names(store.byIndex('store', 'vault')), ['one'])
  assert.deepEqual(names(store.byIndex('store', 'gcp')), [])
})

test('an object that changes is found by what it is now, and no longer once it is gone', () => {
  const store = new ObjectStore<Shop, 'store'>(byStore)
  store.put(shop('one', 'vault', 'aws'))
  store.put(shop('one', 'aws', 'gcp'))
  assert.deepEqual(
    ['vault', 'aws', 'gcp'].map((value) => names(store.byIndex('store', value))),
    [[], ['one'], ['one']],
  )
  store.delete({ namespace: 'shops', name: 'one' })
  store.delete({ namespace: 'shops', name: 'one' })
  assert.deepEqual(
    ['vault', 'aws', 'gcp'].map((value) => names(store.byIndex('store', value))),
    [[], [], []],
  )
  assert.equal(store.size, 0)
})

test('an object that an index function cannot read is in the store all the same, and only the name of the error is logged', () => {
  const said: LogFields[] = []
  const logger = { info() {}, warn: (_: string, fields: LogFields = {}) => void said.push(fields) }
  const store = new ObjectStore<Shop, 'store'>({ store: ({ spec }) => spec?.stores.map((name) => name.trim()) ?? [] }, logger)
  store.put({ metadata: { name: 'odd' }, spec: JSON.parse('{"stores": 5}') as { readonly stores: readonly string[] } })
  assert.equal(store.size, 1)
  assert.deepEqual(said, [{ index: 'store', object: 'odd', error: 'TypeError' }])
})

test('an index that nobody declared is a mistake of the caller', () => {
  const store: ObjectStore<Shop> = new ObjectStore<Shop>(byStore)
  assert.throws(() => Array.from(store.byIndex('owner', 'me')), /no index owner/)
})

test('an index gives what a search of the whole store gives, whatever was put and deleted', () => {
  const step = fc.record({
    name: fc.constantFrom('one', 'two', 'three', 'four'),
    stores: fc.option(fc.array(fc.constantFrom('vault', 'aws', 'gcp'), { maxLength: 3 }), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const store = new ObjectStore<Shop, 'store'>(byStore)
      for (const { name, stores } of steps) {
        if (stores) store.put(shop(name, ...stores))
        else store.delete(shop(name).metadata)
        for (const value of ['vault', 'aws', 'gcp']) {
          const searched = Array.from(store.list()).filter(({ spec }) => spec?.stores.includes(value))
          assert.deepEqual(names(store.byIndex('store', value)), names(searched))
        }
      }
    }),
    { numRuns: runs(200) },
  )
})
