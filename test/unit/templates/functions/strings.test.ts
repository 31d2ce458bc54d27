import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { byteText, byteTextOf, textOf } from '../../../../templates/byte-text.ts'
import { int } from '../../../../templates/go-number.ts'
import { types } from '../../../../templates/go-type.ts'
import { BudgetExceeded } from '../../../../templates/meter.ts'
import { GoList } from '../../../../templates/value.ts'
import { goValue } from '../go-value.ts'
import { call, callText, callValues, failureOf } from './call.ts'

/** Expectations come from sprig 3.3 on Go 1.26. */
describe('texts are handled as sprig does it', () => {
  const cases: readonly (readonly [name: string, args: readonly unknown[], expected: unknown])[] = [
    ['trimAll', ['éa', 'éabaé'], 'b'],
    ['trimAll', ['', ' a '], ' a '],
    ['trimall', ['x', 'xxx'], ''],
    ['nospace', ['a b'], 'ab'],
    ['nospace', ['a\u00a0b'], 'aÂb'],
    ['initials', ['Ben.J  Lee'], 'BL'],
    ['initials', ['élan'], 'Ã'],
    ['repeat', [3, 'ab'], 'ababab'],
    ['repeat', [0, 'ab'], ''],
    ['plural', ['one', 'many', 1], 'one'],
    ['plural', ['one', 'many', 0], 'many'],
    ['title', ["hello foo-bar it's a_b 1st x.y ǆa ßa აბ"], "Hello Foo-Bar It'S A_b 1st X.Y ǅa ßa აბ"],
    ['untitle', ['Hello World Foo-Bar'], 'hello world foo-Bar'],
    ['swapcase', ['aB cD ǆx'], 'Ab Cd ǅX'],
    ['upper', ['straße ɤ'], 'STRAßE ɤ'],
    ['abbrev', [3, 'hello'], 'hello'],
    ['abbrev', [8, 'hello world'], 'hello...'],
    ['abbrevboth', [5, 10, '1234 5678 9123'], '...5678...'],
    ['abbrevboth', [20, 10, 'abcdefghijklmnop'], '...jklmnop'],
    ['abbrevboth', [4, 6, 'abcdefghijkl'], 'abcdefghijkl'],
    ['abbrevboth', [-1, 5, 'abcdefghijkl'], 'ab...'],
    ['wrap', [5, 'Hello World'], 'Hello\nWorld'],
    ['wrap', [10, 'a verylongwordindeed b'], 'a\nverylongwordindeed\nb'],
    ['wrap', [7, 'two  double  spaces'], 'two \ndouble \nspaces'],
    ['wrapWith', [3, '-', 'abcdefgh'], 'abc-def-gh'],
    ['wrapWith', [-3, '~', 'abc'], 'a~b~c'],
    ['wrapWith', [4, '', 'abcdefgh'], 'abcd\nefgh'],
    ['snakecase', ['HTTPServer'], 'http_server'],
    ['snakecase', ['ABC123Def'], 'abc123_def'],
    ['snakecase', ['HTTP2xx foo--bar'], 'http_2xx_foo__bar'],
    ['snakecase', ['FOO:BAR$BAZ'], 'foo:bar_$_baz'],
    ['snakecase', ['/-b.x'], '/-b.x'],
    ['snakecase', ['日本Go語'], '日本_go_語'],
    ['kebabcase', ['1A2'], '1-a2'],
    ['camelcase', ['__a__b__'], '__A_B__'],
    ['camelcase', ['HTTPSConnection'], 'Httpsconnection'],
    ['camelcase', ['getHTTPResponse_code'], 'GetHTTPResponseCode'],
    ['camelcase', ['_'], '__'],
    ['camelcase', [''], ''],
    ['split', ['', 'aé'], { _0: 'a', _1: 'é' }],
    ['splitn', ['.', 2, 'a.b.c'], { _0: 'a', _1: 'b.c' }],
    ['splitn', ['', 2, 'héé'], { _0: 'h', _1: 'éé' }],
    ['splitn', ['.', 0, 'a.b'], {}],
    ['splitn', ['.', -1, 'a.b.c'], { _0: 'a', _1: 'b', _2: 'c' }],
    ['toStrings', [[1, null, 'a', true, 1.5]], ['1', 'a', 'true', '1.5']],
    ['toStrings', [null], []],
    ['toStrings', ['abc'], ['abc']],
    ['sortAlpha', [['b', 'a', 'C', 10, 9, null, 'é']], ['10', '9', 'C', 'a', 'b', 'é']],
    ['sortAlpha', [null], ['<nil>']],
    ['squote', [['a', 1]], "'[a 1]'"],
    ['quote', ['ࢗ'], '"\\u0897"'],
    ['toString', [{ a: [1, null] }], 'map[a:[1 <nil>]]'],
    ['hello', [], 'Hello!'],
  ]
  for (const [name, args, expected] of cases) {
    test(`${name} ${JSON.stringify(args)}`, () => assert.deepEqual(call(name, ...args), expected))
  }

  test('what cannot be cut or repeated fails with the words of Go', () => {
    assert.equal(failureOf('substr', 5, 3, 'abcdefgh'), 'runtime error: slice bounds out of range [5:3]')
    assert.equal(failureOf('substr', 9, 50, 'hello'), 'runtime error: slice bounds out of range [9:5]')
    assert.equal(failureOf('substr', -1, 50, 'hello'), 'runtime error: slice bounds out of range [:50] with length 5')
    assert.equal(failureOf('substr', -1, -1, 'hello'), 'runtime error: slice bounds out of range [:-1]')
    for (const name of ['repeat', 'indent', 'nindent']) {
      assert.equal(failureOf(name, -1, 'x'), 'strings: negative Repeat count')
    }
  })

  test('bytes: toString and quote read them as text, squote and join as numbers', () => {
    const bytes = new GoList(types.bytes, [int(104), int(105)])
    assert.equal(callValues('toString', [bytes]), 'hi')
    assert.equal(callValues('quote', [bytes]), '"hi"')
    assert.equal(callValues('squote', [bytes]), "'[104 105]'")
    assert.equal(callValues('join', ['-', bytes]), '104-105')
  })

  test('sortAlpha sorts a list of texts itself, and any other list not', () => {
    const texts = new GoList(types.stringList, ['b', 'a'])
    const values = new GoList(types.anyList, ['b', 'a'])
    callValues('sortAlpha', [texts])
    callValues('sortAlpha', [values])
    assert.deepEqual(texts.items, ['a', 'b'])
    assert.deepEqual(values.items, ['b', 'a'])
  })

  test('bytes that are not UTF-8 go along or become U+FFFD, as in Go', () => {
    assert.equal(callValues('trimAll', ['a', 'a\xffa']), '\xff')
    assert.equal(callValues('trimAll', [byteTextOf('\ufffd'), '\xff']), '')
    assert.equal(callValues('snakecase', ['a\xffB\xff']), byteTextOf('a_\ufffdb\ufffd'))
    assert.equal(callValues('title', ['\xffa']), byteTextOf('\ufffda'))
    assert.equal(callValues('splitList', ['', 'a\xff']) instanceof GoList, true)
    assert.equal(callValues('join', ['', callValues('splitList', ['', 'a\xff'])]), 'a\xff')
  })
})

