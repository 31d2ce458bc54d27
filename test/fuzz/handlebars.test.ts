import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { type Budget, TemplateError } from '../../templates/engine.ts'
import { handlebarsEngine } from '../../templates/handlebars/handlebars-engine.ts'
import { runs } from '../support/property-runs.ts'
import { roomySurroundings } from '../unit/templates/render-data.ts'

const data = new Map(
  Object.entries({
    user: 'ann',
    password: 'canary-7f3a',
    list: '[1,[2],{"a":{"b":null}}]',
    doc: '{"__proto__":{"polluted":1},"constructor":"c"}',
  }).map(([name, text]) => [name, new TextEncoder().encode(text)]),
)

function budget(): Budget {
  return { steps: 200_000, depth: 100, outputBytes: 100_000, wallTimeMs: 1_000, heavyCalls: 8, now: () => performance.now() }
}

/** The result, or the error; anything but a TemplateError fails the test. */
function outcome(template: string): string | TemplateError {
  try {
    return new TextDecoder().decode(handlebarsEngine.compile(template).render(data, budget(), roomySurroundings).bytes)
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown
    throw thrown
  }
}

function assertHarmless(template: string): void {
  const result = outcome(template)
  assert.equal(Reflect.get({}, 'polluted'), undefined)
  if (typeof result === 'string') assert.doesNotMatch(result, /native code|\[object|function\s*\(/)
  else if (result.safe) assert.doesNotMatch(result.message, /canary/)
}

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  '__lookupGetter__',
  'size',
  'get',
  'has',
]

describe('no name leads out of the data', () => {
  const shapes: readonly ((name: string) => string)[] = [
    (name) => `{{${name}}}`,
    (name) => `{{this.${name}}}`,
    (name) => `{{@root.${name}}}`,
    (name) => `{{user.${name}.${name}}}`,
    (name) => `{{[${name}].[${name}]}}`,
    (name) => `{{lookup this "${name}"}}`,
    (name) => `{{lookup (lookup this "${name}") "${name}"}}`,
    (name) => `{{lookup user "${name}"}}`,
    (name) => `{{#with (fromJson list)}}{{${name}}}{{/with}}`,
    (name) => `{{#each (fromJson list)}}{{${name}}}{{/each}}`,
    (name) => `{{#with ${name} as |f|}}{{f "return 1"}}{{/with}}`,
    (name) => `{{#${name}}}{{/${name}}}`,
    (name) => `{{${name === 'toString' ? 'valueOf' : name} "x"}}`,
    (name) => `{{#each this as |${name}|}}{{@${name}}}{{/each}}`,
    (name) => `{{#with (lookup (fromJson list) "${name}")}}{{this}}{{/with}}`,
  ]
  for (const name of NAMES) {
    test(name, () => {
      for (const shape of shapes) {
        const result = outcome(shape(name))
        assert.ok(result instanceof TemplateError, `${shape(name)} rendered`)
        assert.equal(result.safe, true)
      }
    })
  }

  test('the same names as keys of a JSON text are data', () => {
    assert.equal(outcome('{{#with (fromJson doc)}}{{constructor}}{{__proto__.polluted}}{{/with}}'), 'c1')
    assert.equal(Reflect.get({}, 'polluted'), undefined)
  })
})

describe('attacks that worked against the package do nothing', () => {
  const attacks: readonly (readonly [what: string, template: string])[] = [
    [
      'constructor through lookup (CVE-2019-19919)',
      '{{#with "s" as |string|}}{{#with "e"}}{{#with split as |conslist|}}{{this.pop}}{{this.push (lookup string.sub "constructor")}}{{/with}}{{/with}}{{/with}}',
    ],
    ['helpers as data (CVE-2021-23369)', '{{#with (__lookupGetter__ "__proto__")}}{{this}}{{/with}}'],
    ['compat mode through lookup (CVE-2021-23383)', '{{#with user as |user|}}{{lookup user "constructor"}}{{/with}}'],
    ['a tree in place of a text (GHSA-2w6w-674q-4c4q)', '{{> (lookup this "user")}}'],
    ['a dynamic partial', '{{> (fromJson doc)}}'],
    ['an inline partial', '{{#*inline "x"}}{{user}}{{/inline}}{{> x}}'],
    ['a decorator', '{{* constructor}}'],
    ['a missing helper by name', '{{helperMissing user}}{{blockHelperMissing user}}'],
    ['blockHelperMissing with arguments', '{{#blockHelperMissing user}}{{this}}{{/blockHelperMissing}}'],
    ['number literals that were code', '{{#with (lookup this 1e1000)}}{{this}}{{/with}}'],
    ['block parameters that were code', '{{#each this as |a b,c){process.exit()}|}}{{/each}}'],
    ['hash keys that were code', '{{upper text="a" __proto__="b"}}'],
    ['log', '{{log password level="error"}}'],
    ['raw block with a function', '{{{{upper}}}}{{user}}{{{{/upper}}}}'],
    ['data variables', '{{@root.constructor}}{{@_parent}}{{@partial-block}}'],
    ['exec', '{{#with this}}{{constructor.constructor "return process"}}{{/with}}'],
  ]
  for (const [what, template] of attacks) {
    test(what, () => {
      assert.ok(outcome(template) instanceof TemplateError)
      assertHarmless(template)
    })
  }
})

describe('what would not end, ends within its budget', () => {
  const numbers = JSON.stringify(Array.from({ length: 3_000 }, (_, index) => index))
  const each = `{{#each (fromJson ${JSON.stringify(numbers).replaceAll('\\"', '\\"')})}}`
  const grow = (times: number) => `${'(replace "a" "aaaaaaaaaa" '.repeat(times)}"aaaa"${')'.repeat(times)}`
  const templates: readonly (readonly [what: string, template: string])[] = [
    ['loops in loops', `${each}${each}${each}x{{/each}}{{/each}}{{/each}}`],
    ['texts that grow', `{{${grow(20).slice(1, -1)}}}`],
    [
      'empty search strings',
      '{{len (replace "" password (replace "" password (replace "" password (replace "" password password))))}}',
    ],
    ['wide indents', '{{indent 99999999 password}}'],
    ['indents of many lines', `{{indent 90000 "${'\\n'.repeat(10)}${'\n'.repeat(5_000)}"}}`],
    [
      'lists of characters',
      `{{#each (splitList "" "${'a'.repeat(30_000)}")}}{{len (splitList "" "${'b'.repeat(10_000)}")}}{{/each}}`,
    ],
    ['JSON of JSON', `{{toJson ${'(toJson '.repeat(60)}"\\""${')'.repeat(60)}}}`],
    ['digests of digests', `${each}{{sha256sum "${'a'.repeat(60_000)}"}}{{/each}}`],
    ['deep JSON', `{{toJson (fromJson "${'['.repeat(20_000)}${']'.repeat(20_000)}")}}`],
    ['deep blocks', `${'{{#if user}}'.repeat(5_000)}${'{{/if}}'.repeat(5_000)}`],
    ['deep expressions', `{{upper ${'(upper '.repeat(5_000)}user${')'.repeat(5_000)}}}`],
    ['long else chains', `{{#if nope}}${'{{else if nope}}'.repeat(5_000)}{{/if}}`],
    ['many open braces', '{{'.repeat(30_000)],
    ['many raw braces', '{{{{a}}}}'.repeat(6_000)],
    ['many comments that do not end', '{{!--'.repeat(12_000)],
    ['a long path', `{{user${'.a'.repeat(30_000)}}}`],
    ['many escapes', '\\{{'.repeat(20_000)],
    ['much white space', `{{~user~}}${' '.repeat(60_000)}{{~user~}}`],
    ['many levels up', `{{${'../'.repeat(20_000)}user}}`],
    ['many block parameters', `{{#each this as |${'a '.repeat(20_000)}|}}{{a}}{{/each}}`],
    ['many arguments', `{{cat ${'user '.repeat(12_000)}}}`],
  ]
  for (const [what, template] of templates) {
    test(what, () => {
      const result = outcome(template)
      assert.ok(result instanceof TemplateError ? result.safe : result.length <= 100_000)
    })
  }
})

const PIECES = [
  ...'{{ }} {{{ }}} {{# {{/ {{^ {{! {{!-- --}} {{> {{else}} {{~ ~}} {{{{ }}}} \\ ( ) [ ] | = . .. / @ " \' if unless each with lookup raw as'.split(
    ' ',
  ),
  ...'user password list doc nope this @root @index upper replace default fromJson toJson splitList eq and or not cat len 1 -2 "a" true null undefined'.split(
    ' ',
  ),
  ...NAMES,
  ' ',
  ' ',
  '\n',
]
const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(''))
const expression = fc
  .array(fc.constantFrom(...PIECES.filter((piece) => !/[{}]/.test(piece))), { maxLength: 6 })
  .map((pieces) => `{{${pieces.join(' ')}}}`)

test('any text is a template, or is not, and nothing else happens', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        soup,
        fc.array(expression).map((parts) => parts.join('')),
        fc.string({ unit: 'binary' }),
      ),
      assertHarmless,
    ),
    { numRuns: runs(3_000) },
  )
})
