import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { digestOf, type StreamOrigin, seededStream } from '../../../plugin/expansion/seeded-stream.ts'
import { SecretValue } from '../../../plugin/model/secret-value.ts'

const SEED = new SecretValue(Uint8Array.from({ length: 32 }, (_, index) => index))
const ORIGIN: StreamOrigin = {
  project: '',
  namespace: 'default',
  object: 'database',
  field: 'spec.target.template.data.password',
  position: 'password:3',
  inputs: digestOf(new Map([['user', SecretValue.fromText('ada')]])),
}

function drawn(origin: StreamOrigin, seed = SEED, count = 32): string {
  return Buffer.from(seededStream(seed, origin).bytes(count)).toString('hex')
}

test('a seed gives the bytes that it has always given', () => {
  assert.equal(ORIGIN.inputs, '4d82f60bdd0ad498022b6ac5593e37a6d9bc4053ac57c3f01f2b4c87bd236ab6')
  assert.equal(drawn(ORIGIN), 'c218a47cb7ddc22dbcf63140be9d860b765d208062b947286355f87b1569829c')
  assert.equal(drawn({ ...ORIGIN, project: 'payments' }), '403c1400f72d297c1ad6fc4abb5b50b8edd81f9ee58b0800fa34e9de6f63f211')
})

test('a stream is one sequence, however it is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 70 }), { maxLength: 8 }), (counts) => {
      const stream = seededStream(SEED, ORIGIN)
      const pieces = counts.map((count) => Buffer.from(stream.bytes(count)).toString('hex'))
      const total = counts.reduce((sum, count) => sum + count, 0)
      assert.equal(pieces.join(''), drawn(ORIGIN, SEED, total))
    }),
  )
})

const anyOrigin: fc.Arbitrary<StreamOrigin> = fc.record({
  project: fc.string(),
  namespace: fc.string(),
  object: fc.string(),
  field: fc.string({ unit: 'binary' }),
  position: fc.string({ unit: 'binary', maxLength: 2_000 }),
  inputs: fc.string(),
})

test('any two origins have two streams, and one has one', () => {
  fc.assert(
    fc.property(anyOrigin, anyOrigin, (one, other) => {
      const areEqual = JSON.stringify(Object.values(one)) === JSON.stringify(Object.values(other))
      assert.equal(drawn(one) === drawn(other), areEqual)
      assert.equal(drawn(one), drawn({ ...one }))
    }),
  )
})

for (const part of ['project', 'namespace', 'object', 'field', 'position', 'inputs'] as const) {
  test(`another ${part} has another stream, also where it only moves a letter to its neighbour`, () => {
    fc.assert(
      fc.property(anyOrigin, fc.string({ minLength: 1 }), (origin, more) => {
        assert.notEqual(drawn({ ...origin, [part]: origin[part] + more }), drawn(origin))
      }),
    )
    const parts = Object.keys(ORIGIN) as (keyof StreamOrigin)[]
    const neighbour = parts[(parts.indexOf(part) + 1) % parts.length] ?? part
    assert.notEqual(drawn({ ...ORIGIN, [part]: 'ab', [neighbour]: 'c' }), drawn({ ...ORIGIN, [part]: 'a', [neighbour]: 'bc' }))
  })
}

test('another seed has another stream', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 100 }), (bytes) => {
      assert.equal(drawn(ORIGIN, new SecretValue(bytes)) === drawn(ORIGIN), Buffer.from(bytes).equals(SEED.reveal()))
    }),
  )
})

const anyValues = fc.uniqueArray(fc.tuple(fc.string(), fc.uint8Array({ maxLength: 8 })), {
  selector: ([name]) => name,
  maxLength: 4,
})
type Values = readonly (readonly [string, Uint8Array])[]

function digest(values: Values): string {
  return digestOf(new Map(values.map(([name, bytes]) => [name, new SecretValue(bytes)])))
}

test('the order of the values does not matter', () => {
  fc.assert(fc.property(anyValues, (values) => assert.equal(digest(values.toReversed()), digest(values))))
})

test('any other name or byte of the values has another digest', () => {
  fc.assert(
    fc.property(anyValues, anyValues, (one, other) => {
      const written = (values: Values) =>
        JSON.stringify(values.map(([name, bytes]) => [name, [...bytes]] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      assert.equal(digest(one) === digest(other), written(one) === written(other))
    }),
  )
  const bytes = (text: string) => new TextEncoder().encode(text)
  assert.notEqual(digest([['ab', bytes('c')]]), digest([['a', bytes('bc')]]))
  assert.notEqual(
    digest([['a', bytes('b1:c1:d')]]),
    digest([
      ['a', bytes('b')],
      ['c', bytes('d')],
    ]),
  )
})
