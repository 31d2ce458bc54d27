import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import type { Budget } from '../../../../templates/engine.ts'
import { goTemplateEngine } from '../../../../templates/go-template/go-template-engine.ts'
import { roomyBudget, roomySurroundings } from '../render-data.ts'
import { goFailureOf, renderGo } from './render-go.ts'

const data = { user: 'ann', password: 'canary-7f3a', doc: '{"port":5432,"tags":["a","b"]}' }

test('bytes of any value come out as they went in', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const template = goTemplateEngine.compile('{{ .key }}', 'key')
      assert.deepEqual(template.render(new Map([['key', bytes]]), roomyBudget, roomySurroundings).bytes, new Uint8Array(bytes))
    }),
  )
})

test('text without actions stays as it is, in any script', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('{{') && text.isWellFormed()),
      (text) => assert.equal(renderGo(text), text),
    ),
  )
})

test('a string literal gives back what it quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text))
      assert.equal(renderGo(`{{ ${JSON.stringify(text)} }}`), text)
    }),
  )
})

test('a template may be rendered many times, and a render leaves nothing behind', () => {
  const template = goTemplateEngine.compile('{{ $x := 1 }}{{ with .key }}{{ $x = . }}{{ end }}{{ $x }}', 'key')
  const render = (text: string) =>
    Buffer.from(template.render(new Map([['key', Buffer.from(text)]]), roomyBudget, roomySurroundings).bytes).toString()
  assert.deepEqual(['a', '', 'b'].map(render), ['a', '1', 'b'])
})

test('a definition belongs to its template, and may call itself as deep as the budget allows', () => {
  const count = '{{ define "down" }}{{ if . }}{{ len . }}{{ template "down" (trunc -1 (substr 1 -1 .)) }}{{ end }}{{ end }}'
  assert.equal(renderGo(`${count}{{ template "down" "ab" }}`), '21')
  assert.match(goFailureOf('{{ template "down" }}').message, /^template "down" not defined$/)
})

describe('whether the data was looked at is said (R8)', () => {
  for (const [template, usesData] of [
    ['{{ .user }}', true],
    ['{{ if .user }}a{{ end }}', true],
    ['{{ $.user }}', true],
    ['{{ len . }}', true],
    ['{{ index $ "user" }}', true],
    ['{{ range $key, $value := . }}{{ $key }}{{ end }}', true],
    ['{{ define "t" }}{{ .user }}{{ end }}{{ template "t" . }}', true],
    ['{{ "a" | upper }}', false],
    ['{{ range splitList "," "a,b" }}{{ . }}{{ end }}', false],
    ['{{ with "a" }}{{ . }}{{ end }}', false],
    ['{{ if false }}{{ .user }}{{ end }}', false],
  ] as const) {
    test(template, () => {
      const bytes = new Map(Object.entries(data).map(([name, text]) => [name, Buffer.from(text)]))
      const rendered = goTemplateEngine.compile(template, 'key').render(bytes, roomyBudget, roomySurroundings)
      assert.equal(rendered.usesData, usesData)
    })
  }
})

describe("an error has Go's place and words, and what may be shown holds no value (R18)", () => {
  for (const [template, prefix, redacted, remedy] of [
    [
      'a\n {{ .pasword }}',
      'template: key:2:4: executing "key" at <.pasword>: ',
      'map has no entry for key "pasword"',
      /^"pasword" is not defined; defined are: "doc", "password", "user"$/,
    ],
    [
      '{{ .user.name }}',
      'template: key:1:8: executing "key" at <.user.name>: ',
      "can't evaluate field name in type string",
      undefined,
    ],
    [
      '{{ index .password 99 }}',
      'template: key:1:3: executing "key" at <index .password 99>: ',
      'error calling index: (message withheld)',
      undefined,
    ],
    [
      '{{ range .password }}{{ end }}',
      'template: key:1:9: executing "key" at <.password>: ',
      "range can't iterate over a value of type string here",
      undefined,
    ],
    [
      '{{ .password | call }}',
      'template: key:1:15: executing "key" at <call>: ',
      'error calling call: (message withheld)',
      undefined,
    ],
    [
      '{{ trunc 1 }}',
      'template: key:1:3: executing "key" at <trunc>: ',
      'wrong number of args for trunc: want 2 got 1',
      /^its signature is trunc\(count int, text string\) string$/,
    ],
    ['{{ uper .user }}', 'template: key:1: ', 'function "uper" not defined', /did you mean upper\?/],
    ['{{ if .user }}', 'template: key:1: ', 'unexpected EOF', undefined],
    ['{{ env "HOME" }}', 'template: key:1: ', 'function "env" not defined', /^there is no function "env"/],
  ] as const) {
    test(template, () => {
      const error = goFailureOf(template, data)
      assert.equal(error.prefix, prefix)
      assert.equal(error.redacted, redacted)
      if (remedy) assert.match(error.remedy ?? '', remedy)
      assert.ok(!`${error.prefix}${error.redacted}${error.remedy}`.includes('canary'))
    })
  }

  test('the message itself is Go’s, for those who may see values', () => {
    assert.equal(goFailureOf('{{ range .password }}{{ end }}', data).message, "range can't iterate over canary-7f3a")
  })
})

