import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { DerCursor } from '../../../templates/der/der-cursor.ts'
import { type Asn1Type, asn1, list, struct, unmarshal } from '../../../templates/der/unmarshal.ts'
import { bits, explicit, integer, octets, oid, sequence, set } from '../../../templates/der/write-der.ts'
import { FunctionError } from '../../../templates/function-error.ts'
import { runs } from '../../support/property-runs.ts'

const pair = struct('pair', (fields) => ({
  number: fields.next(asn1.int),
  name: fields.optional(asn1.oid, { tag: 0, explicit: true }),
  items: fields.optional(list(struct('item', (item) => item.next(asn1.bytes))), { set: true }),
}))

function hex(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(' ', ''), 'hex')
}

describe('what is written is read again', () => {
  test('integers of any size, in the fewest bytes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), (number) => {
        assert.equal(unmarshal(asn1.bigInt, integer(number)).value, number)
        assert.equal(new DerCursor(integer(number)).integer(), number)
      }),
    )
  })

  test('object identifiers', () => {
    const arcs = fc.tuple(fc.constantFrom(0, 1, 2), fc.nat(39), fc.array(fc.nat(2 ** 31 - 1), { maxLength: 6 }))
    fc.assert(
      fc.property(arcs, ([root, second, rest]) => {
        const text = [root, second, ...rest].join('.')
        assert.equal(unmarshal(asn1.oid, oid(text)).value, text)
        assert.equal(new DerCursor(oid(text)).oid(), text)
      }),
    )
  })

  test('bytes of any length', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const bytes = new Uint8Array(length).fill(7)
      const { value, rest } = unmarshal(asn1.bytes, Buffer.concat([octets(bytes), hex('05 00')]))
      assert.deepEqual([value.length, rest.length], [length, 2])
      assert.equal(new DerCursor(bits(bytes)).bitString()?.length, length)
    }
  })

  test('fields that may be missing', () => {
    const items = set(sequence(octets(hex('02'))), sequence(octets(hex('01'))))
    const all = unmarshal(pair, sequence(integer(5), explicit(0, oid('1.2.3')), items)).value
    assert.deepEqual([all.number, all.name, all.items?.map((item) => item[0])], [5, '1.2.3', [1, 2]])
    assert.deepEqual(unmarshal(pair, sequence(integer(5), items)).value.name, undefined)
    assert.deepEqual(unmarshal(pair, sequence(integer(5))).value, { number: 5, name: undefined, items: undefined })
  })
})

/** As Go 1.26's encoding/asn1 says it. */
describe('what is not DER is an error with the text of Go', () => {
  const options =
    '{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}'
  const cases: readonly (readonly [type: Asn1Type<unknown>, bytes: string, message: string])[] = [
    [pair, '', 'syntax error: sequence truncated'],
    [pair, '30', 'syntax error: truncated tag or length'],
    [pair, '30 00', 'syntax error: sequence truncated'],
    [pair, '30 80', 'syntax error: indefinite length found (not DER)'],
    [pair, '30 81 05', 'structure error: non-minimal length'],
    [pair, '30 82 00 85', 'structure error: superfluous leading zeros in length'],
    [pair, '30 84 ff ff ff ff', 'structure error: length too large'],
    [pair, '30 05 02 01 01', 'syntax error: data truncated'],
    [pair, '61 62 63', `structure error: tags don't match (16 vs {class:1 tag:1 length:98 isCompound:true}) ${options} pair @2`],
    [
      pair,
      '30 03 04 01 01',
      `structure error: tags don't match (2 vs {class:0 tag:4 length:1 isCompound:false}) ${options} int @2`,
    ],
    [asn1.int, '02 00', 'structure error: empty integer'],
    [asn1.int, '02 02 00 01', 'structure error: integer not minimally-encoded'],
    [asn1.int, '02 09 01 02 03 04 05 06 07 08 09', 'structure error: integer too large'],
    [asn1.oid, '06 00', 'syntax error: zero length OBJECT IDENTIFIER'],
    [asn1.oid, '06 02 2a 80', 'syntax error: integer is not minimally encoded'],
    [asn1.oid, '06 02 2a 81', 'syntax error: truncated base 128 integer'],
    [asn1.bitString, '03 00', 'syntax error: zero length BIT STRING'],
    [asn1.bitString, '03 02 01 01', 'syntax error: invalid padding bits in BIT STRING'],
    [asn1.bytes, '1f 1e 00', 'syntax error: non-minimal tag'],
    [list(pair), '30 03 02 01 01', 'structure error: sequence tag mismatch'],
    [list(pair), '30 02 30 05', 'syntax error: truncated sequence'],
  ]
  for (const [type, bytes, message] of cases) {
    test(`${bytes || 'nothing'}: ${message.slice(0, 60)}`, () => {
      assert.throws(() => unmarshal(type, hex(bytes)), { message: `asn1: ${message}` })
    })
  }

  test('whatever the bytes are', () => {
    const bytes = fc.array(fc.oneof(fc.constantFrom(0x30, 0x02, 0x04, 0x06, 0xa0, 0x31, 0, 1, 2, 3), fc.nat(255)), {
      maxLength: 24,
    })
    fc.assert(
      fc.property(bytes, (numbers) => {
        try {
          unmarshal(list(pair), Uint8Array.from(numbers))
        } catch (error) {
          assert.ok(error instanceof FunctionError, String(error))
        }
      }),
      { numRuns: runs(2000) },
    )
  })
})

test('the bytes of a value are in no message that may be shown', () => {
  assert.throws(
    () => unmarshal(pair, Buffer.from('hunter2')),
    (error) => error instanceof FunctionError && /length/.test(error.message) && error.safe === undefined,
  )
})

test('a cursor stops at what is not DER, and stays there', () => {
  for (const bytes of ['', '30', '30 80', '30 81 05', '1f 01 00', '30 85 00 00 00 00 01', '30 02 00']) {
    const cursor = new DerCursor(hex(bytes))
    assert.equal(cursor.any(), undefined, bytes)
    assert.equal(cursor.isEmpty, bytes === '')
  }
  const cursor = new DerCursor(Buffer.concat([integer(1), oid('1.2')]))
  assert.equal(cursor.oid(), undefined)
  assert.equal(cursor.integer(), 1n)
  assert.equal(cursor.oid(), '1.2')
  assert.ok(cursor.isEmpty)
})
