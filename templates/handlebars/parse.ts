import { parse as parseHandlebars } from 'handlebars/dist/cjs/handlebars/compiler/base.js'
import { TemplateError } from '../engine.ts'
import { checkSize } from './check-size.ts'
import { parsePosition } from './parse-position.ts'

/** The tree that the package handlebars makes of a template. Throws TemplateError; its message has names of tokens, and no part of the template. */
export function parse(text: string): unknown {
  checkSize(text)
  try {
    return parseHandlebars(text)
  } catch (thrown) {
    throw explain(thrown, text)
  }
}

const CLOSE_MISMATCH = /^(.+ doesn't match .+?)(?: - (\d+):(\d+))?$/
const INVALID_PATH = /^(Invalid path: .+?)(?: - (\d+):(\d+))?$/
const EXPECTATION = /(?:^|\n)Expecting .*, got '(\w+)'$/

function explain(thrown: unknown, text: string): TemplateError {
  const words = thrown instanceof Error ? thrown.message : ''
  const [, named, line, column] = CLOSE_MISMATCH.exec(words) ?? INVALID_PATH.exec(words) ?? []
  if (named) return parseError(named, Number(line ?? 1), Number(column ?? 0) + 1)
  const got = EXPECTATION.exec(words)?.[1]
  const what = got === 'EOF' ? 'the template ends inside a block or an expression' : `unexpected ${TOKENS[got ?? ''] ?? 'text'}`
  const place = parsePosition(words, text)
  return parseError(what, place.line, place.column)
}

function parseError(message: string, line: number, column: number): TemplateError {
  return new TemplateError(`parse error: ${message}`, { line, column, safe: true })
}

const TOKENS: Readonly<Record<string, string | undefined>> = {
  CLOSE: '}}',
  CLOSE_UNESCAPED: '}}}',
  CLOSE_SEXPR: ')',
  OPEN_SEXPR: '(',
  OPEN_ENDBLOCK: '{{/',
  OPEN_INVERSE_CHAIN: '{{else',
  INVERSE: '{{else}}',
  OPEN_RAW_BLOCK: '{{{{',
  ID: 'name',
  SEP: '. or /',
  EQUALS: '=',
  DATA: '@',
  STRING: 'text in quotes',
  NUMBER: 'number (an item of a list is written list.[0])',
  INVALID: 'text, or a }} is missing',
}
