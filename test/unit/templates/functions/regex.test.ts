import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { byteTextOf } from '../../../../templates/byte-text.ts'
import { GoRegexp } from '../../../../templates/functions/go-regexp.ts'
import { programSizeOf } from '../../../../templates/functions/regexp-cost.ts'
import { int } from '../../../../templates/go-number.ts'
import { BudgetExceeded } from '../../../../templates/meter.ts'
import { goValue } from '../go-value.ts'
import { call, callText, callValues, failureOf } from './call.ts'

const free = { step: () => undefined, reserve: () => undefined, checkTime: () => undefined }

/** Expectations come from Go's regexp. */
describe('regular expressions are those of Go', () => {
  const cases: readonly (readonly [name: string, args: readonly unknown[], expected: unknown])[] = [
    ['regexMatch', ['(?i)^abc$', 'ABC'], true],
    ['regexMatch', ['(', 'x'], false],
    ['regexMatch', ['a.b', 'a\nb'], false],
    ['mustRegexMatch', ['(?<name>a)', 'a'], true],
    ['mustRegexMatch', ['\\p{Greek}', 'Ω'], true],
    ['mustRegexMatch', ['\\p{uppercase letter}\\p{^greek}', 'Aa'], true],
    ['mustRegexMatch', ['\\d', '٣'], false],
    ['regexFind', ['a|ab', 'ab'], 'a'],
    ['regexFind', ['z', 'ab'], ''],
    ['regexFindAll', ['', 'ab', -1], ['', '', '']],
    ['regexFindAll', ['a{2}', 'aaaaa', 1], ['aa']],
    ['regexReplaceAll', ['a(x*)b', '-ab-axxb-', '$1W'], '---'],
    ['regexReplaceAll', ['a(x*)b', '-ab-axxb-', '${1}W'], '-W-xxW-'],
    ['regexReplaceAll', ['(?P<k>\\w+)=(?P<v>\\w+)', 'a=b', '${v}=$k $$ ${ $'], 'b=a $ ${ $'],
    ['regexReplaceAll', ['(?P<k>a)|(?P<k>b)', 'ab', '<$k>'], '<a><b>'],
    ['regexReplaceAll', ['x*', 'abc', '-'], '-a-b-c-'],
    ['regexReplaceAll', ['.', 'é', '[$0]'], '[é]'],
    ['regexReplaceAllLiteral', ['a', 'ba', '$0'], 'b$0'],
    ['regexSplit', ['a', 'banana', -1], ['b', 'n', 'n', '']],
    ['regexSplit', ['a', 'banana', 0], []],
    ['regexSplit', ['x*', 'axbxc', -1], ['a', 'b', 'c']],
    ['regexSplit', ['', 'abc', 2], ['a', 'bc']],
    ['regexSplit', [',', '', -1], ['']],
    ['regexQuoteMeta', ['a.b*c{2}'], 'a\\.b\\*c\\{2\\}'],
  ]
  for (const [name, args, expected] of cases) {
    test(`${name} ${JSON.stringify(args)}`, () => assert.deepEqual(call(name, ...args), expected))
  }

  test('no match gives the nil list, so that toJson writes null', () => {
    assert.equal(callValues('toJson', [callValues('regexFindAll', ['a', 'b', int(-1)])]), 'null')
  })

  test('a bad pattern panics in the plain function and is an error in its twin', () => {
    assert.equal(failureOf('regexFind', '[', 'x'), 'regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`')
    assert.equal(failureOf('regexFind', '[\n', 'x'), 'regexp: Compile("[\\n"): error parsing regexp: missing closing ]: `[\n`')
    assert.equal(failureOf('mustRegexFind', '(', 'x'), 'error parsing regexp: missing closing ): `(`')
    assert.equal(
      failureOf('mustRegexMatch', '\\p{Old_Italic}', 'x'),
      'error parsing regexp: invalid character class range: `\\p{Old_Italic}`',
    )
    assert.equal(failureOf('mustRegexMatch', 'a\\', 'x'), 'error parsing regexp: trailing backslash at end of expression: ``')
    assert.match(failureOf('mustRegexMatch', 'a(?=b)', 'ab'), /invalid or unsupported Perl syntax/)
  })

  test('bytes that are not UTF-8 match as one character and stay what they are', () => {
    assert.equal(new GoRegexp('.', free).replaceAllLiteral('\xff\xfe', '-'), '--')
    assert.equal(new GoRegexp('a', free).replaceAllLiteral('\xffa', 'b'), '\xffb')
    assert.throws(() => new GoRegexp('\xff', free), /invalid UTF-8/)
  })
})

describe('laws', () => {
  const anyText = fc.string({ unit: 'grapheme' }).map(byteTextOf)

  test('a quoted text matches itself and is found where it is', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, around) => {
        const quoted = callText('regexQuoteMeta', [text])
        assert.equal(new GoRegexp(`^${quoted}$`, free).matches(text), true)
        assert.equal(new GoRegexp(quoted, free).find(around + text), text)
      }),
    )
  })

  test('the parts of a split and the matches make the text again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const regexp = new GoRegexp('[a-f]+', free)
        const parts = regexp.split(text, -1) ?? []
        const matches = regexp.findAll(text, -1) ?? []
        assert.equal(parts.map((part, index) => part + (matches[index] ?? '')).join(''), text)
      }),
    )
  })
})

describe('regular expressions end within the budget', () => {
  const exceeds = (name: string, args: readonly unknown[], budget: object) =>
    assert.throws(() => callValues(name, args.map(goValue), { budget }), BudgetExceeded)

  test('nested repetitions are refused before they are compiled', () => {
    exceeds('regexMatch', ['(?:x{1000}y){1000}'.repeat(20), 'a'], {})
    exceeds('regexMatch', ['[a-z]{1000}'.repeat(1000), 'a'], {})
  })

  test('a long text costs by its length and by the size of the pattern', () => {
    exceeds('regexMatch', ['(a|b|ab)*c'.repeat(40), 'ab'.repeat(200_000)], {})
  })

  test('a search that goes to the end from each position ends with the time', () => {
    let time = 0
    const now = () => time++
    exceeds('regexReplaceAll', ['a.*b|a', 'a'.repeat(2_000), ''], { now, wallTimeMs: 100, steps: 100_000_000 })
  })

  test('a replacement that grows the text is counted before it is there', () => {
    exceeds('regexReplaceAll', ['', 'a'.repeat(2_000), '-'.repeat(1_000)], { outputBytes: 100_000 })
  })

  test('the cost of a pattern covers its program', () => {
    assert.ok(programSizeOf('(?:a{10}){10}') >= 100)
    assert.ok(programSizeOf('\\Qa.b\\E[[:alpha:]]x{2,}') < 60)
  })
})
