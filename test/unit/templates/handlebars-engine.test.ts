import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import type { Budget } from '../../../templates/engine.ts'
import { handlebarsEngine } from '../../../templates/handlebars/handlebars-engine.ts'
import { roomyBudget, roomySurroundings } from './render-data.ts'
import { failureOf, renderText } from './render-text.ts'

const data = {
  user: 'ann',
  password: 'p&<"canary',
  empty: '',
  doc: '{"port":5432,"tags":["a","b"],"big":12345678901234567890,"none":null}',
}

test('bytes of any value and any name come out as they went in', () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !/[\]\\]/.test(name) && name.isWellFormed()),
      (bytes, name) => {
        const rendered = handlebarsEngine
          .compile(`{{@root.[${name}]}}`)
          .render(new Map([[name, bytes]]), roomyBudget, roomySurroundings).bytes
        assert.deepEqual(rendered, new Uint8Array(bytes))
      },
    ),
  )
})

for (const lineEnd of ['\n', '\r', '\u2028', '\u2029']) {
  test(`a name in brackets may hold ${JSON.stringify(lineEnd)}`, () => {
    assert.equal(renderText(`{{@root.[a${lineEnd}b]}}`, { [`a${lineEnd}b`]: 'x' }), 'x')
    assert.equal(renderText(`{{[${lineEnd}]}}`, { [lineEnd]: 'x' }), 'x')
  })
}

test('nothing is escaped for HTML, and text of any script stays as it is', () => {
  assert.equal(renderText('ü{{password}}日本{{{password}}}😀', data), 'ü' + data.password + '日本' + data.password + '😀')
})

test('a template may be rendered many times, and a render leaves nothing behind', () => {
  const compiled = handlebarsEngine.compile('{{#each this}}{{@key}}={{this}} {{/each}}')
  const render = (entries: readonly (readonly [string, string])[]) =>
    Buffer.from(
      compiled.render(new Map(entries.map(([key, text]) => [key, Buffer.from(text)])), roomyBudget, roomySurroundings).bytes,
    ).toString()
  assert.equal(
    render([
      ['b', '2'],
      ['a', '1'],
    ]),
    'a=1 b=2 ',
  )
  assert.equal(render([['c', '3']]), 'c=3 ')
})

test('a JSON text becomes an object, whose numbers keep their digits', () => {
  assert.equal(
    renderText('{{#with (fromJson doc)}}{{port}} {{big}} [{{none}}] {{tags.[1]}}{{/with}}', data),
    '5432 12345678901234567890 [] b',
  )
})

test('data comes before a function of the same name, unless there are arguments', () => {
  assert.equal(renderText('{{len}} {{len user}}', { len: 'mine', user: 'ann' }), 'mine 3')
})

test('named arguments fill the parameters that are left', () => {
  assert.equal(renderText('{{replace old="n" new="-" text=user}}{{replace "a" text=user new="b"}}', data), 'a--bnn')
})

describe('a name that does not exist', () => {
  test('is an error that lists the names that do, and no value', () => {
    const error = failureOf('ok\n  {{pasword}}', data)
    assert.equal(error.message, '"pasword" is not defined; defined are: "doc", "empty", "password", "user"')
    assert.deepEqual([error.line, error.column, error.safe], [2, 5, true])
  })

  test('is escaped and cut, and so is the list', () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`k${index + 10}`, 'v']))
    assert.match(failureOf('{{[a\u202eb]}}', many).message, /^"a\\u202eb" is not defined; defined are: "k10", .* and 5 more$/)
    assert.ok(failureOf(`{{${'n'.repeat(1_000)}}}`, {}).message.length < 300)
  })

  test('is said of what was asked', () => {
    assert.match(failureOf('{{user.name}}', data).message, /^"name" is asked of a text; fromJson /)
    assert.match(failureOf('{{#with (fromJson doc)}}{{tags.[7]}}{{/with}}', data).message, /^the list has no such item$/)
    assert.match(failureOf('{{../user}}', data).message, /^there is nothing 1 levels up/)
    assert.match(failureOf('{{@index}}', data).message, /^"@index" is not defined; defined are: "@root"$/)
  })

  test('does not tell the names of other objects than the data: they may be values', () => {
    for (const template of [
      '{{#with (dict user 1)}}{{nope}}{{/with}}',
      '{{#with (fromJson doc) as |d|}}{{lookup d "nope"}}{{/with}}',
    ]) {
      assert.doesNotMatch(failureOf(template, data).message, /defined are|ann|tags/)
    }
  })

  test('computed from a value is not said', () => {
    const error = failureOf('{{lookup this password}}', data)
    assert.ok(error.safe && !error.message.includes('canary'))
  })

  test('is nothing in conditions and where a function allows it', () => {
    assert.equal(
      renderText('{{#if nope}}a{{else}}b{{/if}}{{#unless nope.deep}}c{{/unless}}{{#if (and user nope)}}d{{else}}e{{/if}}', data),
      'bce',
    )
    assert.equal(
      renderText('{{default "x" nope}}{{default "y" (lookup this "nope")}}{{or nope empty "z"}}{{not nope}}', data),
      'xyztrue',
    )
    assert.equal(renderText('{{#if (eq nope "a")}}a{{else}}b{{/if}}', data), 'b')
  })

  test('is nothing in a block that has an else, and an error in one that has not', () => {
    for (const block of ['with', 'each']) {
      assert.equal(renderText(`{{#${block} nope}}a{{else}}b{{/${block}}}`, data), 'b')
      assert.match(failureOf(`{{#${block} nope}}a{{/${block}}}`, data).message, /^"nope" is not defined/)
    }
    assert.equal(renderText('{{#nope}}a{{else}}b{{/nope}}{{^nope}}c{{/nope}}', data), 'bc')
    assert.match(failureOf('{{#nope}}a{{/nope}}', data).message, /^"nope" is not defined/)
  })
})

