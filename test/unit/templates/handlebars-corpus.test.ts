import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import Handlebars from 'handlebars'
import { runs } from '../../support/property-runs.ts'
import { corpus, corpusData } from './handlebars-corpus.ts'
import { renderData } from './render-data.ts'

const reference = Handlebars.create()
const withoutOptions = (args: readonly unknown[]) => args.slice(0, -1)
reference.registerHelper('upper', (text: string) => text.toUpperCase())
reference.registerHelper('lower', (text: string) => text.toLowerCase())
reference.registerHelper('cat', (...args: readonly unknown[]) => withoutOptions(args).join(' '))
reference.registerHelper('eq', (left: unknown, right: unknown) => left === right)
reference.registerHelper('not', (value: unknown) => !value)
reference.registerHelper('default', (otherwise: unknown, value: unknown) => value || otherwise)
reference.registerHelper('raw', function raw(this: unknown, options: Handlebars.HelperOptions) {
  return options.fn(this)
})

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&#x60;': '`',
  '&#x3D;': '=',
}

/**
 * The only place where the package may generate code. Escaping is undone here instead of being switched off, because with `noEscape` the package
 * adds neighbouring values as numbers: `{{@first}}{{@last}}` gives 1. No template and no data of these tests has an entity of its own.
 */
function renderWithPackage(template: string): string {
  return reference
    .compile(template)(corpusData)
    .replaceAll(/&(?:amp|lt|gt|quot|#x27|#x60|#x3D);/g, (entity) => ENTITIES[entity] ?? entity)
}

describe('a template gives what the package handlebars gives', () => {
  for (const [index, template] of corpus.entries()) {
    test(`${index + 1}: ${JSON.stringify(template)}`, () => {
      assert.equal(renderData(template, corpusData), renderWithPackage(template))
    })
  }
})

test('the corpus has at least 150 templates', () => {
  assert.ok(new Set(corpus).size >= 150)
})

const space = fc.constantFrom('', ' ', '\n', '\n  ', ' x ', 'ü', '\t\n')
const tilde = fc.constantFrom('', '', '~')
const scalar = fc.constantFrom(
  'first',
  'last',
  'num',
  'a.b.c',
  'list.[0]',
  '@root.first',
  'lookup map "k1"',
  'upper first',
  'cat first num',
  'default "d" absent',
)
const condition = fc.constantFrom(
  'first',
  'absent',
  'zero',
  'empty.text',
  'empty.list',
  'bool.no',
  '(eq first "Ann")',
  '(not bool.yes)',
  '(lookup map "no")',
)

/** Templates of all constructs inside each other, whose names always exist: everything is asked of `@root` or of the loop. */
const { template } = fc.letrec<{ template: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4 },
    space,
    fc.tuple(tilde, scalar, tilde).map(([open, name, close]) => `{{${open}#with @root}}{{${name}}}{{/with${close}}}`),
    fc.tuple(tilde, tilde, space).map(([open, close, text]) => `${text}{{${open}! note ${close}}}${text}`),
    fc
      .tuple(tilde, condition, tilde, tie('template'), tilde, tie('template'), tilde)
      .map(([a, name, b, yes, c, no, d]) => `{{#with @root}}{{${a}#if ${name}${b}}}${yes}{{${c}else}}${no}{{/if${d}}}{{/with}}`),
    fc
      .tuple(tilde, fc.constantFrom('list', 'map', 'a.list', 'empty.list'), tilde, tie('template'), tie('template'), tilde)
      .map(
        ([a, name, b, body, none, c]) =>
          `{{${a}#each @root.${name}${b}}}${body}{{@index}}{{@key}}{{@last}}{{.}}{{else}}${none}{{/each${c}}}`,
      ),
    fc
      .tuple(tilde, tie('template'), tilde)
      .map(([a, body, b]) => `{{${a}#each @root.people as |person at|}}${body}{{at}}{{person.name}}{{name}}{{/each${b}}}`),
  ),
  template: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
}))

test('any template of these constructs gives what the package gives, white space included', () => {
  fc.assert(
    fc.property(template, (text) => {
      assert.equal(renderData(text, corpusData), renderWithPackage(text))
    }),
    { numRuns: runs(400) },
  )
})
