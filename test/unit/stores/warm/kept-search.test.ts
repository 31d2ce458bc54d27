import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import type { FoundSecret } from '../../../../plugin/providers/secret-lister.ts'
import { foundBefore, keptSearch } from '../../../../plugin/stores/warm/kept-search.ts'
import { runs } from '../../../support/property-runs.ts'

const found = fc.record(
  {
    name: fc.string({ unit: 'binary' }),
    ref: fc.record(
      { key: fc.string({ unit: 'binary' }), part: fc.constantFrom('value' as const, 'metadata' as const), version: fc.string() },
      { requiredKeys: ['key', 'part'], noNullPrototype: true },
    ),
  },
  { noNullPrototype: true },
) satisfies fc.Arbitrary<FoundSecret>

test('what was found comes back as it was, and says that it is of before', () => {
  fc.assert(
    fc.property(fc.array(found), (secrets) => {
      assert.deepEqual(
        foundBefore(keptSearch(secrets)),
        secrets.map(({ name, ref }) => ({ name, ref, stale: true })),
      )
    }),
    { numRuns: runs(200) },
  )
})

test('what is something else is nothing', () => {
  assert.equal(foundBefore(SecretValue.fromText('{"a":1}')), undefined)
})