describe('laws of texts', () => {
  const anyText = fc.uint8Array().map(byteText)

  test('joining what was split gives the text again', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('', ',', 'a', '\n'), (text, separator) => {
        assert.equal(callValues('join', [separator, callValues('splitList', [separator, text])]), text)
      }),
    )
  })

  test('names in snake case and kebab case differ in their connectors only', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', 'Z', '1', '2', ' ', 'x', 'é') }), (name) => {
        const snake = String(call('snakecase', name))
        assert.equal(snake.replaceAll('_', '-'), call('kebabcase', name))
        assert.equal(call('snakecase', snake.replaceAll(/[0-9]/g, '')), snake.replaceAll(/[0-9]/g, ''))
      }),
    )
  })

  test('no line that could be broken is longer than the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', ' ') }), fc.integer({ min: 1, max: 9 }), (text, width) => {
        const lines = String(call('wrapWith', width, '\n', text)).split('\n')
        assert.ok(lines.every((line) => line.length <= width))
      }),
    )
  })
})

describe('random texts', () => {
  const counting = () => {
    let next = 0
    return { bytes: (count: number) => Uint8Array.from({ length: count }, () => next++ % 256) }
  }

  test('have the alphabet and the length of sprig', () => {
    const random = counting()
    const drawn = (name: string, count: number) => callText(name, [int(count)], { random })
    assert.match(drawn('randAlphaNum', 300), /^[0-9A-Za-z]{300}$/)
    assert.match(drawn('randAlpha', 300), /^[A-Za-z]{300}$/)
    assert.match(drawn('randNumeric', 300), /^[0-9]{300}$/)
    assert.match(drawn('randAscii', 300), /^[ -~]{300}$/)
    assert.equal(drawn('randAlphaNum', -1), '')
    assert.equal(Buffer.from(drawn('randBytes', 16), 'base64').length, 16)
    assert.throws(() => drawn('randBytes', -1), /makeslice: len out of range/)
  })

  test('repeat with the stream that they draw from, and with nothing else', () => {
    const once = callValues('randAlphaNum', [int(32)], { random: counting() })
    assert.equal(callValues('randAlphaNum', [int(32)], { random: counting() }), once)
  })

  test('shuffling keeps the characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const shuffled = textOf(callText('shuffle', [byteTextOf(text)], { random: counting() }))
        assert.deepEqual(Array.from(shuffled).toSorted(), Array.from(text).toSorted())
      }),
    )
    assert.notEqual(callValues('shuffle', ['abcdefghijklmnop'], { random: counting() }), 'abcdefghijklmnop')
  })
})

describe('texts stay within the budget', () => {
  const exceeds = (name: string, ...args: readonly unknown[]) =>
    assert.throws(() => callValues(name, args.map(goValue)), BudgetExceeded, name)

  test('before anything large is made', () => {
    exceeds('repeat', 1e9, 'x')
    exceeds('repeat', Number.MAX_SAFE_INTEGER, 'xx')
    exceeds('indent', 1e9, '')
    exceeds('nindent', 10_000, '\n'.repeat(1_000))
    exceeds('replace', '', 'x'.repeat(10_000), 'a'.repeat(1_000))
    exceeds('wrapWith', 1, 'x'.repeat(10_000), 'a'.repeat(1_000))
    exceeds(
      'join',
      'x'.repeat(10_000),
      Array.from({ length: 1_000 }, () => 'a'),
    )
    exceeds('splitList', '', 'a'.repeat(900_000))
    exceeds('snakecase', 'aB'.repeat(50_000))
    exceeds('randAlphaNum', 1e12)
    exceeds('randAscii', 999_999)
    exceeds('randBytes', 1e9)
  })
})