describe('what cannot be compiled says why and where', () => {
  const cases: readonly (readonly [template: string, place: string, message: RegExp])[] = [
    ['{{#if a}}', '1:10', /^parse error: the template ends inside a block or an expression$/],
    ['x\n{{#if a}}{{/each}}', '2:4', /^parse error: if doesn't match each$/],
    ['{{a', '1:3', /^parse error: unexpected text, or a }} is missing$/],
    ['{{a}}\n some text before {{#if a}} it ends {{b c=}}', '2:43', /^parse error: unexpected }}$/],
    ['...{{a b=}}', '1:10', /^parse error: unexpected }}$/],
    [`${'{{a}} {{a b=1}}\n'.repeat(3)}{{a}} {{a b=}}\n{{a b=1}}`, '4:13', /^parse error: unexpected }}$/],
    ['{{a\n\n}}\n{{#if a}}\n\n and so on\n', '7:1', /^parse error: the template ends inside a block or an expression$/],
    ['{{#if a}}\n\n {{else if}}\n{{/if}}{{/if}}', '4:8', /^parse error: /],
    ['{{list.0}}', '1:8', /^parse error: unexpected number \(an item of a list is written list\.\[0\]\)$/],
    ['{{a/../b}}', '1:3', /^parse error: Invalid path: a\/\.\.$/],
    ['{{/if}}', '1:1', /^parse error: /],
    ['{{> header}}', '1:1', /^partials /],
    ['{{#> layout}}{{/layout}}', '1:1', /^partials /],
    ['{{* inline}}', '1:1', /^decorators /],
    ['{{#*inline "x"}}{{/inline}}', '1:1', /^decorators /],
    ['\n {{uper a}}', '2:4', /^there is no function "uper"; did you mean upper\?$/],
    ['{{log "x"}}', '1:3', /^there is no function "log"/],
    ['{{a (frobnicate b)}}', '1:3', /^there is no function "a"/],
    ['{{upper (frobnicate b)}}', '1:10', /^there is no function "frobnicate"$/],
    ['{{a.b c}}', '1:3', /^only functions take arguments/],
    ['{{#if a b}}{{/if}}', '1:1', /^#if requires exactly one argument$/],
    ['{{#each}}{{/each}}', '1:1', /^#each requires exactly one argument$/],
    ['{{#upper a}}{{/upper}}', '1:1', /^upper is a function, not a block; blocks are: if, unless, each, with, raw$/],
    ['{{#a b}}{{/a}}', '1:1', /^this is not a block/],
    ['{{if a b c}}', '1:3', /^if is a block/],
    ['{{lookup a}}', '1:1', /^lookup wants/],
    ['{{upper text="a" other="b"}}', '1:1', /^upper has no place for an argument named other; its parameters are: text$/],
  ]
  for (const [template, place, message] of cases) {
    test(template, () => {
      const error = failureOf(template, { a: '1', b: '2' })
      assert.match(error.message, message)
      assert.equal(`${error.line}:${error.column}`, place)
      assert.equal(error.safe, true)
    })
  }
})

