import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { goJson } from '../../../plugin/json/go-json.ts'
import { jsonPathGet } from '../../../plugin/json/json-path.ts'
import type { JsonValue } from '../../../plugin/json/json-value.ts'
import { parseJson } from '../../../plugin/json/parse-json.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { runs } from '../../support/property-runs.ts'

interface Case {
  readonly path: string
  readonly document: number
  readonly value?: unknown
  readonly fails?: true
}

interface Recording {
  /** JSON texts. */
  readonly documents: readonly string[]
  readonly cases: readonly Case[]
}

/** Answers of github.com/PaesslerAG/jsonpath v0.1.1 with gval v1.2.4: what `Get` gave for a path and a document that encoding/json had read. */
const file = new URL('../../vectors/json-path.generated.json', import.meta.url)
const recorded: Recording = JSON.parse(readFileSync(file, 'utf8'))

/** `undefined` for nothing and for what is no path: the Go library has errors for both. */
function found(path: string, document: JsonValue): JsonValue | undefined {
  try {
    return jsonPathGet(path, document)
  } catch (thrown) {
    assert.ok(thrown instanceof SecretError && thrown.kind === 'InvalidSpec', String(thrown))
    return undefined
  }
}

/** Go goes through the members of an object in another order each time: lists that came out of one are the same in any order. */
function comparable(value: unknown): unknown {
  return Array.isArray(value) ? value.map((item) => JSON.stringify(comparable(item))).toSorted() : value
}

describe('JSONPath as External Secrets has it', () => {
  for (const { path, document, value, fails } of recorded.cases) {
    test(`${path} in document ${document}${fails ? ' finds nothing' : ''}`, () => {
      const got = found(path, parseJson(recorded.documents[document] ?? '', 'float64'))
      if (fails) assert.equal(got, undefined)
      else assert.deepEqual(comparable(got === undefined ? undefined : JSON.parse(goJson(got))), comparable(value))
    })
  }

  test('a path that is none is said to be none, without a word of it', () => {
    assert.throws(
      () => jsonPathGet("$.list['hunter2']", null),
      (thrown: unknown) =>
        thrown instanceof SecretError &&
        thrown.kind === 'InvalidSpec' &&
        !`${thrown.message}${thrown.remedy}`.includes('hunter2'),
    )
  })

  test('any text finds something or nothing, and never fails otherwise', () => {
    const words = fc.constantFrom(
      '$',
      '.',
      '..',
      '[',
      ']',
      '*',
      '?',
      '(',
      ')',
      '@',
      'a',
      'l',
      '"a"',
      '0',
      '-1',
      ':',
      ',',
      '==',
      '!=',
      ' ',
      "'",
    )
    const paths = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 12 }).map((parts) => parts.join('')),
    )
    const document = parseJson('{"a":{"l":[1,{"a":2}]},"l":["x"]}', 'float64')
    fc.assert(
      fc.property(paths, (path) => void found(path, document)),
      { numRuns: runs(500) },
    )
  })

  test('a path that would take for ever ends', () => {
    const deep = parseJson(`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`, 'float64')
    assert.throws(() => jsonPathGet('$..a..a..a..a..a', deep), /steps/)
  })
})
