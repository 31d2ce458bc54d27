import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { functionDocs, functionDocsFile } from '../../../.ci/function-docs.ts'
import { byteTextOf } from '../../../templates/byte-text.ts'
import { callFunction } from '../../../templates/functions/call-function.ts'
import { catalogue } from '../../../templates/functions/catalogue.ts'
import { signatureOf } from '../../../templates/functions/template-function.ts'
import { Meter } from '../../../templates/meter.ts'
import type { TemplateValue } from '../../../templates/value.ts'
import { renderGo } from './go-template/render-go.ts'
import { goValue, plainValue } from './go-value.ts'
import { roomyBudget, roomySurroundings } from './render-data.ts'
import { renderText } from './render-text.ts'

function callWith(name: string, args: readonly TemplateValue[]): TemplateValue {
  const fn = catalogue.get(name)
  assert.ok(fn)
  return callFunction(fn, args, { meter: new Meter(roomyBudget), surroundings: roomySurroundings }, '1:1')
}

function call(name: string, ...args: readonly unknown[]): unknown {
  return plainValue(callWith(name, args.map(goValue)))
}

describe('the example of each function is true in both languages', () => {
  for (const fn of catalogue.values()) {
    const { go, handlebars = go, gives } = fn.example
    test(signatureOf(fn), () => {
      for (const rendered of [renderGo(go), renderText(handlebars)]) {
        if (typeof gives === 'string') assert.equal(rendered, gives)
        else assert.match(rendered, gives)
      }
    })
  }
})

test('each function is documented by one or more sentences, and its example calls it', () => {
  for (const { name, doc, example } of catalogue.values()) {
    assert.match(doc, /^\S[^\n]*\.$/, name)
    for (const text of [example.go, example.handlebars ?? example.go]) {
      assert.match(text, new RegExp(`(?<![\\w.])${name}(?!\\w)`), `the example of ${name}`)
    }
  }
})

test('the page of functions is the catalogue (npm run generate writes it)', () => {
  const page = functionDocs()
  assert.equal(readFileSync(functionDocsFile, 'utf8'), page)
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  assert.equal(rows.length, catalogue.size)
  for (const row of rows) assert.equal(row.match(/(?<!\\)\|/g)?.length, 6, row)
})

/** Expectations come from the Go functions that sprig calls. */
describe('corners are those of Go', () => {
  const cases: readonly (readonly [name: string, args: readonly unknown[], expected: unknown])[] = [
    ['upper', ['straße'], 'STRAßE'],
    ['upper', ['ŉ ǰ ﬁ ᾳ ǆ'], 'ŉ ǰ ﬁ ᾼ Ǆ'],
    ['lower', ['İΣ'], 'iσ'],
    ['trim', ['\u00a0\u3000 a\u200b b\u0085\n'], 'a\u200b b'],
    ['trimPrefix', ['a', 'aab'], 'ab'],
    ['trimSuffix', ['', 'ab'], 'ab'],
    ['replace', ['', '-', 'aé'], '-a-é-'],
    ['replace', ['$', '$&', 'a$b'], 'a$&b'],
    ['quote', ['a"\\\n\t\u0001é\u200b\u{1F600}\u{E0001}'], '"a\\"\\\\\\n\\t\\x01é\\u200b😀\\U000e0001"'],
    ['quote', [undefined, 5, true], '"5" "true"'],
    ['quote', [undefined], ''],
    ['squote', ["it's", null, 5], "'it's' '5'"],
    ['cat', ['', 'x', undefined, 'a '], ' x a '],
    ['trunc', [-2, 'aé'], 'é'],
    ['trunc', [9, 'ab'], 'ab'],
    ['trunc', [-9, 'ab'], 'ab'],
    ['substr', [-1, 2, 'abc'], 'ab'],
    ['substr', [1, -1, 'abc'], 'bc'],
    ['substr', [1, 99, 'abc'], 'bc'],
    ['substr', [3, 99, 'abc'], ''],
    ['join', ['-', ['a', null, 5, true]], 'a-5-true'],
    ['join', ['-', 'abc'], 'abc'],
    ['splitList', [',', ''], ['']],
    ['splitList', ['', 'aé'], ['a', 'é']],
    ['split', ['$', 'a$b'], { _0: 'a', _1: 'b' }],
    ['indent', [2, 'a\n\nb'], '  a\n  \n  b'],
    ['indent', [0, ''], ''],
    ['nindent', [1, ''], '\n '],
    ['b64dec', ['YW\r\nJj'], 'abc'],
    ['b64dec', ['YWJ='], 'ab'],
    ['b64enc', [''], ''],
    ['sha256sum', ['é'], '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c'],
    ['urlquery', ["a é/~*'"], 'a+%C3%A9%2F~%2A%27'],
    ['toJson', ['<é\u2028>'], '"\\u003cé\\u2028\\u003e"'],
    ['toJson', [{ b: [1, null, true], a: 1.5 }], '{"a":1.5,"b":[1,null,true]}'],
    ['default', ['d', ''], 'd'],
    ['default', ['d', 0], 'd'],
    ['default', ['d', false], 'd'],
    ['default', ['d', []], 'd'],
    ['default', ['d', 'v'], 'v'],
    ['and', [1, 0, 2], 0],
    ['and', [1, undefined], null],
    ['or', [0, '', 'x'], 'x'],
    ['or', [0, null], null],
    ['not', [{}], true],
    ['eq', ['a', 'b', 'a'], true],
    ['eq', [undefined, 'a'], false],
    ['eq', [undefined, null], true],
    ['ne', [1, 2], true],
    ['len', ['é'], 2],
    ['contains', ['', 'a'], true],
    ['hasPrefix', ['ab', 'a'], false],
    ['concat', [['a'], [], ['b', 1]], ['a', 'b', 1]],
    ['toString', [undefined], '<nil>'],
  ]
  for (const [name, args, expected] of cases) {
    test(`${name} ${JSON.stringify(args)}`, () => {
      assert.deepEqual(call(name, ...args), expected)
    })
  }

  test('bytes that are not UTF-8 stay, but where Go replaces them', () => {
    const of = (name: string, ...args: readonly TemplateValue[]) => callWith(name, args)
    assert.equal(of('trim', ' \xff '), '\xff')
    assert.equal(of('replace', 'a', 'b', 'a\xff'), 'b\xff')
    assert.equal(of('replace', '', '-', '\xff'), '-\xff-')
    assert.equal(of('b64enc', '\xff\x00'), '/wA=')
    assert.equal(of('b64dec', '/wA='), '\xff\x00')
    assert.equal(of('urlquery', '\xff'), '%FF')
    assert.equal(of('quote', '\xff'), '"\\xff"')
    assert.equal(of('toJson', '\xff'), '"\\ufffd"')
    assert.equal(of('upper', 'a\xff'), byteTextOf('A\uFFFD'))
  })

  test('and, or stop at the first value that decides', () => {
    assert.equal(renderText('{{or "a" (fromJson "{")}}{{#if (and false (fromJson "{"))}}{{else}}b{{/if}}'), 'ab')
  })
})