describe('what cannot be rendered says why, where and in which function', () => {
  const cases: readonly (readonly [template: string, functionName: string | undefined, safe: boolean, message: RegExp])[] = [
    ['{{fromJson doc}}', undefined, true, /^an object cannot be written as text; use toJson/],
    ['{{splitList "," user}}', undefined, true, /^a list cannot be written as text; use join or toJson$/],
    [
      '{{#each user}}{{/each}}',
      undefined,
      true,
      /^each wants a list or an object, and this is a text; use splitList or fromJson$/,
    ],
    ['{{upper 5}}', 'upper', true, /^argument 1 \(text\) of upper must be a text, and is a number$/],
    ['{{upper}}', undefined, true, /^"upper" is not defined/],
    ['{{upper user user}}', 'upper', true, /^upper wants 1 argument, not 2$/],
    ['{{eq user}}', 'eq', true, /^missing argument for comparison$/],
    ['{{trunc 1.5 user}}', 'trunc', true, /must be a whole number/],
    ['{{ternary "a" "b" user}}', 'ternary', true, /must be a boolean/],
    ['{{fromJson password}}', 'fromJson', true, /^the text is not valid JSON$/],
    ['{{b64dec password}}', 'b64dec', true, /^illegal base64 data at input byte 1$/],
    ['{{eq user 5}}', 'eq', true, /^incompatible types for comparison: string and int$/],
    ['{{len 5}}', 'len', true, /^len of type int$/],
    ['{{substr 4 2 password}}', 'substr', false, /out of range/],
    ['{{lookup this (fromJson doc)}}', undefined, true, /^the key of lookup must be a text or a number$/],
  ]
  for (const [template, functionName, safe, message] of cases) {
    test(template, () => {
      const error = failureOf(template, data)
      assert.match(error.message, message)
      assert.deepEqual([error.functionName, error.safe, error.line], [functionName, safe, 1])
      assert.ok(!error.message.includes('canary'))
    })
  }
})

describe('a budget that is used up ends the render', () => {
  const rows = JSON.stringify(Array.from({ length: 1_000 }, (_, index) => index))
  const loops =
    '{{#each (fromJson rows)}}{{#each (fromJson @root.rows)}}{{#each (fromJson @root.rows)}}{{/each}}{{/each}}{{/each}}'
  const cases: readonly (readonly [what: string, template: string, budget: Partial<Budget>, message: RegExp])[] = [
    ['steps', loops, { steps: 10_000 }, /more than 10000 steps/],
    ['depth of blocks', '{{#if rows}}'.repeat(9) + '{{/if}}'.repeat(9), { depth: 5 }, /deeper than 5 levels/],
    ['depth of expressions', `{{upper ${'(upper '.repeat(8)}"a"${')'.repeat(8)}}}`, { depth: 5 }, /deeper than 5 levels/],
    ['the result', '{{#each (fromJson rows)}}{{@root.rows}}{{/each}}', { outputBytes: 5_000 }, /more than 5000 bytes/],
    ['a text on the way', '{{#if (replace "" rows rows)}}{{/if}}', { outputBytes: 5_000 }, /a text of more than 5000 bytes/],
    ['an indent', '{{indent 6000 "a"}}', { outputBytes: 5_000 }, /a text of more than 5000 bytes/],
  ]
  for (const [what, template, budget, message] of cases) {
    test(what, () => {
      const error = failureOf(template, { rows }, { ...roomyBudget, ...budget })
      assert.match(error.message, message)
      assert.equal(error.safe, true)
    })
  }

  test('time', () => {
    let now = 0
    const clock: Budget = { ...roomyBudget, steps: 1e9, wallTimeMs: 50, now: () => now++ }
    assert.match(failureOf(loops, { rows }, clock).message, /longer than 50 ms/)
  })

  test('nesting beyond what the parser can bear is refused before it parses', () => {
    assert.match(failureOf('{{#if a}}'.repeat(20_000)).message, /nests deeper than 100 levels/)
    assert.match(failureOf(`{{upper ${'(upper '.repeat(20_000)}`).message, /nests deeper than 100 levels/)
    assert.match(failureOf(`{{#if a}}${'{{else if b}}'.repeat(20_000)}{{/if}}`).message, /nests deeper than 100 levels/)
    assert.match(failureOf('a'.repeat(600_000)).message, /longer than 524288 characters/)
  })

  test('what only looks like nesting is not refused', () => {
    const flat = '{{#if user}}({{upper user}}{{else}}{{/if}}{{! {{#if }}{{!-- ((( --}}{{upper "(("}}{{[user]}}'.repeat(200)
    assert.ok(renderText(flat, data).startsWith('(ANN'))
  })
})
