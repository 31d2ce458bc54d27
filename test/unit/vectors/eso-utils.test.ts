import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { operations } from '../../vectors/operations.ts'
import { runCase } from '../../vectors/run-case.ts'
import { readVectorFile, type VectorCase } from '../../vectors/vector-file.ts'

const checkout = fileURLToPath(new URL('../../../', import.meta.url))
const committed = readVectorFile(resolve(checkout, 'test/vectors/eso-utils.generated.json'))
const upstream = resolve(checkout, process.env.VECTORS_DIR ?? '../shared/vectors', 'eso-utils.json')

function runAll(cases: readonly VectorCase[]): void {
  for (const vector of cases) {
    test(`${vector.id} ${vector.name}`, () => assert.equal(runCase(vector), undefined))
  }
}

const isPossible = (vector: VectorCase) => vector.op !== undefined && operations.has(vector.op)

describe('values and keys become what the Go code makes of them', () => runAll(committed.cases.filter(isPossible)))

/** These have cases only among those that derive from ESO's tests. */
const UPSTREAM_ONLY = ['fetchValueFromMetadata']

test('every operation that exists has cases', () => {
  const covered = new Set([...committed.cases.map(({ op }) => op), ...UPSTREAM_ONLY])
  assert.deepEqual(
    [...operations.keys()].filter((name) => !covered.has(name)),
    [],
  )
})

if (existsSync(upstream)) {
  const cases = readVectorFile(upstream).cases.filter(({ origin }) => origin === 'eso-test')
  describe("values and keys become what ESO's own tests expect", () => runAll(cases.filter(isPossible)))
} else {
  console.log(`NOT RUN: the vectors that derive from the tests of others are not at ${upstream}; set VECTORS_DIR`)
}
