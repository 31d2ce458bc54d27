import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exitCodeOf, problemReport, warningReport } from '../../../plugin/cli/report.ts'
import { type ErrorKind, type Place, SecretError } from '../../../plugin/model/secret-error.ts'

const problem = (kind: ErrorKind, place: Place = {}, remedy?: string): SecretError =>
  new SecretError(kind, 'what is wrong', { place, ...(remedy !== undefined && { remedy }) })

describe('a problem in the report', () => {
  test('has file and line, kind, object, field, what is wrong and what to do', () => {
    const place = { file: 'apps/db.yaml', line: 7, object: 'ExternalSecret default/db', field: 'spec.data[1]' }
    assert.equal(
      problemReport([problem('NotFound', place, 'create it')], 'nothing was rendered'),
      'error: 1 problem: nothing was rendered\napps/db.yaml:7: NotFound: ExternalSecret default/db spec.data[1]\n  what is wrong\n  -> create it\n',
    )
  })

  test('has the lines that show its place', () => {
    const error = new SecretError('InvalidSpec', 'what', { excerpt: ['1 | a\u001b', '  | ^'], remedy: 'do' })
    for (const shown of [error, error.at({})]) {
      assert.equal(problemReport([shown], 'x'), 'error: 1 problem: x\nInvalidSpec\n  what\n  1 | a\\u001b\n    | ^\n  -> do\n')
    }
  })

  for (const [place, head] of [
    [{}, 'Bug'],
    [{ file: '-', line: 3 }, 'standard input:3: Bug'],
    [{ file: 'a.yaml' }, 'a.yaml: Bug'],
    [{ field: 'spec' }, 'Bug: spec'],
    [{ line: 3 }, 'Bug'],
  ] as const) {
    test(`says of ${JSON.stringify(place)} no more than is known`, () => {
      assert.equal(problemReport([problem('Bug', place)], 'x'), `error: 1 problem: x\n${head}\n  what is wrong\n`)
    })
  }

  test('has the line that is found for it', () => {
    const report = problemReport([problem('Bug', { file: 'a', line: 1 })], 'x', (place) => ({ ...place, line: 42 }))
    assert.match(report, /^a:42: Bug$/m)
  })

  test('is looked up only when it is listed', () => {
    let looked = 0
    const locate = (place: Place): Place => {
      looked++
      return place
    }
    const report = problemReport(
      Array.from({ length: 1_000 }, () => problem('Bug')),
      'x',
      locate,
    )
    assert.equal(looked, 50)
    assert.match(report, /^error: 1000 problems: x\n[\s\S]*\nand 950 more\n$/)
  })

  test('cannot write lines or orders of its own', () => {
    const evil = 'a\n\u001b[2Jb\u202e\u2028'
    const error = new SecretError('Bug', evil, { place: { file: evil, line: 1, object: evil, field: evil }, remedy: evil })
    for (const report of [problemReport([error], 'x'), warningReport([{ place: error.place, message: evil }])]) {
      assert.doesNotMatch(report, /[^\n\P{Cc}]|\p{Cf}|\p{Zl}/u)
      assert.equal(report.includes('\nb'), false)
    }
  })

  test('has names of bounded length', () => {
    const long = 'x'.repeat(1_000_000)
    assert.ok(problemReport([problem('Bug', { file: long, object: long, field: long })], 'x').length < 2_000)
  })
})

describe('warnings', () => {
  test('are a line each', () => {
    const place = { file: '-', line: 2, object: 'SecretStore s', field: 'spec.x' }
    assert.equal(
      warningReport([{ place, message: 'is unknown' }]),
      'standard input:2: warning: SecretStore s spec.x: is unknown\n',
    )
  })

  test('of nothing are nothing', () => assert.equal(warningReport([]), ''))

  test('are 50 at most, and the number of the others', () => {
    const lines = warningReport(Array.from({ length: 60 }, () => ({ place: {}, message: 'm' }))).split('\n')
    assert.equal(lines.length, 52)
    assert.equal(lines[50], 'and 10 more warnings')
  })
})

describe('the exit code', () => {
  // R19, as written there.
  const codes: readonly (readonly [ErrorKind, number])[] = [
    ['Bug', 1],
    ['InvalidSpec', 3],
    ['Conflict', 3],
    ['NotFound', 4],
    ['AccessDenied', 5],
    ['Unavailable', 6],
    ['Throttled', 6],
    ['Timeout', 6],
    ['Deadline', 6],
  ]
  for (const [kind, code] of codes) {
    test(`of ${kind} is ${code}`, () => assert.equal(exitCodeOf([problem(kind)]), code))
  }

  test('of no problem is 0', () => assert.equal(exitCodeOf([]), 0))

  test('of several is the highest, in any order', () => {
    for (const [one, oneCode] of codes) {
      for (const [two, twoCode] of codes) assert.equal(exitCodeOf([problem(one), problem(two)]), Math.max(oneCode, twoCode))
    }
  })

  test('of a hundred thousand is found as well', () => {
    assert.equal(exitCodeOf(Array.from({ length: 200_000 }, () => problem('NotFound'))), 4)
  })
})
