import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runCase } from '../../vectors/run-case.ts'
import { readVectorFile } from '../../vectors/vector-file.ts'

const { cases } = readVectorFile(new URL('../../vectors/gotemplate.generated.json', import.meta.url))

/** Every expectation came from Go itself, the full text of errors included. */
describe('Go templates give what Go gives', () => {
  for (const [area, vectors] of Map.groupBy(cases, ({ name }) => name.split('/')[0])) {
    test(`${area} (${vectors.length})`, () => {
      const wrong = vectors.flatMap((vector) => {
        const reason = runCase(vector)
        return reason === undefined ? [] : [`${vector.id} ${vector.name}: ${reason}`]
      })
      assert.deepEqual(wrong, [])
    })
  }
})
