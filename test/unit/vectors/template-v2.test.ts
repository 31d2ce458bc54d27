import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCase } from '../../vectors/run-case.ts'
import { readVectorFile, type VectorCase } from '../../vectors/vector-file.ts'

const checkout = fileURLToPath(new URL('../../../', import.meta.url))
const committed = readVectorFile(resolve(checkout, 'test/vectors/template-v2.generated.json')).cases
const all = resolve(checkout, process.env.VECTORS_DIR ?? '../shared/vectors', 'template-v2.json')

function runAll(cases: readonly VectorCase[]): void {
  for (const vector of cases) {
    test(`${vector.id} ${vector.name}`, () => assert.equal(runCase(vector), undefined))
  }
}

describe('templates go where External Secrets puts them', () => runAll(committed))

if (existsSync(all)) {
  const known = new Set(committed.map(({ id }) => id))
  const others = readVectorFile(all).cases.filter(({ id }) => !known.has(id))
  describe("so do those of ESO's own tests, and those with keys and certificates", () => runAll(others))
} else {
  console.log(`NOT RUN: the vectors that derive from the tests of others are not at ${all}; set VECTORS_DIR`)
}
