import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { ExternalSecretObject } from '../../../../plugin/controller/external-secrets/external-secret-object.ts'
import { type Shard, shards } from '../../../../plugin/controller/external-secrets/shard.ts'
import { runs } from '../../../support/property-runs.ts'

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
const ref = fc.record({ name, kind: fc.constantFrom(undefined, 'SecretStore', 'ClusterSecretStore') })
const count = fc.integer({ min: 1, max: 64 })

interface Ref {
  readonly name: string
  readonly kind: string | undefined
}

function reading(refs: readonly Ref[], own = 'one'): ExternalSecretObject {
  const data = refs.map(({ kind, ...store }, index) => ({
    secretKey: `k${index}`,
    remoteRef: { key: 'db' },
    sourceRef: { storeRef: { ...store, ...(kind !== undefined && { kind }) } },
  }))
  return { metadata: { name: own, namespace: 'shop' }, spec: { data } }
}

function storeOf({ name: own, kind }: Ref): { readonly metadata: { readonly name: string; readonly namespace?: string } } {
  return { metadata: kind === 'ClusterSecretStore' ? { name: own } : { name: own, namespace: 'shop' } }
}

function placesOf(all: readonly Shard[], has: (shard: Shard) => boolean): readonly number[] {
  return all.filter(has).map(({ index }) => index)
}

test('every store and every ExternalSecret is in exactly one shard, and every process says in which', () => {
  fc.assert(
    fc.property(count, fc.array(ref, { maxLength: 4 }), name, (n, refs, own) => {
      const object = reading(refs, own)
      const places = placesOf(shards(n), (shard) => shard.has(object))
      assert.equal(places.length, 1)
      assert.deepEqual(
        placesOf(shards(n), (shard) => shard.has(reading(refs, own))),
        places,
      )
      for (const one of refs) assert.equal(placesOf(shards(n), (shard) => shard.hasStore(storeOf(one))).length, 1)
    }),
    { numRuns: runs(300) },
  )
})

test('an ExternalSecret is with a store that it reads, the same in whatever order it names them', () => {
  fc.assert(
    fc.property(count, fc.array(ref, { minLength: 1, maxLength: 4 }), (n, refs) => {
      const [place] = placesOf(shards(n), (shard) => shard.has(reading(refs)))
      const stores = refs.flatMap((one) => placesOf(shards(n), (shard) => shard.hasStore(storeOf(one))))
      assert.ok(place !== undefined && stores.includes(place))
      assert.ok(shards(n)[place]?.has(reading(refs.toReversed(), 'another')))
    }),
    { numRuns: runs(300) },
  )
})

test('stores are spread: of a thousand none of eight shards has less than half of its part', () => {
  const all = shards(8)
  for (const shard of all) {
    const own = Array.from({ length: 1_000 }, (_, index) => index).filter((index) =>
      shard.hasStore({ metadata: { namespace: 'shop', name: `store-${index}` } }),
    )
    assert.ok(own.length > 62, `${shard.index}: ${own.length}`)
  }
})

test('what names no store goes by its own name, and the places do not change with versions of the program', () => {
  const placeOf = (object: ExternalSecretObject): number | undefined => placesOf(shards(4), (shard) => shard.has(object))[0]
  const unreadable = { metadata: { name: 'broken', namespace: 'shop' }, spec: { data: 'no list' } }
  assert.deepEqual(
    [
      reading([]),
      unreadable,
      reading([{ name: 'bao', kind: undefined }]),
      reading([{ name: 'aws', kind: 'ClusterSecretStore' }]),
    ].map(placeOf),
    GOLDEN,
  )
})

const GOLDEN: readonly number[] = [3, 1, 1, 3]
