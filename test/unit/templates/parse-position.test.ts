import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { TemplateError } from '../../../templates/engine.ts'
import { parse } from '../../../templates/handlebars/parse.ts'
import { runs } from '../../support/property-runs.ts'

interface PackageParser {
  parseError: (this: PackageParser, message: string, details: unknown) => never
  readonly lexer: { readonly matched: string; readonly match: string }
}

/** The package's own, whose state has the position that its message leaves out. */
const parser = createRequire(import.meta.url)('handlebars/dist/cjs/handlebars/compiler/parser.js') as PackageParser

const PIECES = [
  ...'{{ }} {{{ }}} {{~ ~}} {{#if}} {{#if_a}} {{/if}} {{else}} {{a}} a b= = "x ( ) . / @ 1 .. some_text_that_is_long'.split(' '),
  ' ',
  '\n',
  '\n\n',
  '\r\n',
  '{{! c\n d }}',
  '"x\ny"',
].map((piece) => piece.replaceAll('_', ' '))
const pieces = fc.constantFrom(...PIECES)

test('what Handlebars cannot parse is placed where its parser stood', (t) => {
  const { parseError } = parser
  let position: number | undefined
  parser.parseError = function (this: PackageParser, message, details) {
    // A raw block without an end has all that follows as its last token; what is missing is missing behind it.
    position = this.lexer.matched.length - (message.endsWith("got 'EOF'") ? 0 : this.lexer.match.length)
    return parseError.call(this, message, details)
  }
  t.after(() => {
    parser.parseError = parseError
  })
  let refused = 0
  fc.assert(
    fc.property(fc.array(pieces, { minLength: 1, maxLength: 25 }), (parts) => {
      const text = parts.join('')
      position = undefined
      const error = failureOf(text)
      // The picture marks with three dots what it leaves out: of a text that has them itself it may fit elsewhere too.
      if (!error || position === undefined || text.includes('...')) return
      refused++
      const before = text.slice(0, position).split('\n')
      const stood = [before.length, (before.at(-1)?.length ?? 0) + 1]
      // Where the same text stands around both places the picture is of either.
      if (picture(text, offsetOf(text, error)).startsWith(picture(text, position))) return
      assert.deepEqual([error.line, error.column], stood)
    }),
    { numRuns: runs(2_000) },
  )
  assert.ok(refused > 1_000, `${refused} were refused by the parser`)
})

function offsetOf(text: string, { line, column }: TemplateError): number {
  const before = text.split('\n').slice(0, line - 1)
  return before.reduce((sum, { length }) => sum + length + 1, 0) + column - 1
}

function picture(text: string, offset: number): string {
  const flat = (part: string): string => part.replaceAll('\n', '')
  return `${flat(text.slice(0, offset)).slice(-20)}|${flat(text.slice(offset)).slice(0, 20)}`
}

function failureOf(text: string): TemplateError | undefined {
  try {
    parse(text)
    return undefined
  } catch (thrown) {
    assert.ok(thrown instanceof TemplateError)
    return thrown
  }
}