describe('a budget that is used up ends the render', () => {
  const doubled = '{{ $x := list 1 }}' + '{{ $x = list $x $x }}'.repeat(60)
  const endless = '{{ range 1000000 }}{{ range 1000000 }}{{ end }}{{ end }}'
  const cases: readonly (readonly [what: string, template: string, budget: Partial<Budget>, message: RegExp])[] = [
    ['steps', endless, { steps: 10_000 }, /more than 10000 steps/],
    [
      'a definition that calls itself',
      '{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}',
      {},
      /deeper than 100 levels/,
    ],
    ['the result', '{{ range 100000 }}0123456789{{ end }}', { outputBytes: 5_000 }, /gives more than 5000 bytes/],
    ['a width', '{{ if printf "%999999d" 1 }}{{ end }}', { outputBytes: 5_000 }, /a text of more than 5000 bytes/],
    ['a list that holds itself again and again, printed', `${doubled}{{ $x }}`, {}, /too large to print/],
    ['the same, by printf', `${doubled}{{ if printf "%v" $x }}{{ end }}`, {}, /more than 1000000 steps/],
    ['the same, in an error', `${doubled}{{ eq $x $x }}`, {}, /too large to print/],
  ]
  for (const [what, template, budget, message] of cases) {
    test(what, () => {
      const error = goFailureOf(template, data, { ...roomyBudget, ...budget })
      assert.match(error.message, message)
      assert.equal(error.safe, true)
    })
  }

  test('time', () => {
    let now = 0
    const clock: Budget = { ...roomyBudget, steps: 1e9, wallTimeMs: 50, now: () => now++ }
    assert.match(goFailureOf(endless, data, clock).message, /longer than 50 ms/)
  })

  test('nesting beyond what a template can mean is refused while it is read', () => {
    assert.match(goFailureOf('{{ if . }}'.repeat(20_000)).message, /nested deeper than 400 levels/)
    assert.match(goFailureOf('{{ block "a" . }}'.repeat(20_000)).message, /nested deeper than 400 levels/)
    assert.match(goFailureOf(`{{ if . }}${'{{ else if . }}'.repeat(20_000)}{{ end }}`).message, /nested deeper than 400 levels/)
    assert.match(goFailureOf(`{{ ${'('.repeat(20_000)}`).message, /max expression depth exceeded/)
    assert.match(goFailureOf('a'.repeat(600_000)).message, /longer than 524288 bytes/)
  })
})

describe('what changes with every render', () => {
  const render = (template: string, unstable: 'refused' | undefined) =>
    Buffer.from(
      goTemplateEngine
        .compile(template, 'key')
        .render(new Map(), roomyBudget, { ...roomySurroundings, ...(unstable && { unstable }) }).bytes,
    ).toString()

  test('works where nobody applies it over and over', () => {
    assert.equal(render('{{ now | date "2006-01-02" }}', undefined), '2024-02-29')
  })

  test('is refused where every render is applied (R13)', () => {
    assert.throws(() => render('{{ now | date "2006-01-02" }}', 'refused'), {
      name: 'TemplateError',
      functionName: 'now',
      safe: true,
      message: /^error calling now: its result is another with every render/,
    })
    assert.throws(() => render('{{ genPrivateKey "ecdsa" }}', 'refused'), { functionName: 'genPrivateKey' })
    assert.throws(() => render('{{ date "2006" "no time" }}', 'refused'), { functionName: 'date' })
    assert.equal(render('{{ dateInZone "2006" 0 "UTC" }}', 'refused'), '1970')
  })
})

test('names of JavaScript are names like others', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'prototype']) {
    assert.match(goFailureOf(`{{ .${name} }}`, data).message, /^map has no entry/)
    assert.match(goFailureOf(`{{ (fromJson .doc).${name} }}`, data).message, /^map has no entry/)
    assert.match(goFailureOf(`{{ ${name} }}`, data).message, /not defined$|^wrong number of args/)
    assert.equal(renderGo(`{{ index . ${JSON.stringify(name)} }}`, data), '')
    assert.equal(renderGo(`{{ (dict ${JSON.stringify(name)} "x").${name} }}`, data), 'x')
  }
})
