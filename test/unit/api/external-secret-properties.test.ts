import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { externalSecretSchema } from '../../../plugin/api/external-secret.ts'
import { withoutNulls } from '../../../plugin/api/plain-object.ts'
import { readExternalSecret } from '../../../plugin/api/read-external-secret.ts'
import { readObject } from '../../../plugin/api/read-object.ts'
import { runs } from '../../support/property-runs.ts'
import { changed, type Path } from './changed.ts'
import { fullExternalSecret } from './full-external-secret.ts'

test('reading never throws, and gives either a value or problems', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const reading = readExternalSecret(value)
      assert.equal(reading.value === undefined, reading.problems.length > 0)
    }),
  )
})

test('reading agrees with the schema on objects in which anything was replaced', () => {
  const paths = pathsOf(fullExternalSecret(), [])
  fc.assert(
    fc.property(
      fc.constantFrom(...paths),
      fc.oneof(fc.jsonValue(), fc.constantFrom(null, '', {}, [], 'Owner', 'a-name', 0, true)),
      (path, value) => {
        const object = changed(fullExternalSecret(), path, value)
        const reading = readObject(externalSecretSchema, object)
        const parsed = externalSecretSchema.safeParse(withoutNulls(object))
        const usesForbiddenKey = reading.problems.some((problem) => problem.path.at(-1) === '__proto__')
        if (usesForbiddenKey) return
        assert.equal(reading.problems.length === 0, parsed.success)
        // Below a field that takes anything, the reader leaves nulls alone.
        if (parsed.success) assert.deepEqual(withoutNulls(reading.value), parsed.data)
      },
    ),
    { numRuns: runs(2_000) },
  )
})

function pathsOf(value: unknown, base: Path): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [base]
  const inside = Object.entries(value).flatMap(([name, item]) =>
    pathsOf(item, [...base, Array.isArray(value) ? Number(name) : name]),
  )
  return base.length === 0 ? inside : [base, ...inside]
}
